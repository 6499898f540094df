"""Nothing is lost and nothing counted twice: runners killed, cut off, sick, revoked, many jobs at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.queue import offline
from bot.probes.tokens import Tokens, checker
from bot.runner.buffer import Buffer
from bot.runner.worker import run
from tests.support.gateway import TOKEN, Desk, a_job
from tests.support.house import ROOT
from tests.support.netservers import HOST, free_port, silence, stay, tcp, udp
from tests.support.waiting import wait_until


def _site(*targets: str) -> Site:
    return Site(id="lyon", name="Lyon", resolvers=(f"{HOST}:9",), private_targets=targets, lab=Lab())


def _quick(port: int) -> ProbeSpec:
    return ProbeSpec(prober="tcp", host=HOST, port=port)


def _slow(port: int, timeout_s: float = 20) -> ProbeSpec:
    return ProbeSpec(prober="ntp", host=HOST, port=port, options={"timeout_s": timeout_s})


@asynccontextmanager
async def _working(
    url: str, folder: Path | None, name: str = "r1", token: str = TOKEN
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    runner = asyncio.create_task(run("lyon", url, token, name, stop, folder=folder))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(runner, 30)


@asynccontextmanager
async def _process(url: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`decroche runner`, killed (SIGKILL) at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DECROCHE_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "runner", "--site", "lyon", "--server", url, "--state", str(folder)),
        cwd=ROOT,
        env={**kept, "DECROCHE_RUNNER_TOKEN": TOKEN, "DECROCHE_DATA_DIR": str(folder)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_killed_runners_work_is_taken_up(redis: Redis, tmp_path: Path) -> None:
    async with tcp(stay) as port, udp(silence) as deaf:
        desk = Desk(redis, _site(f"{HOST}:{port}", f"{HOST}:{deaf}"))
        desk.queue._lease = timedelta(minutes=1)
        async with desk.open() as url:
            async with _process(url, tmp_path):
                await desk.queue.put(a_job(_quick(port), _slow(deaf, 1.5)))
                await wait_until(lambda: bool(desk.reports), "a part came", 15)
            assert desk.final == []
            async with _working(url, tmp_path, "r2"):
                await wait_until(lambda: bool(desk.final), "the rest came", 10)
    (final,) = desk.final
    assert (final.runner, sorted(final.results)) == ("r2", [0, 1])
    assert final.results[0] == desk.reports[0].results[0], "what was measured is not measured again"
    assert _lines(tmp_path) == 0


async def test_results_survive_a_runner_that_stops(redis: Redis, tmp_path: Path) -> None:
    async with tcp(stay) as port:
        desk = Desk(redis, _site(f"{HOST}:{port}"))
        desk.broken = True
        async with desk.open() as url:
            first = asyncio.create_task(run("lyon", url, TOKEN, "r1", asyncio.Event(), folder=tmp_path))
            await desk.queue.put(a_job(_quick(port)))
            await wait_until(lambda: _lines(tmp_path) == 2, "the result was kept")
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            desk.broken = False
            async with _working(url, tmp_path, "r2"):
                await wait_until(lambda: bool(desk.final), "the result came")
    assert desk.final[0].results[0].ok


def _lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.glob("*.jsonl"))


async def test_results_too_late_are_thrown_away(redis: Redis, tmp_path: Path) -> None:
    desk = Desk(redis, _site())
    Buffer(tmp_path).open(a_job(lives=-timedelta(hours=1))).leave()
    async with desk.open() as url, _working(url, tmp_path):
        await wait_until(lambda: _lines(tmp_path) == 0, "the file is gone")
    assert desk.reports == []


async def test_two_hundred_jobs_are_answered_once(redis: Redis, tmp_path: Path) -> None:
    """A site fails, and everybody there reports it: two runners, no shared memory between them."""
    async with tcp(stay) as port, udp(silence) as deaf:
        desk = Desk(redis, _site(f"{HOST}:{port}", f"{HOST}:{deaf}", f"{HOST}:{free_port()}"))
        desk.queue._lease = timedelta(seconds=30)
        for number in range(200):
            await desk.queue.put(a_job(_quick(port), _slow(deaf, 0.5), name=f"j{number}"))
        async with desk.open() as url, _working(url, tmp_path / "1"), _working(url, tmp_path / "2", "r2"):
            await wait_until(lambda: len(desk.final) >= 200, "all are answered", 25)
    answered = Counter(report.job for report in desk.final)
    assert answered == Counter({f"j{number}": 1 for number in range(200)})
    assert {report.runner for report in desk.final} == {"r1", "r2"}
    assert all(sorted(report.results) == [0, 1] for report in desk.final)


async def test_new_results_come_within_half_a_second(redis: Redis) -> None:
    """Each probe ends a good while after the one before; every one is reported while others run."""
    async with contextlib.AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(udp(silence)) for _ in range(4)]
        desk = Desk(redis, _site(*(f"{HOST}:{port}" for port in ports)))
        specs = [_slow(port, 0.35 + 0.35 * number) for number, port in enumerate(ports)]
        url = await stack.enter_async_context(desk.open())
        await stack.enter_async_context(_working(url, None))
        await desk.queue.put(a_job(*specs))
        await wait_until(lambda: bool(desk.final), "all came")
    assert [len(report.results) for report in desk.reports] == [1, 2, 3, 4]
    came = [report.at for report in desk.reports if report.at]
    assert max(later - sooner for sooner, later in pairwise(came)) < timedelta(seconds=0.75)


async def test_a_revoked_runner_stops_at_once(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    tokens, desk = Tokens(redis), Desk(redis)
    token = await tokens.rotate("lyon")
    async with desk.open(checker(tokens, None)) as url:
        runner = asyncio.create_task(run("lyon", url, token, "r1", asyncio.Event()))
        await wait_until(desk.heard, "the runner is at work")
        await tokens.rotate("lyon", timedelta())
        with pytest.raises(ConfigurationError, match="refuses this runner") as caught:
            await asyncio.wait_for(runner, 5)
    assert "decroche site token" in caught.value.advice
    assert token not in caplog.text


async def test_a_replaced_token_works_on(redis: Redis) -> None:
    tokens, desk = Tokens(redis), Desk(redis)
    token = await tokens.rotate("lyon")
    await tokens.rotate("lyon")
    async with desk.open(checker(tokens, None)) as url, _working(url, None, token=token):
        await desk.queue.put(a_job())
        await wait_until(lambda: bool(desk.final), "the job was done")


async def test_a_sick_runner_gets_no_job(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """Its clock is a day behind the bot's: every certificate would be judged by the wrong day."""
    caplog.set_level(logging.INFO)
    desk = Desk(redis)
    desk.ahead = timedelta(days=1)
    async with desk.open() as url, _working(url, None):
        await desk.queue.put(a_job())
        await wait_until(lambda: "sick: no job" in caplog.text, "the runner knows")
        states = await desk.queue.states("lyon")
        assert not states["r1"].greeting.ready
        assert any("off the bot's clock" in ill for ill in states["r1"].greeting.ills)
        assert offline(await desk.queue.last_seen("lyon"), datetime.now(UTC))
    assert desk.reports == []
