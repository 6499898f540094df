"""`decroche manifest`, as an administrator runs it."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.errors import ConfigurationError
from tests.support.environment import forget_settings

ID = "5d2f3d3e-5a51-4b9c-a2f2-0d4e40b0b1c7"
PAGE = "https://intranet.example/phone"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(app, ["manifest", "--out", "app.zip", *args])


def _manifest() -> dict[str, object]:
    with zipfile.ZipFile("app.zip") as archive:
        body: dict[str, object] = json.loads(archive.read("manifest.json"))
        return body


def test_options_are_enough(run: Callable[..., Result]) -> None:
    ran = run("--app-id", ID.upper(), "--website", PAGE)
    assert (ran.exit_code, ran.stdout.strip()) == (0, "app.zip")
    assert _manifest()["id"] == ID


def test_settings_are_enough(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECROCHE_APP_ID", ID)
    monkeypatch.setenv("DECROCHE_PUBLIC_URL", "https://bot.example")
    assert run().exit_code == 0
    assert _manifest()["validDomains"] == ["bot.example"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--website", PAGE], "no application id"),
        (["--website", PAGE, "--app-id", "me"], "no GUID"),
        (["--app-id", ID], "https page"),
        (["--app-id", ID, "--website", "http://x.example"], "https page"),
        (["--app-id", ID, "--website", PAGE, "--developer", "x" * 33], "too long"),
        (["--app-id", ID, "--website", PAGE, "--out", "no/where.zip"], "cannot be written"),
    ],
)
def test_what_is_missing_is_named(run: Callable[..., Result], args: list[str], words: str) -> None:
    ran = run(*args)
    assert isinstance(ran.exception, ConfigurationError)
    assert words in str(ran.exception)
