"""Approved changes on a real Redis and a Graph over HTTP: once, whoever clicks and whatever dies, and the truth told."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case, Denied
from bot.domain.change import Approved, Change, Changed, FixKind, Proposed
from bot.domain.conversation import Incoming
from bot.domain.events import MakeChange
from bot.domain.people import Person
from bot.errors import DirectoryError
from bot.graph.client import GraphClient, connect
from bot.graph.fixes import GraphFixes
from bot.jobs.changing import ENDS, GIVEN_UP, SETTLES, TRIES
from bot.simulator.directory import LICENCE_GROUP, PHONE_SKU, catalogue
from bot.simulator.replicas import Lag
from bot.state.cases import Turn
from tests.support.approving import SEAT, THROUGH_GROUP, Office
from tests.support.changer import as_json
from tests.support.dialogue import NOOR, SAMIR, STRANGER
from tests.support.rig import Rig, tapped, thread_of
from tests.support.tenant import Tenant, running_tenant
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]
PHONE = catalogue().sku[PHONE_SKU].id


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    async with running_tenant(tmp_path) as running:
        running.directory.remove_licence(running.camille.id, PHONE_SKU)
        yield running


@pytest.fixture
async def graph(tenant: Tenant) -> AsyncIterator[GraphClient]:
    client = connect(tenant.settings())
    yield client
    await client.close()


class Pair:
    """Two processes of one bot, and a case that waits for the second key."""

    def __init__(self, redis: Redis, tenant: Tenant, graph: GraphClient, office: Office) -> None:
        self.tenant, self.office = tenant, office
        self.rigs = [Rig(redis, fixes=GraphFixes(graph)) for _ in range(2)]
        for rig in self.rigs:
            rig.clock.now = office.now

    @property
    def rig(self) -> Rig:
        return self.rigs[0]

    async def open(self) -> Case:
        """Stores the case as the dialogue left it."""
        await self.rig.cases.commit(
            Turn(case=self.office.case, person_key=self.office.case.opened.person.key)
        )
        await self.rig.roster.learn(SAMIR.key, True)
        await self.rig.roster.learn(NOOR.key, True, approver=True)
        await self.rig.roster.learn(STRANGER.key, False)
        return self.office.case

    def click(self, verb: str, who: Person, number: int = 0) -> Incoming:
        case = self.office.case
        return tapped(
            verb,
            f"{verb}-{who.key}-{number}",
            conversation=thread_of(case),
            person=who,
            case=case.id,
            nonce=self.office.newest.nonce,
            at=self.rig.clock.now,
        )

    async def approve(self) -> MakeChange:
        """Noor gives the second key; nothing is carried out yet."""
        await self.rig.desk.receive(self.click("approve", NOOR))
        return MakeChange(change=self.office.newest.change.id)

    async def make(self, order: MakeChange) -> None:
        await self.rig.changing.make(self.office.case.id, order)

    async def case(self) -> Case:
        return await self.rig.cases.load(self.office.case.id)

    async def ends(self) -> list[tuple[str, bool, str]]:
        """How the change ended, each time that somebody said so."""
        return [(e.how, e.added, e.why) for e in (await self.case()).all(Changed)]

    def forward(self, delta: timedelta) -> None:
        for rig in self.rigs:
            rig.clock.now += delta

    @property
    def asked(self) -> int:
        """How often Graph was asked to write, whatever it answered."""
        paths = ("/assignLicense", "/members/$ref")
        return sum(call.startswith("POST") and call.endswith(paths) for call in self.tenant.graph.calls)


def proposing(tenant: Tenant, fix: FixKind) -> Office:
    account = {**(THROUGH_GROUP if fix == "join_group" else SEAT), "object_id": tenant.camille.id}
    account["seat_sku"] = PHONE
    if fix == "enable_account":
        tenant.directory.disable(tenant.camille.id)
        return Office().disabled({"object_id": tenant.camille.id}).propose()
    return Office().unlicensed(account).propose()


@pytest.fixture
async def pair(redis: Redis, tenant: Tenant, graph: GraphClient) -> Pair:
    pair = Pair(redis, tenant, graph, proposing(tenant, "assign_licence"))
    await pair.open()
    return pair


def agents(count: int) -> list[Person]:
    return [Person(id=f"29:{n}", name=f"Agent {n}", aad=f"aad-{n}") for n in range(count)]


async def test_ten_approvals_are_one_change(pair: Pair) -> None:
    people = agents(10)
    for person in people:
        await pair.rig.roster.learn(person.key, True, approver=True)
    async with pair.rigs[0].running(), pair.rigs[1].running():
        clicks = [
            pair.rigs[n % 2].desk.receive(pair.click("approve", who, n)) for n, who in enumerate(people)
        ]
        await asyncio.gather(*clicks)
        await wait_until(lambda: _ended(pair), "the change is made and told")
    case = await pair.case()
    assert pair.asked == 1
    assert len(pair.tenant.graph.writes.of("assign", pair.tenant.camille.id)) == 1
    assert len(list(case.all(Approved))) == 1
    assert await pair.ends() == [("made", True, "")]


async def _ended(pair: Pair) -> bool:
    return bool(await pair.ends())


async def test_ten_clicks_of_one_are_one(pair: Pair) -> None:
    async with pair.rigs[0].running(), pair.rigs[1].running():
        clicks = [pair.rigs[n % 2].desk.receive(pair.click("approve", NOOR, n)) for n in range(10)]
        await asyncio.gather(*clicks)
        await wait_until(lambda: _ended(pair), "the change is made and told")
    assert pair.asked == 1


async def test_stranger_changes_nothing(pair: Pair) -> None:
    for verb in ("approve", "decline", "undo", "propose"):
        await pair.rig.desk.receive(pair.click(verb, STRANGER))
    await pair.rig.deliver()
    denied = [(entry.person.key, entry.verb) for entry in (await pair.case()).all(Denied)]
    assert denied == [(STRANGER.key, verb) for verb in ("approve", "decline", "undo", "propose")]
    assert pair.tenant.graph.calls == []


async def test_proposer_has_not_both_keys(pair: Pair) -> None:
    await pair.rig.roster.learn(SAMIR.key, True, approver=True)
    await pair.rig.desk.receive(pair.click("approve", SAMIR))
    await pair.rig.deliver()
    assert [entry.verb for entry in (await pair.case()).all(Denied)] == ["approve"]
    assert pair.tenant.graph.calls == []


async def _killed(pair: Pair, redis_url: str, when: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.changer", redis_url),
        *(as_json(pair.tenant.settings()), pair.rig.clock.now.isoformat(), when),
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        return await asyncio.wait_for(process.wait(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_killed_after_the_write(pair: Pair, redis_url: str) -> None:
    await pair.approve()
    assert await _killed(pair, redis_url, "after") == -signal.SIGKILL
    assert (pair.asked, await pair.ends()) == (1, [])
    await pair.rig.hurry()
    async with pair.rig.running():
        await wait_until(lambda: _ended(pair), "the next process tells the truth")
    assert pair.asked == 1
    changed = (await pair.case()).last(Changed)
    assert changed is not None
    assert (changed.how, changed.added, changed.resumed) == ("made", True, True)


async def test_killed_before_the_write(pair: Pair, redis_url: str) -> None:
    order = await pair.approve()
    assert await _killed(pair, redis_url, "before") == -signal.SIGKILL
    with pytest.raises(DirectoryError, match="may not be seen yet"):
        await pair.make(order)
    assert pair.asked == 0
    pair.forward(SETTLES)
    await pair.make(order)
    assert pair.asked == 1
    assert await pair.ends() == [("made", True, "")]


async def test_late_read_does_not_write_again(pair: Pair, redis_url: str) -> None:
    pair.tenant.graph.replicas.lag = Lag(hidden_reads=2)
    order = await pair.approve()
    assert await _killed(pair, redis_url, "after") == -signal.SIGKILL
    for _ in range(2):
        with pytest.raises(DirectoryError, match="may not be seen yet"):
            await pair.make(order)
    await pair.make(order)
    assert (pair.asked, await pair.ends()) == (1, [("made", True, "")])


async def test_what_is_there_is_not_added(pair: Pair) -> None:
    pair.tenant.directory.assign(pair.tenant.camille.id, PHONE_SKU)
    await pair.make(await pair.approve())
    assert (pair.asked, await pair.ends()) == (0, [("already", False, "")])


async def test_seat_gone_meanwhile_is_said(pair: Pair) -> None:
    pair.tenant.directory.stock[PHONE_SKU] = 0
    await pair.make(await pair.approve())
    assert await pair.ends() == [("failed", False, "no_seat")]


async def test_missing_right_to_read_is_said(pair: Pair) -> None:
    pair.tenant.graph.denied = {
        "User.Read.All",
        "Directory.Read.All",
        "User.ReadWrite.All",
        "Directory.ReadWrite.All",
    }
    await pair.make(await pair.approve())
    assert await pair.ends() == [("failed", False, "forbidden")]


async def test_throttled_change_is_made_later(pair: Pair) -> None:
    pair.tenant.graph.throttle(1, path="assignLicense", retry_after="1")
    order = await pair.approve()
    with pytest.raises(DirectoryError):
        await pair.make(order)
    assert await pair.ends() == []
    await asyncio.wait_for(_patiently(pair, order), 10)
    assert await pair.ends() == [("made", True, "")]
    assert len(pair.tenant.graph.writes.of("assign")) == 1


async def _patiently(pair: Pair, order: MakeChange) -> None:
    """As the courier does, until Graph takes the write."""

    async def tried() -> bool:
        try:
            await pair.make(order)
        except DirectoryError:
            return False
        return True

    await wait_until(tried, "Graph takes the write", 9.0)


async def test_doubtful_write_is_read_first(pair: Pair) -> None:
    pair.tenant.graph.fail(1, path="assignLicense", status=503)
    order = await pair.approve()
    with pytest.raises(DirectoryError):
        await pair.make(order)
    with pytest.raises(DirectoryError, match="may not be seen yet"):
        await pair.make(order)
    assert pair.asked == 1


async def test_too_late_to_begin_is_said(pair: Pair) -> None:
    order = await pair.approve()
    pair.forward(TRIES + timedelta(seconds=1))
    await pair.make(order)
    assert (pair.asked, await pair.ends()) == (0, [("failed", False, "too_late")])


async def test_silent_directory_ends_as_unknown(pair: Pair) -> None:
    pair.tenant.graph.fail(100)
    order = await pair.approve()
    with pytest.raises(DirectoryError):
        await pair.make(order)
    pair.forward(ENDS + timedelta(seconds=1))
    entry = await pair.rig.outbox.head(f"expire:{order.change}")
    assert entry is not None
    await pair.rig.work.do(entry.item)
    assert await pair.ends() == [("unknown", False, "expired")]
    await pair.make(order)
    assert (await pair.ends())[-1] == ("failed", False, "too_late"), "nothing was begun: that much is known"


async def test_unknown_is_not_looked_at_for_ever(pair: Pair) -> None:
    pair.tenant.graph.fail(1, path="assignLicense")
    order = await pair.approve()
    with pytest.raises(DirectoryError):
        await pair.make(order)
    pair.forward(ENDS)
    entry = await pair.rig.outbox.head(f"expire:{order.change}")
    assert entry is not None
    await pair.rig.work.do(entry.item)
    await pair.make(order)
    assert await pair.ends() == [("unknown", False, "expired"), ("failed", False, "not_there")]
    pair.forward(GIVEN_UP)
    calls = len(pair.tenant.graph.calls)
    await pair.make(order)
    assert len(pair.tenant.graph.calls) == calls


async def test_change_without_second_key_is_not_made(pair: Pair) -> None:
    await pair.make(MakeChange(change=pair.office.newest.change.id))
    await pair.make(MakeChange(change="D-1001-999"))
    assert (pair.tenant.graph.calls, await pair.ends()) == ([], [])


async def test_change_made_is_not_made_again(pair: Pair) -> None:
    order = await pair.approve()
    await pair.make(order)
    await pair.make(order)
    assert (pair.asked, len(await pair.ends())) == (1, 1)


async def test_switched_off_means_no_change(redis: Redis, tenant: Tenant, graph: GraphClient) -> None:
    pair = Pair(redis, tenant, graph, proposing(tenant, "assign_licence"))
    pair.rigs = [Rig(redis)]
    pair.rig.clock.now = pair.office.now
    await pair.open()
    await pair.make(await pair.approve())
    assert (tenant.graph.calls, await pair.ends()) == ([], [("failed", False, "off")])


@pytest.mark.parametrize(("fix", "what"), [("join_group", "join"), ("enable_account", "enable")])
async def test_every_fix_is_carried_out(
    redis: Redis, tenant: Tenant, graph: GraphClient, fix: FixKind, what: str
) -> None:
    if fix == "join_group":
        tenant.directory.leave(LICENCE_GROUP, tenant.camille.id)
    pair = Pair(redis, tenant, graph, proposing(tenant, fix))
    await pair.open()
    await pair.make(await pair.approve())
    assert [write.what for write in tenant.graph.writes.made] == [what]
    assert await pair.ends() == [("made", True, "")]


class Racing(GraphFixes):
    """Another process begins the same change just before this one does."""

    def __init__(self, graph: GraphClient, rival: Rig, case: str) -> None:
        super().__init__(graph)
        self._rival, self._case = rival, case

    async def stands(self, change: Change) -> bool:
        there = await super().stands(change)
        await self._rival.changing.make(self._case, MakeChange(change=change.id))
        return there


async def test_lost_lease_does_not_write_twice(redis: Redis, pair: Pair, graph: GraphClient) -> None:
    order = await pair.approve()
    slow = Rig(redis, fixes=Racing(graph, pair.rigs[1], pair.office.case.id))
    slow.clock.now = pair.rig.clock.now
    with pytest.raises(DirectoryError, match="by another process"):
        await slow.changing.make(pair.office.case.id, order)
    assert (pair.asked, await pair.ends()) == (1, [("made", True, "")])


async def test_undo_removes_what_was_added(redis: Redis, tenant: Tenant, graph: GraphClient) -> None:
    office = proposing(tenant, "assign_licence").approve().made()
    await GraphFixes(graph).make(replace(office.newest.change, undo=False))
    office.click("undo", SAMIR, office.card().nonce)
    pair = Pair(redis, tenant, graph, office)
    await pair.open()
    await pair.make(await pair.approve())
    assert [write.what for write in tenant.graph.writes.made] == ["assign", "remove"]
    assert [entry.undo for entry in (await pair.case()).all(Changed)] == [False, True]
    assert len(list((await pair.case()).all(Proposed))) == 2
    assert not any(held.sku == PHONE_SKU for held in tenant.camille.licences)
