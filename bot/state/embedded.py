"""The Redis that Décroche brings along, so that a first run needs no server.

A real Valkey on a private socket with an append-only file. Processes of one data directory share
it; it starts with the first and ends with the last, however they end (see `supervise`).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from bot.errors import RedisUnavailable
from bot.state import supervise
from bot.state.binary import find_server
from bot.state.folders import Places, places

PATIENCE: Final = timedelta(seconds=30)
"""How long to wait for an older server to end, or a new one to load its data."""
LOOK_AFTER: Final = timedelta(seconds=1)
POLL_S: Final = 0.01
LOG_BYTES: Final = 1_000_000

_log = logging.getLogger(__name__)


class EmbeddedRedis:
    """A use of the embedded server; `url` is what `connect` takes."""

    def __init__(self, where: Places, users: int) -> None:
        self.where = where
        self.url = f"unix://{quote(str(where.socket))}"
        self._users = users
        self._keeper = asyncio.create_task(self._keep())

    @classmethod
    async def start(cls, data_dir: Path) -> Self:
        """Starts the server of `data_dir`, or joins the one that runs.

        Raises `RedisUnavailable` when there is no program, no permission, or a damaged file.
        """
        where = places(data_dir)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                users = await _shared(where.users)
                try:
                    await _serving(where)
                except BaseException:
                    os.close(users)
                    raise
        except TimeoutError as exc:
            raise _failure(where, f"not ready within {PATIENCE.total_seconds():.0f} s") from exc
        return cls(where, users)

    async def close(self) -> None:
        """Ends this use; the server ends shortly after its last one."""
        if not self._keeper.done():
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        with contextlib.suppress(OSError):
            os.close(self._users)
        self._users = -1

    async def _keep(self) -> None:
        """Revives a server whose supervisor was killed."""
        while True:
            await asyncio.sleep(LOOK_AFTER.total_seconds())
            try:
                await _revive(self.where)
            except RedisUnavailable:
                _log.exception("the embedded Redis cannot be started again")


async def _serving(where: Places) -> None:
    """Returns once the server answers, starting it if nobody else does."""
    started = 0
    while not await _answers(where.socket):
        if await _revive(where):
            started += 1
        if started > 2:
            raise _failure(where, "it ends as soon as it is started")
        await asyncio.sleep(POLL_S)


async def _revive(where: Places) -> bool:
    """Starts a supervisor with its server if none is alive; true when it did."""
    lock = _locked(where.server, fcntl.LOCK_EX)
    if lock is None:
        return False
    try:
        await _launch(where, lock)
    finally:
        os.close(lock)
    return True


async def _launch(where: Places, lock: int) -> None:
    if where.log.exists() and where.log.stat().st_size > LOG_BYTES:
        where.log.unlink()
    program = await asyncio.to_thread(find_server)
    quiet = asyncio.subprocess.DEVNULL
    launched = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", supervise.__file__, str(where.users), str(where.log), str(lock)),
        *command(program, where),
        pass_fds=(lock,), stdin=quiet, stdout=quiet, stderr=quiet, cwd=where.directory,
    )  # fmt: skip
    await launched.wait()


def command(program: Path, where: Places) -> list[str]:
    """How the server is run: no TCP, private socket, append-only file written through each second."""
    options = {
        "port": "0",
        "unixsocket": str(where.socket),
        "unixsocketperm": "700",
        "dir": str(where.directory),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "databases": "16",
    }
    return [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))]


async def _shared(path: Path) -> int:
    """A shared lock, waited for while an older server ends."""
    while (lock := _locked(path, fcntl.LOCK_SH)) is None:  # noqa: ASYNC110 - another process holds it
        await asyncio.sleep(POLL_S)
    return lock


def _locked(path: Path, how: int) -> int | None:
    """A descriptor that holds the lock, None when somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


async def _answers(socket: Path) -> bool:
    """True when a server listens there and has loaded its data."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return await reader.readline() == b"+PONG\r\n"
    except OSError:
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _failure(where: Places, why: str) -> RedisUnavailable:
    said = where.log.read_text(errors="replace").splitlines()[-5:] if where.log.exists() else []
    return RedisUnavailable(
        f"the embedded Redis does not start: {why}\n" + "\n".join(said),
        f"Read {where.log}; a damaged file is mended by `valkey-check-aof --fix`, or set DECROCHE_REDIS_URL.",
    )
