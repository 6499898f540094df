"""Real servers, real signals: what must hold when processes end in every way they can."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.errors import RedisUnavailable
from bot.state.connection import connect, ready
from bot.state.embedded import EmbeddedRedis
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]


@contextlib.asynccontextmanager
async def using(data_dir: Path) -> AsyncIterator[Redis]:
    server = await EmbeddedRedis.start(data_dir)
    async with connect(server.url) as client:
        yield client
    await server.close()


@contextlib.asynccontextmanager
async def user_process(data_dir: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A separate user; killed without warning at the end, if not before."""
    user = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.redis_user", str(data_dir)),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        yield user
    finally:
        with contextlib.suppress(ProcessLookupError):
            user.kill()
        await user.wait()


async def read_number(user: asyncio.subprocess.Process) -> int:
    assert user.stdout is not None
    return int(await user.stdout.readline())


async def pid_of(client: Redis) -> int:
    return int((await client.info("server"))["process_id"])


def parent_of(pid: int) -> int:
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, check=True).stdout)


def alive(pid: int) -> bool:
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False).stdout
    return bool(said.strip()) and not said.startswith(b"Z")


async def ended(pid: int) -> None:
    await wait_until(lambda: not alive(pid), f"process {pid} has ended")


async def test_server_is_private_and_keeps_a_log(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        config = await client.config_get("*")
        assert (config["port"], config["save"], config["appendonly"]) == ("0", "", "yes")
        assert (config["appendfsync"], config["maxmemory-policy"]) == ("everysec", "noeviction")
    assert (tmp_path / "redis").stat().st_mode & 0o777 == 0o700
    assert "Ready to accept connections" in (tmp_path / "redis" / "redis.log").read_text()


async def test_socket_is_closed_to_others(tmp_path: Path) -> None:
    async with using(tmp_path):
        assert (tmp_path / "redis" / "redis.sock").stat().st_mode & 0o777 == 0o700


async def test_data_outlive_the_last_user(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        await client.set("kept", "é")
    await ended(pid)
    assert not (tmp_path / "redis" / "redis.sock").exists()
    async with using(tmp_path) as client:
        assert await client.get("kept") == "é".encode()


async def test_start_while_the_old_one_ends(tmp_path: Path) -> None:
    for expected in range(1, 4):
        async with using(tmp_path) as client:
            assert await client.incr("count") == expected


async def test_starts_at_once_share_one_server(tmp_path: Path) -> None:
    servers = await asyncio.gather(*(EmbeddedRedis.start(tmp_path) for _ in range(5)))
    async with user_process(tmp_path) as first, user_process(tmp_path) as second:
        pids = {await read_number(first), await read_number(second)}
        for server in servers:
            async with connect(server.url) as client:
                pids.add(await pid_of(client))
            await server.close()
    assert len(pids) == 1


async def test_processes_at_once_share_one_server(tmp_path: Path) -> None:
    async with user_process(tmp_path) as first, user_process(tmp_path) as second:
        assert await read_number(first) == await read_number(second)


async def test_server_stays_for_the_other_user(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        async with user_process(tmp_path) as user:
            pid = await read_number(user)
        for _ in range(3):
            async with using(tmp_path) as other:
                assert await pid_of(other) == pid
        assert await pid_of(client) == pid


async def test_killed_user_leaves_data_and_no_orphan(tmp_path: Path) -> None:
    async with user_process(tmp_path) as user:
        pid = await read_number(user)
        supervisor = parent_of(pid)
        for _ in range(100):
            acknowledged = await read_number(user)
    await ended(pid)
    await ended(supervisor)
    async with using(tmp_path) as client:
        assert int(await client.get("count") or 0) >= acknowledged


async def test_killed_server_comes_back_with_data(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        for _ in range(100):
            acknowledged = await client.incr("count")
        os.kill(pid, signal.SIGKILL)
        assert int(await client.get("count") or 0) == acknowledged
        assert await pid_of(client) != pid


async def test_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        await client.set("kept", "1")
        os.kill(parent_of(pid), signal.SIGKILL)
        await ended(pid)
        await wait_until(lambda: ready(client), "the user has revived the server")
        assert await client.get("kept") == b"1"


async def test_killed_supervisor_can_be_replaced_at_once(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        os.kill(parent_of(pid), signal.SIGKILL)
        async with using(tmp_path) as other:

            async def replaced() -> bool:
                return await pid_of(other) != pid

            await wait_until(replaced, "the old server is gone and a new one answers")
            assert await pid_of(client) == await pid_of(other)


async def test_supervisor_outlives_polite_signals(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        supervisor = parent_of(pid)
        os.kill(supervisor, signal.SIGTERM)
        os.kill(pid, signal.SIGTERM)
        await ended(pid)
        assert parent_of(await pid_of(client)) == supervisor


async def test_cut_off_file_still_loads(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        await client.set("first", "1")
        await client.set("second", "2")
    await ended(pid)
    aof = _aof(tmp_path)
    os.truncate(aof, aof.stat().st_size - 3)
    async with using(tmp_path) as client:
        assert await client.mget("first", "second") == [b"1", None]


async def test_damaged_file_is_told_with_advice(tmp_path: Path) -> None:
    async with using(tmp_path) as client:
        pid = await pid_of(client)
        await client.set("first", "1")
        await client.set("second", "2")
    await ended(pid)
    aof = _aof(tmp_path)
    aof.write_bytes(b"*" + b"?" * 20 + aof.read_bytes()[20:])
    with pytest.raises(RedisUnavailable, match="Bad file format") as caught:
        await EmbeddedRedis.start(tmp_path)
    assert "--fix" in caught.value.advice


@pytest.mark.parametrize("name", ["un dossier à moi %41", "d" * 120])
async def test_any_data_directory_will_do(tmp_path: Path, name: str) -> None:
    async with using(tmp_path / name) as client:
        assert await ready(client)
    async with using(tmp_path / name) as client:
        assert await ready(client)


async def test_directory_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("not a directory")
    with pytest.raises(RedisUnavailable):
        await EmbeddedRedis.start(tmp_path)


async def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    server = await EmbeddedRedis.start(tmp_path)
    await server.close()
    await server.close()


def _aof(data_dir: Path) -> Path:
    return next((data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))
