"""Processes of one bot, found by what their command lines name, and ended the hard way (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from tests.support.waiting import becomes


def servers(data_dir: Path) -> list[int]:
    """The embedded server of a data directory and its supervisor, as far as they are alive."""
    wanted = os.fsencode(data_dir.resolve() / "redis")
    return [int(entry.name) for entry in Path("/proc").iterdir() if _names(entry, wanted)]


def supervisors(data_dir: Path) -> list[int]:
    """Of these, the supervisor."""
    wanted = os.fsencode(data_dir.resolve() / "redis" / "users.lock")
    return [int(entry.name) for entry in Path("/proc").iterdir() if _names(entry, wanted)]


def _names(process: Path, wanted: bytes) -> bool:
    if not process.name.isdigit():
        return False
    try:
        alive = process.joinpath("stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
        return alive and wanted in process.joinpath("cmdline").read_bytes()
    except OSError:
        return False


def tell(pid: int, how: signal.Signals) -> None:
    """Sends a signal to a process that may have gone meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


async def orphans(data_dir: Path, within_s: float = 15.0) -> list[int]:
    """Servers of the data directory that are still alive after some time without any user."""
    await becomes(lambda: not servers(data_dir), within_s)
    return servers(data_dir)
