"""`decroche runner` reads its arguments itself, and says what is wrong as every command does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.runner.command import Wanted, parse, start
from tests.support.environment import forget_settings
from tests.support.house import ROOT


def test_arguments_are_read() -> None:
    assert parse(["--site", "lyon", "--server", "https://b"]) == Wanted(site="lyon", server="https://b")
    assert parse(["--site=lyon", "--server=x", "--state", "/s"]).state == Path("/s")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--site", "lyon"], ["--site", "lyon", "--server"], ["--sit", "a", "--server", "b"], ["x"]],
)
def test_wrong_arguments_are_code_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    assert "usage: decroche runner" in capsys.readouterr().err


def test_without_a_token_it_says_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="DECROCHE_RUNNER_TOKEN") as refused:
        start(Wanted(site="lyon", server="http://127.0.0.1:1"))
    assert "decroche site token" in refused.value.advice


def test_the_runner_carries_no_other_command() -> None:
    """Without a token it ends at once; what it has loaded by then is what it would keep."""
    script = (
        "import sys, bot.cli\n"
        "try: bot.cli.main(['runner', '--site', 'lyon', '--server', 'http://127.0.0.1:1'])\n"
        "except SystemExit as end: print(end.code, *({'pydantic', 'rich', 'pysnmp'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PATH": "/usr/bin"},
    )  # fmt: skip
    assert done.stdout.split() == ["2"]
