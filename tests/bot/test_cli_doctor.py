"""`decroche doctor`, as an operator runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli_doctor import lines
from bot.doctor.finding import Area
from tests.support.environment import forget_settings


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, redis_server: str) -> Callable[..., Result]:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECROCHE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    return lambda *args: CliRunner().invoke(app, ["doctor", *args])


def test_first_run_has_warnings_only(run: Callable[..., Result]) -> None:
    ran = run()
    assert ran.exit_code == 0
    assert "→ Set DECROCHE_APP_ID" in ran.stdout


def test_failure_is_told_to_programs(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECROCHE_APP_ID", "5d2f3d3e-5a51-4b9c-a2f2-0d4e40b0b1c7")
    ran = run("--json")
    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["ok"]) == (1, False)
    assert [one["what"] for one in said["findings"] if one["state"] == "fails"] == ["identity"]


def test_wrong_setting_is_a_failing_line(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECROCHE_PUBLIC_URL", "ftp://x")
    ran = run()
    assert ran.exit_code == 1
    assert ran.stdout.startswith("fails    settings  settings: DECROCHE_PUBLIC_URL")


def test_report_ends_with_a_sum() -> None:
    area = Area("redis")
    shown = lines((area.ok("a", "fine"), area.fails("b", "dead", "mend")))
    assert shown == [
        "ok       redis     a: fine",
        "fails    redis     b: dead",
        "                   → mend",
        "",
        "1 fails, 1 ok",
    ]
