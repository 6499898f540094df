from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot import keys
from bot.domain.case import Case, Moved, Opened, Stage
from bot.domain.people import Person
from bot.keys import Ttl
from bot.state.cases import CaseStore, Turn
from bot.state.playbooks import Playbooks
from tests.support.cases import START


def opened(case_id: str, version: str) -> Case:
    person = Person(id=f"29:{case_id}", name="Camille")
    entry = Opened(n=1, at=START, by="user", person=person, conversation="a:1", locale="fr", playbook=version)
    return Case(id=case_id, ledger=(entry,))


def closed(case: Case) -> Case:
    end = Moved(n=2, at=START, by="user", to=Stage.withdrawn)
    return Case(id=case.id, ledger=(*case.ledger, end))


@pytest.fixture
def playbooks(redis: Redis) -> Playbooks:
    return Playbooks(redis)


async def test_only_versions_of_open_cases_are_wanted(redis: Redis, playbooks: Playbooks) -> None:
    store = CaseStore(redis)
    for case in (opened("D-1", "one"), opened("D-2", "two"), opened("D-3", "two"), opened("D-4", "three")):
        await store.commit(Turn(case=case))
    await store.commit(Turn(case=closed(opened("D-4", "three")), was=1))
    for version in ("one", "two", "three", "four"):
        await playbooks.keep(version, version.encode())
    assert await playbooks.in_use() == {"one": b"one", "two": b"two"}


async def test_lost_version_is_empty(redis: Redis, playbooks: Playbooks) -> None:
    await CaseStore(redis).commit(Turn(case=opened("D-1", "gone")))
    assert await playbooks.in_use() == {"gone": b""}


async def test_nothing_open_wants_nothing(playbooks: Playbooks) -> None:
    await playbooks.keep("one", b"one")
    assert await playbooks.in_use() == {}


async def test_needed_version_lives_on(redis: Redis, playbooks: Playbooks) -> None:
    await CaseStore(redis).commit(Turn(case=opened("D-1", "one")))
    await playbooks.keep("one", b"one")
    await redis.expire(keys.playbook("one"), 60)
    await playbooks.in_use()
    assert await redis.ttl(keys.playbook("one")) > Ttl.case.total_seconds()


async def test_damaged_ledger_stops_nobody(redis: Redis, playbooks: Playbooks) -> None:
    await CaseStore(redis).commit(Turn(case=opened("D-1", "one")))
    await redis.lset(keys.case_ledger("D-1"), 0, "{")
    await playbooks.in_use()
