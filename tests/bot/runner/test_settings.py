"""A box's settings: the same names and refusals as the bot's, without the bot's library."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.runner.settings import RunnerSettings, logged, on_loopback, read_settings
from bot.settings import load_settings
from tests.support.environment import forget_settings
from tests.support.house import ROOT


@pytest.fixture(autouse=True)
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def _set(env: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        env.setenv(f"DECROCHE_{name.upper()}", value)


def test_nothing_set_has_the_same_defaults() -> None:
    found, bots = read_settings(), load_settings(None)
    assert found == RunnerSettings(data_dir=bots.data_dir)
    assert found.log_level == bots.log_level


def test_a_boxs_own_settings_are_read(env: pytest.MonkeyPatch) -> None:
    _set(
        env,
        runner_token="secret",
        data_dir="~/box",
        switches="/etc/s.toml",
        ca_file="/ca.pem",
        log_level="DEBUG",
    )
    assert read_settings() == RunnerSettings(
        data_dir=Path.home() / "box",
        runner_token="secret",
        switches=Path("/etc/s.toml"),
        ca_file=Path("/ca.pem"),
        log_level="DEBUG",
    )


def test_the_environment_beats_the_file(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "DECROCHE_RUNNER_TOKEN=filed\nDECROCHE_SWITCHES=s.toml\nOTHER=x\n", "utf-8"
    )
    assert read_settings().runner_token == "filed"
    _set(env, runner_token="told", switches="")
    assert (read_settings().runner_token, read_settings().switches) == ("told", Path("s.toml"))


@pytest.mark.parametrize(("name", "value"), [("runner_tokn", "secret"), ("log_level", "LOUD")])
def test_what_is_wrong_is_refused(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    _set(env, **{name: value})
    with pytest.raises(ConfigurationError, match=f"DECROCHE_{name.upper()}") as refused:
        read_settings()
    assert value not in str(refused.value)


def test_the_bots_names_are_no_fault(env: pytest.MonkeyPatch) -> None:
    _set(env, runner_token="secret", helpdesk_locale="en", log_level="ERROR")
    found = read_settings()
    assert (found.runner_token, found.log_level) == ("secret", "ERROR")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DECROCHE_RUNNER_TOKEN=\xff\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_settings()


def test_the_token_never_shows(env: pytest.MonkeyPatch) -> None:
    _set(env, runner_token="secret-token")
    assert "secret-token" not in f"{read_settings()!r} {read_settings()}"


def test_logs_follow_the_level() -> None:
    settings = RunnerSettings(data_dir=Path(), log_level="ERROR")
    assert logged(settings) is settings
    assert logging.getLogger().handlers


def test_a_box_spares_the_bots_library() -> None:
    script = "import sys, bot.cli, bot.runner.worker, bot.runner.settings as s; s.read_settings(); print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:3978", True),
        ("http://[::1]:1", True),
        ("https://bot.example", False),
        ("http://[", False),
    ],
)
def test_this_machine_is_known(url: str, here: bool) -> None:
    assert on_loopback(url) is here
