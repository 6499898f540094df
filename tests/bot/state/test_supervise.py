from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.state import supervise
from tests.support.waiting import wait_until

PATIENT = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable, "-I", "-S", "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('.', flush=True); time.sleep(60)",
]  # fmt: skip


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.lock"
    path.touch()
    return path


def _use(users: Path) -> int:
    descriptor = os.open(users, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def test_server_nobody_uses_is_ended(users: Path, tmp_path: Path) -> None:
    lock = os.open(tmp_path / "server.lock", os.O_RDWR | os.O_CREAT)
    assert supervise.supervise(PATIENT, os.open(users, os.O_RDWR), lock) == 0


def test_server_dying_at_birth_is_given_up(users: Path, tmp_path: Path) -> None:
    _use(users)
    lock = os.open(tmp_path / "server.lock", os.O_RDWR | os.O_CREAT)
    assert supervise.supervise(["false"], os.open(users, os.O_RDWR), lock) == 1


def test_used_server_is_left_running(users: Path) -> None:
    user, left = _use(users), threading.Event()

    def leave() -> None:
        left.set()
        os.close(user)

    with subprocess.Popen(PATIENT) as server:
        threading.Timer(0.2, leave).start()
        assert supervise.unused(server, os.open(users, os.O_RDWR))
        assert left.is_set()
        server.kill()


def test_death_of_the_server_is_noticed(users: Path) -> None:
    _use(users)
    with subprocess.Popen(PATIENT) as server:
        server.kill()
        assert not supervise.unused(server, os.open(users, os.O_RDWR))


def test_deaf_server_is_killed_in_the_end() -> None:
    with subprocess.Popen(STUBBORN, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        supervise.stop(server, patience_s=0.1)
        assert server.returncode == -signal.SIGKILL


async def test_server_inherits_its_lock(users: Path, tmp_path: Path) -> None:
    """The program as it is really run: detached, with the lock handed over."""
    user = _use(users)
    path = tmp_path / "server.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    arguments = [str(users), str(tmp_path / "log"), str(lock), *PATIENT]
    launched = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", supervise.__file__, *arguments), pass_fds=(lock,)
    )
    assert await launched.wait() == 0
    os.close(lock)
    assert not _free(path)
    os.close(user)
    await wait_until(lambda: _free(path), "supervisor and server have ended")


def _free(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
