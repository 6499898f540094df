"""The file is read as the server writes it, and what was cut off or damaged is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.state.cases import CaseStore, Turn
from bot.state.connection import connect
from bot.state.embedded import EmbeddedRedis
from bot.state.outbox import Outbox
from tests.chaos.aof import damage, record
from tests.chaos.state import State
from tests.chaos.system import orphans, servers, supervisors
from tests.support.turns import item, opened_case, placement


def log(data_dir: Path) -> Path:
    return next(data_dir.rglob("*.incr.aof"))


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data directory of which two items were put, and one delivered."""
    server = await EmbeddedRedis.start(tmp_path)
    async with connect(server.url) as redis:
        await CaseStore(redis).commit(Turn(case=opened_case("D-1"), outbox=(item("1"), item("2"))))
        await Outbox(redis).begin("19:room", "1")
        await Outbox(redis).finish("19:room", "1", {"triage": placement("a")}, "D-1")
        await Outbox(redis).begin("19:room", "2")
        state = State(tmp_path)
        seen = await state.snapshot()
        await state.close()
    assert seen is not None
    assert ([case.id for case in seen.cases], seen.waiting, seen.sending) == (
        ["D-1"],
        (item("2"),),
        (item("2"),),
    )
    assert (len(servers(tmp_path)), len(supervisors(tmp_path))) == (2, 1)
    await server.close()
    assert await orphans(tmp_path) == []
    return tmp_path


def test_record_tells_what_was_meant(data: Path) -> None:
    kept = record(data)
    assert kept.items == (item("1"), item("2"))
    assert kept.placed == (("D-1", "triage", "a"),)


def test_cut_off_command_is_left_out(data: Path) -> None:
    file = log(data)
    whole = file.read_bytes()
    for end in range(len(whole) - 40, len(whole)):
        file.write_bytes(whole[:end])
        assert record(data).items == (item("1"), item("2"))


def test_damage_is_told(data: Path) -> None:
    assert damage(data) == ""
    log(data).write_bytes(log(data).read_bytes().replace(b"$5\r\nRPUSH", b"$9\r\nRPUSH", 1))
    assert "incr.aof" in damage(data)


async def test_state_without_server_is_unknown(tmp_path: Path) -> None:
    state = State(tmp_path)
    assert await state.snapshot() is None
    await state.close()
