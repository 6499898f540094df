"""Runs the embedded Redis server for as long as any process uses it, and not a moment longer.

Its own small program (`python -I -S supervise.py`), of the standard library alone so that it starts
in milliseconds. The kernel does the book-keeping: every user holds a shared lock on `users.lock`,
which even kill -9 releases, and the server inherits the lock on `server.lock`, so that a second
server can never open the same append-only file.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

POLL_S = 0.1
STILLBORN_S = 1.0
PATIENCE_S = 10.0
TO_END = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
KILLED = (0, -signal.SIGTERM, -signal.SIGKILL)
PR_SET_PDEATHSIG = 1


def supervise(command: list[str], users: int, lock: int) -> int:
    """Keeps `command` running until nobody holds `users`; 1 when it dies at birth of its own accord."""
    while True:
        born = time.monotonic()
        server = start(command, lock)
        if unused(server, users):
            stop(server)
            return 0
        if server.returncode not in KILLED and time.monotonic() - born < STILLBORN_S:
            return 1


def start(command: list[str], lock: int) -> subprocess.Popen[bytes]:
    """Starts the server, which keeps `lock` open and dies with this process."""
    tied = _die_with(os.getpid())
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(lock,), preexec_fn=tied)  # noqa: S603, PLW1509 - no threads here


def unused(server: subprocess.Popen[bytes], users: int) -> bool:
    """Waits: True when the last user has gone, False when the server died first."""
    while server.poll() is None:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(POLL_S)
    return False


def stop(server: subprocess.Popen[bytes], patience_s: float = PATIENCE_S) -> None:
    """Lets the server write what it has, then waits until it is gone."""
    server.terminate()
    try:
        server.wait(patience_s)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _die_with(parent: int) -> Callable[[], None]:
    """In a new child: hear signals again and, on Linux, be killed when `parent` ends (prctl(2)).

    Being killed loses nothing: what was answered is in the append-only file.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        for name in TO_END:
            signal.signal(name, signal.SIG_DFL)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def detach(log: Path) -> None:
    """Leaves the terminal, the session and the parent; from here on only the log hears us.

    Signals to end are ignored: the server must outlive users that are still finishing their work.
    """
    if os.fork():
        os._exit(0)
    os.setsid()
    for name in TO_END:
        signal.signal(name, signal.SIG_IGN)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)


def main(arguments: list[str]) -> int:
    """`users.lock redis.log FD COMMAND…`, where FD is the locked `server.lock`, inherited."""
    users, log, lock, *command = arguments
    detach(Path(log))
    return supervise(command, os.open(users, os.O_RDWR | os.O_CLOEXEC), int(lock))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
