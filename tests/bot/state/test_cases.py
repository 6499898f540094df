from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.errors import Conflict, NoSuchCase, RedisUnavailable
from bot.keys import Ttl
from bot.state.cases import CaseStore, Turn
from bot.state.connection import connect
from bot.state.outbox import Outbox
from bot.state.placements import Placements
from bot.state.records import Records
from tests.support.eater import answer_eater
from tests.support.turns import ANNE, closed, grown, item, opened_case, placement, reopened


@pytest.fixture
def cases(redis: Redis) -> CaseStore:
    return CaseStore(redis)


async def test_ids_count_up_from_1001(cases: CaseStore) -> None:
    assert [await cases.new_id() for _ in range(3)] == ["D-1001", "D-1002", "D-1003"]


async def test_case_comes_back_as_committed(cases: CaseStore) -> None:
    case = grown(opened_case("D-1001"), "« plus d’Internet »", "toujours rien")
    await cases.commit(Turn(case=case))
    assert await cases.load("D-1001") == case


async def test_only_new_entries_are_appended(cases: CaseStore) -> None:
    case = opened_case("D-1001")
    await cases.commit(Turn(case=case))
    more = grown(case, "a", "b")
    await cases.commit(Turn(case=more, was=case.version))
    assert await cases.load("D-1001") == more


async def test_unknown_case_is_an_error(cases: CaseStore) -> None:
    assert await cases.load_or_none("D-9") is None
    with pytest.raises(NoSuchCase):
        await cases.load("D-9")


async def test_stale_turn_changes_nothing_at_all(redis: Redis, cases: CaseStore) -> None:
    case = opened_case("D-1001")
    await cases.commit(Turn(case=case))
    before = await _everything(redis)
    stale = Turn(
        conversation="c", activity="1", case=grown(case, "x"), was=0, outbox=(item("1"),), records={"r": {}}
    )
    with pytest.raises(Conflict):
        await cases.commit(stale)
    assert await _everything(redis) == before


async def test_second_delivery_changes_nothing(redis: Redis, cases: CaseStore) -> None:
    case = opened_case("D-1001")
    turn = Turn(conversation="c", activity="1", reply=b"\xffanswer", case=case)
    await cases.commit(turn)
    before = await _everything(redis)
    with pytest.raises(Conflict):
        await cases.commit(Turn(conversation="c", activity="1", case=grown(case, "x"), was=1))
    assert await _everything(redis) == before
    assert await cases.seen("c", "1") == b"\xffanswer"


async def test_activity_without_answer_is_seen(cases: CaseStore) -> None:
    assert await cases.seen("c", "1") is None
    await cases.commit(Turn(conversation="c", activity="1"))
    assert await cases.seen("c", "1") == b""


async def test_activity_of_other_conversation_is_new(cases: CaseStore) -> None:
    await cases.commit(Turn(conversation="c:1", activity="2"))
    await cases.commit(Turn(conversation="c", activity="1:2"))


async def test_outbox_and_records_come_along(redis: Redis, cases: CaseStore) -> None:
    turn = Turn(case=opened_case("D-1001"), outbox=(item("1"), item("2")), records={"r": {"locale": "fr"}})
    await cases.commit(turn)
    head = await Outbox(redis).head("19:room")
    assert head is not None
    assert head.item == item("1")
    assert (await Records(redis).read(["r"]))["r"].data == {"locale": "fr"}


async def test_found_cards_come_along(redis: Redis, cases: CaseStore) -> None:
    case = opened_case("D-1001")
    await cases.commit(Turn(case=case, placements={"checks": placement("a")}))
    assert await Placements(redis).all("D-1001") == {"checks": placement("a")}
    with pytest.raises(Conflict):
        await cases.commit(Turn(case=grown(case, "x"), was=0, placements={"checks": placement("b")}))
    assert await Placements(redis).get("D-1001", "checks") == placement("a")


async def test_commit_overwrites_records_with_new_etags(redis: Redis, cases: CaseStore) -> None:
    etag = (await Records(redis).write({"r": ({"n": 1}, None)}))["r"]
    await cases.commit(Turn(records={"r": {"n": 2}}))
    record = (await Records(redis).read(["r"]))["r"]
    assert record.data == {"n": 2}
    assert record.etag != etag


async def test_person_has_one_open_case(cases: CaseStore) -> None:
    await cases.commit(Turn(case=opened_case("D-1001")))
    assert await cases.open_of(ANNE.key) == "D-1001"
    with pytest.raises(Conflict, match="another open case"):
        await cases.commit(Turn(case=opened_case("D-1002")))
    assert await cases.load_or_none("D-1002") is None


async def test_closed_case_leaves_every_index(cases: CaseStore) -> None:
    case = opened_case("D-1001")
    await cases.commit(Turn(case=case))
    assert await cases.open_cases() == ["D-1001"]
    await cases.commit(Turn(case=closed(case), was=1))
    assert await cases.open_of(ANNE.key) is None
    assert await cases.open_cases() == []
    assert (await cases.load("D-1001")).closed


async def test_late_entry_keeps_the_newer_case(cases: CaseStore) -> None:
    old = closed(opened_case("D-1001"))
    await cases.commit(Turn(case=old))
    await cases.commit(Turn(case=opened_case("D-1002")))
    await cases.commit(Turn(case=grown(old, "merci"), was=old.version))
    assert await cases.open_of(ANNE.key) == "D-1002"
    assert await cases.open_cases() == ["D-1002"]


async def test_person_key_of_the_turn_wins(cases: CaseStore) -> None:
    await cases.commit(Turn(case=opened_case("D-1001"), person_key="anne/phone-2"))
    assert await cases.open_of("anne/phone-2") == "D-1001"
    assert await cases.open_of(ANNE.key) is None


async def test_open_cases_begin_with_the_quietest(cases: CaseStore) -> None:
    for number in range(1, 4):
        await cases.commit(Turn(case=opened_case(f"D-{number}"), person_key=str(number)))
    assert await cases.open_cases() == ["D-1", "D-2", "D-3"]


async def test_commit_renews_retention_of_case(redis: Redis, cases: CaseStore) -> None:
    case = opened_case("D-1001")
    await cases.commit(Turn(case=case))
    await Placements(redis).set("D-1001", "triage", placement("a"))
    kept = (keys.case_ledger("D-1001"), keys.case_placements("D-1001"))
    for name in kept:
        await redis.expire(name, 60)
    await cases.commit(Turn(case=case, was=1))
    assert all([await redis.ttl(name) > Ttl.case.total_seconds() - 60 for name in kept])


async def test_expired_cases_leave_the_open_list(redis: Redis, cases: CaseStore) -> None:
    await redis.zadd(keys.open_cases(), {"D-1": 1})
    await cases.commit(Turn(case=opened_case("D-1001")))
    assert await cases.open_cases() == ["D-1001"]


async def test_fifty_writers_lose_no_entry(cases: CaseStore) -> None:
    await cases.commit(Turn(case=opened_case("D-1001")))

    async def write(name: str) -> int:
        conflicts = 0
        while True:
            case = await cases.load("D-1001")
            turn = Turn(
                conversation="c",
                activity=name,
                case=grown(case, name),
                was=case.version,
                outbox=(item(name),),
            )
            try:
                await cases.commit(turn)
            except Conflict:
                conflicts += 1
            else:
                return conflicts

    conflicts = await asyncio.gather(*(write(str(n)) for n in range(50)))
    said = [getattr(entry, "text", "") for entry in (await cases.load("D-1001")).ledger[1:]]
    assert sorted(said, key=int) == [str(n) for n in range(50)]
    assert sum(conflicts) > 0


async def test_lost_answer_does_not_lose_a_commit(
    cases: CaseStore, redis_server: str, tmp_path: Path
) -> None:
    await cases.commit(Turn(case=opened_case("D-1001")))
    turn = Turn(conversation="c", activity="1", case=grown(opened_case("D-1001"), "x"), was=1)
    async with (
        answer_eater(unquote(urlsplit(redis_server).path), tmp_path / "eater.sock", b"EVALSHA") as eater,
        connect(f"unix://{tmp_path}/eater.sock") as client,
    ):
        await CaseStore(client).commit(turn)
    assert eater.eaten == 1
    assert await cases.load("D-1001") == turn.case


async def test_commit_tells_an_absent_redis(tmp_path: Path) -> None:
    async with connect(f"unix://{tmp_path}/none.sock") as client:
        with pytest.raises(RedisUnavailable):
            await CaseStore(client).commit(Turn(case=opened_case("D-1001")))


async def _everything(redis: Redis) -> dict[bytes, bytes | None]:
    return {name: await redis.dump(name) async for name in redis.scan_iter()}


async def test_cases_of_a_person_are_listed_newest_first(redis: Redis, cases: CaseStore) -> None:
    for name in ("D-1001", "D-1002", "D-1003"):
        opened = opened_case(name)
        await cases.commit(Turn(case=opened))
        await cases.commit(Turn(case=closed(opened), was=opened.version))
    mine = keys.person_cases(opened_case("D-1001").opened.person.key)
    await redis.zadd(mine, {"D-1001": 1, "D-1002": 2, "D-1003": 3})
    assert [case.id for case in await cases.of_person(ANNE.key)] == ["D-1003", "D-1002", "D-1001"]
    assert [case.id for case in await cases.of_person(ANNE.key, 1)] == ["D-1003"]
    assert await cases.of_person("nobody") == ()
    assert await redis.pttl(mine) > 0


async def test_case_does_not_reopen_beside_another(cases: CaseStore) -> None:
    first, second = opened_case("D-1001"), opened_case("D-1002")
    await cases.commit(Turn(case=first))
    ended = closed(first)
    await cases.commit(Turn(case=ended, was=first.version))
    await cases.commit(Turn(case=second))
    again = reopened(ended)
    with pytest.raises(Conflict, match="another open case"):
        await cases.commit(Turn(case=again, was=ended.version))
    await cases.commit(Turn(case=closed(second), was=second.version))
    await cases.commit(Turn(case=again, was=ended.version))
    assert await cases.open_of(ANNE.key) == "D-1001"
    assert await cases.open_cases() == ["D-1001"]
