"""What no file of the project may say, and what others must always say."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings
from tests.support.house import ROOT, files, naps, pyproject, saying
from tests.support.planting import plant

REGISTRY = re.compile(
    r"https?://[\w.-]*(?:registry|artifactory|nexus|devpi|pypi)[\w.-]*[/:]|/simple/?(?=[\s\"'])"
)
INDEX_OPTION = re.compile(r"^\s*(?:-i|--index-url|--extra-index-url|--find-links|-f|--trusted-host)\b")
HOME = re.compile(r"(?<![\w.\-*$}/])/(?:home/(?!nonroot|decroche)\w+|root|Users/\w+)/")
MOCKS = re.compile(r"unittest\.mock|\bmocker\b|pytest_mock|\bmonkeypatch\.setattr\(")
WAITING = "tests/support/waiting.py"  # the one place that may sleep between two looks
HERE = "tests/test_tree.py:"

REQUIREMENTS = [path.name for path in files(ROOT, "requirements", suffix=".txt")]


def elsewhere(pattern: re.Pattern[str], root: Path = ROOT) -> list[str]:
    return [place for place in saying(root, pattern) if not place.startswith(HERE)]


def test_no_file_names_a_registry() -> None:
    assert elsewhere(REGISTRY) == []


def test_no_file_names_a_home_directory() -> None:
    assert elsewhere(HOME) == []


def test_no_file_names_this_checkout() -> None:
    assert len(ROOT.parts) < 3 or elsewhere(re.compile(re.escape(f"{ROOT}/"))) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "url = https://registry.internal.example/x"),
        (REGISTRY, "index = 'https://mirror.example/simple'"),
        (HOME, "path = /home/somebody/decroche"),
        (MOCKS, "from unittest.mock import Mock"),
        (MOCKS, "    monkeypatch.setattr(module, 'name', 1)"),
        (INDEX_OPTION, "--index-url https://x.example"),
    ],
)
def test_planted_line_is_found(tmp_path: Path, pattern: re.Pattern[str], line: str) -> None:
    plant(tmp_path, "docs/planted.md", f"fine\n{line}\n")
    assert elsewhere(pattern, tmp_path) == [f"docs/planted.md:2: {line.strip()}"]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    pins = [(line, after) for line, after in pairwise([*lines, ""]) if line[:1].isalnum()]
    assert len(pins) > 20
    assert [line for line, after in pins if "==" not in line or "--hash=sha256:" not in after] == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_choose_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert [line for line in text.splitlines() if INDEX_OPTION.search(line) or "://" in line] == []


def test_lock_files_with_addresses_are_absent() -> None:
    names = {path.name for path in files(ROOT)}
    assert REQUIREMENTS == ["dev.txt", "runtime.txt"]
    assert not names & {"uv.lock", "poetry.lock", "pdm.lock", "yarn.lock"}
    locks = [path for path in files(ROOT) if path.name == "package-lock.json"]
    assert [path for path in locks if "://" in path.read_text("utf-8")] == []


def test_every_setting_is_documented() -> None:
    documented = set(
        re.findall(rf"^\| `({PREFIX}\w+)` \|", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE)
    )
    assert documented == {PREFIX + name.upper() for name in Settings.model_fields}


def test_own_code_is_never_mocked() -> None:
    assert [place for place in elsewhere(MOCKS) if place.startswith("tests/")] == []


def test_tests_never_sleep() -> None:
    assert [place for place in naps(ROOT) if not place.startswith(WAITING)] == []


def test_planted_nap_is_found(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "tests/test_x.py",
        "import asyncio, time\n\nasyncio.sleep(0)\ntime.sleep(1)\nasyncio.sleep(x)\n",
    )
    assert naps(tmp_path) == ["tests/test_x.py:4", "tests/test_x.py:5"]


def test_package_ships_every_folder_of_code() -> None:
    assert pyproject(ROOT)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == [
        "bot",
        "cards",
        "dialogs",
    ]
