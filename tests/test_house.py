"""Every check of the house fails when it should: each gets one fault planted, and must name it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.house import homeless, limits, too_long, untested, usual_length
from tests.support.planting import GOOD, contracts, plant, run, tree

# Contract: the module that breaks it, and the import by which it does.
BREAKING = {
    "one-way": ("bot/domain/planted.py", "import bot.state"),
    "pure-core": ("bot/diagnosis/planted.py", "import aiohttp"),
    "runner-carries-no-secret": ("bot/runner/planted.py", "import msal"),
    "sdk-fence": ("bot/jobs/planted.py", "import botbuilder.core"),
    "simulator-apart": ("bot/simulator/planted.py", "import dialogs"),
}


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return tree(tmp_path)


def function(name: str, lines: int) -> str:
    return f"def {name}() -> None:\n" + "    print()\n" * (lines - 1)


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("bot/planted.py", "try:\n    import json\nexcept Exception:\n    json = None\n", "BLE001"),
        ("bot/planted.py", "def f(x):\n    return x\n", "ANN001"),
        ("bot/planted.py", "import pickle\n", "F401"),
        ("bot/planted.py", "def f() -> None:\n    pass\n", "D103"),
        ("tests/test_planted.py", "import json\n", "F401"),
    ],
)
def test_ruff_names_the_planted_fault(clean: Path, path: str, text: str, rule: str) -> None:
    plant(clean, path, GOOD + "\n" + text)
    done = run(clean, "ruff", "check", "--output-format=concise", "--no-cache", ".")
    assert done.returncode == 1
    assert re.search(rf"{path}:\d+:\d+: {rule}", done.stdout)


def test_formatter_names_the_planted_file(clean: Path) -> None:
    plant(clean, "bot/planted.py", GOOD + "x = {  'a':1 }\n")
    done = run(clean, "ruff", "format", "--check", "--no-cache", ".")
    assert done.returncode == 1
    assert "bot/planted.py:2" in done.stdout
    assert "1 file would be reformatted" in done.stdout


def test_mypy_names_the_planted_fault(clean: Path) -> None:
    plant(clean, "bot/planted.py", "def half(x: int) -> int:\n    return x / 2\n")
    plant(clean, "tests/test_planted.py", "def test_x():\n    pass\n")
    done = run(clean, "mypy")
    assert done.returncode == 1
    assert "bot/planted.py:2: error: Incompatible return value type" in done.stdout
    assert "tests/test_planted.py:1: error: Function is missing a return type annotation" in done.stdout
    assert "Found 2 errors" in done.stdout


def test_every_import_contract_is_planted() -> None:
    assert set(BREAKING) == {contract["id"] for contract in contracts()}


def test_contracts_hold_in_the_clean_tree(clean: Path) -> None:
    done = run(clean, "lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(contracts())} kept, 0 broken." in done.stdout


@pytest.mark.parametrize("contract", BREAKING)
def test_contract_names_the_planted_import(clean: Path, contract: str) -> None:
    path, statement = BREAKING[contract]
    plant(clean, path, f"{GOOD}\n{statement}\n")
    done = run(clean, "lint-imports", "--no-cache")
    name = next(item["name"] for item in contracts() if item["id"] == contract)
    assert done.returncode == 1
    assert f"{name} BROKEN" in done.stdout
    assert path.removesuffix(".py").replace("/", ".") in done.stdout


def test_long_function_is_named(clean: Path) -> None:
    most = limits(clean).function_lines
    plant(clean, "bot/planted.py", function("fits", most) + function("sprawls", most + 1))
    assert too_long(clean) == [f"bot/planted.py:{most + 1}: sprawls has {most + 1} lines, {most} at most"]


def test_long_file_is_named(clean: Path) -> None:
    most = limits(clean).file_lines
    plant(clean, "tests/fits.py", "x = 1\n" * most)
    plant(clean, "tests/planted.py", "x = 1\n" * (most + 1))
    assert too_long(clean) == [f"tests/planted.py: {most + 1} lines, {most} at most"]


def test_usual_length_counts_every_function(clean: Path) -> None:
    most = limits(clean)
    plant(clean, "bot/short.py", function("a", most.function_median) * 3)
    assert usual_length(clean) == []
    plant(clean, "bot/long.py", function("b", most.function_p90 + 1) * 4)
    assert [line.split()[1] for line in usual_length(clean)] == ["median", "p90"]


def test_module_without_test_is_named(clean: Path) -> None:
    plant(clean, "bot/probes/planted.py", function("f", 2))
    plant(clean, "bot/probes/data.py", "X = 1\n")
    assert untested(clean, {}) == ["bot/probes/planted.py: no tests/bot/probes/test_planted.py"]
    assert untested(clean, {"bot/probes/planted.py": "because"}) == []
    plant(clean, "tests/bot/probes/test_planted_part.py", GOOD)
    assert untested(clean, {}) == []


def test_test_without_module_is_named(clean: Path) -> None:
    plant(clean, "tests/cards/test_planted.py", GOOD)
    assert homeless(clean, {}) == ["tests/cards/test_planted.py: mirrors no module in cards"]
    plant(clean, "cards/planted.py", GOOD)
    plant(clean, "tests/cards/test_planted_more.py", GOOD)
    assert homeless(clean, {}) == []
