"""`decroche site`, on a real Redis and as its user sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli_site import logged_settings
from bot.errors import ConfigurationError
from bot.probes.queue import ProbeQueue
from bot.probes.tokens import Tokens
from bot.probes.wire import Check, Greeting, RunnerState
from bot.state.connection import connect
from tests.support.environment import forget_settings

T = TypeVar("T")
SITES = '[[site]]\nid = "lyon"\nname = "Lyon"\n'


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, redis_server: str) -> Callable[..., Result]:
    """Runs `decroche site …` against the tests' Redis, emptied before."""
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sites.toml").write_text(SITES, "utf-8")
    monkeypatch.setenv("DECROCHE_SITES", str(tmp_path / "sites.toml"))
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)
    _with(redis_server, lambda redis: redis.flushdb())
    return lambda *args: CliRunner().invoke(app, ["site", *args])


def _with(url: str, use: Callable[[Redis], Awaitable[T]]) -> T:
    async def run() -> T:
        async with connect(url) as redis:
            return await use(redis)

    return asyncio.run(run())


def _good(url: str, token: str) -> bool | None:
    return _with(url, lambda redis: Tokens(redis).check("lyon", token))


def test_a_token_is_shown_alone(site: Callable[..., Result], redis_server: str) -> None:
    ran = site("token", "lyon")
    assert ran.exit_code == 0
    assert _good(redis_server, ran.stdout.strip()) is True


def test_revoking_ends_the_tokens_before(site: Callable[..., Result], redis_server: str) -> None:
    first, second = site("token", "lyon").stdout.strip(), site("token", "lyon").stdout.strip()
    assert _good(redis_server, first) is True
    third = site("token", "lyon", "--revoke").stdout.strip()
    assert [_good(redis_server, one) for one in (first, second, third)] == [False, False, True]


def test_tokens_are_listed_by_fingerprint(site: Callable[..., Result]) -> None:
    tokens = [site("token", "lyon").stdout.strip() for _ in range(2)]
    listed = site("token", "lyon", "--list").stdout
    assert [line.split("  ")[2].split()[0] for line in listed.splitlines()] == ["in", "until"]
    assert not any(token in listed for token in tokens)


def test_a_site_that_is_not_described_is_refused(site: Callable[..., Result]) -> None:
    for command in ("token", "runners"):
        ran = site(command, "mars")
        assert isinstance(ran.exception, ConfigurationError)
        assert "there is no site 'mars'" in str(ran.exception)
        assert "lyon" in ran.exception.advice


def test_runners_are_shown_with_their_ills(site: Callable[..., Result], redis_server: str) -> None:
    assert (site("runners", "lyon").exit_code, site("runners", "lyon").stdout) == (
        1,
        "last sign of life: none for a week\n",
    )
    sick = Greeting(ready=False, checks=(Check(name="clock", ok=False, needed=True, why="400 s off"),))

    async def meet(redis: Redis) -> None:
        queue = ProbeQueue(redis)
        await queue.note_state("lyon", "r1", RunnerState(at=datetime.now(UTC), greeting=sick))

    _with(redis_server, meet)
    ran = site("runners", "lyon")
    assert ran.exit_code == 1
    assert "r1  sick" in ran.stdout
    assert "clock: 400 s off" in ran.stdout


def test_ranges_say_how_old_they_are(site: Callable[..., Result]) -> None:
    ran = site("ranges")
    assert ran.stdout.startswith("the pinned copy of 2026-")
    assert "52.112.0.0/14" in ran.stdout


def test_settings_come_with_their_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECROCHE_LOG_LEVEL", "ERROR")
    assert logged_settings().log_level == "ERROR"
