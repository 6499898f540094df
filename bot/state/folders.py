"""Where the embedded Redis keeps its files: private to the user, with a socket path that is short enough.

A socket's path may be about 100 bytes long (`sun_path` of unix(7)), a data directory's may not care.
"""

from __future__ import annotations

import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from bot.errors import RedisUnavailable

LONGEST_SOCKET: Final = 100


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one embedded server: one AOF, one socket, one log, and who uses and runs it."""

    directory: Path
    socket: Path

    @property
    def users(self) -> Path:
        """Every process that uses the server holds a shared lock on it."""
        return self.directory / "users.lock"

    @property
    def server(self) -> Path:
        """Locked by the server itself for as long as it lives."""
        return self.directory / "server.lock"

    @property
    def log(self) -> Path:
        """What the server and its supervisor say."""
        return self.directory / "redis.log"


def places(data_dir: Path) -> Places:
    """The files for `data_dir`, whose directories are made if need be.

    Raises `RedisUnavailable` when a directory cannot be made or is not ours alone.
    """
    directory = private(data_dir.resolve() / "redis")
    socket = directory / "redis.sock"
    if len(os.fsencode(socket)) > LONGEST_SOCKET:
        name = sha256(os.fsencode(directory)).hexdigest()[:16]
        socket = private(_short_root() / f"decroche-{os.getuid()}-{name}") / "redis.sock"
    return Places(directory=directory, socket=socket)


def private(directory: Path) -> Path:
    """Makes a directory of mode 0700, or checks that it is one and ours."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise RedisUnavailable(f"{directory} is not a directory of this user", "Remove it.")
        directory.chmod(0o700)
    except OSError as exc:
        raise RedisUnavailable(
            f"cannot use {directory}: {exc.strerror}", "Set DECROCHE_DATA_DIR to a directory you may write."
        ) from exc
    return directory


def _short_root() -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    fits = len(os.fsencode(runtime)) < LONGEST_SOCKET - 60
    return runtime if fits and runtime.is_dir() else Path("/tmp")  # noqa: S108 - private() checks who owns what is made there
