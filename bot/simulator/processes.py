"""The bot and its site runner as processes of their own, as they run in production.

A process is started with the settings of its world and nothing else of the project's environment,
waited for over HTTP, and stopped by its own id.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import aiohttp

import bot
from bot.errors import DecrocheError
from bot.settings import PREFIX

STOP_S: Final = 8.0
READY_S: Final = 30.0
_ROOT: Final = Path(bot.__file__).resolve().parent.parent


class ProcessFailed(DecrocheError):
    """A process of the simulation ended, or was not ready in time."""


class Process:
    """A running `python -m bot …`; what it writes goes to `log`."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name, self.log = name, log
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """True until it has ended."""
        return self._process.returncode is None

    async def stop(self) -> None:
        """Asks it to end (SIGTERM), and ends it when it has not after some seconds."""
        if not self.running:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """Ends it at once (SIGKILL)."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def failure(self, what: str) -> ProcessFailed:
        """An error that quotes the end of the log."""
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return ProcessFailed(f"{self.name} {what}\n{tail}", f"The whole log is {self.log}.")


async def start(name: str, arguments: Sequence[str], settings: Mapping[str, str], directory: Path) -> Process:
    """Starts `python -m bot ARGUMENTS` in `directory` with these settings; logs to `NAME.log` there."""
    log = directory / f"{name}.log"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=directory,
            env=environment(settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    return Process(name, process, log)


async def run(
    arguments: Sequence[str], settings: Mapping[str, str], directory: Path, within: float = READY_S
) -> tuple[int, bytes]:
    """Runs `python -m bot ARGUMENTS` to its end: exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=directory,
        env=environment(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(within):
            out, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return -1, b""
    return process.returncode or 0, out


async def wait_ready(process: Process, url: str, within: float = READY_S) -> None:
    """Waits until `url` answers 200; raises `ProcessFailed` when it does not, or the process ends."""
    try:
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while not await _answers(session, url):
                if not process.running:
                    raise process.failure("has ended")
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise process.failure(f"was not ready within {within:.0f} s") from None


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without its own `DECROCHE_*`, with these settings instead."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    path = os.pathsep.join(part for part in (str(_ROOT), kept.get("PYTHONPATH", "")) if part)
    return {**kept, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **settings}


def free_port() -> int:
    """A loopback port that nobody listens on now (somebody may take it before you do)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
