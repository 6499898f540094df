"""Budgets and patience, alone and with a crowd at nine o'clock: 200 people, `make fuzz` sends a thousand."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.graph.client import GraphClient, connect
from bot.graph.lanes import Lane, Lanes
from bot.graph.limits import Budget, limits
from bot.graph.lookup import account_and_licences
from bot.graph.patience import Patience, retry_after_s
from bot.simulator.directory import DOMAIN, Licence, User
from bot.simulator.quirks import Limit, Trouble
from tests.support.mutation import FEW as SHORT
from tests.support.mutation import inputs
from tests.support.tenant import CAMILLE, Tenant, running_tenant
from tests.support.waiting import wait_until

FEW = Budget(path="/x", calls=3, seconds=0.3)


async def through(lane: Lane, patience: Patience | None = None) -> float:
    """Goes in and out; gives the time of it, -1 when there was none to go in."""
    if not await lane.enter(patience or Patience()):
        return -1
    entered = time.monotonic()
    await lane.leave()
    return entered


async def test_budget_spreads_a_crowd() -> None:
    lane = Lane(20, FEW)
    entered = sorted(await asyncio.gather(*(through(lane) for _ in range(8))))
    gaps = [later - earlier for earlier, later in zip(entered, entered[3:], strict=False)]
    assert min(gaps) >= 0.3


async def test_impatient_caller_leaves_its_turn() -> None:
    lane = Lane(20, FEW)
    for _ in range(3):
        assert await through(lane) > 0
    assert await through(lane, Patience(limit_s=0.1)) == -1
    began = time.monotonic()
    assert await through(lane) - began < 0.4


async def test_prompt_takes_only_free_places() -> None:
    lane = Lane(20, FEW)
    assert [lane.prompt() for _ in range(4)] == [True, True, True, False]


async def test_refusal_is_told_to_all() -> None:
    lane = Lane(20)
    assert await lane.enter(Patience())
    await lane.leave(pause_s=0.2)
    assert lane.paused()
    assert not lane.prompt()
    began = time.monotonic()
    entered = await asyncio.gather(*(through(lane) for _ in range(5)))
    assert min(entered) - began >= 0.19


async def test_refusal_reaches_those_who_wait() -> None:
    lane = Lane(20, FEW)
    for _ in range(3):
        await through(lane)
    waiting = asyncio.create_task(through(lane))
    await asyncio.sleep(0)
    began = time.monotonic()
    lane.pause(0.5)
    assert await waiting - began >= 0.5


async def test_long_pause_is_not_waited_for() -> None:
    lane = Lane(20)
    lane.pause(60)
    began = time.monotonic()
    assert await through(lane, Patience(limit_s=30)) == -1
    assert time.monotonic() - began < 0.2


async def test_refusals_narrow_and_successes_widen() -> None:
    lane = Lane(4)
    for _ in range(3):
        assert await lane.enter(Patience())
        await lane.leave(pause_s=0)
    assert lane.prompt()
    assert not lane.prompt()
    await lane.leave()
    assert [lane.prompt() for _ in range(3)] == [True, True, False]


async def test_place_is_waited_for() -> None:
    lane = Lane(1)
    assert lane.prompt()
    assert not await lane.enter(Patience(limit_s=0.05))
    waiting = asyncio.create_task(through(lane))
    await asyncio.sleep(0)
    await lane.leave()
    assert await waiting > 0


@pytest.mark.parametrize("told", ["86400", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_no_pause_is_for_ever(told: str) -> None:
    lane, seconds = Lane(5), retry_after_s(told)
    assert seconds is not None
    lane.pause(seconds)
    assert lane.paused()
    assert await lane.enter(Patience(limit_s=0)) is False
    assert 0 < lane.closed_s() <= 600


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("/auditLogs/signIns", "/auditLogs/signIns", True),
        ("/users/a", "/users/b/licenseDetails", True),
        ("/users/a", "/subscribedSkus", False),
        ("/admin/teams/x", "/admin/serviceAnnouncement/y", False),
        ("/$batch", "/users/a", False),
        ("/auditLogs/signIns", "/auditLogs/directoryAudits", False),
    ],
)
def test_service_is_throttled_together(one: str, other: str, together: bool) -> None:
    lanes = Lanes()
    assert (lanes.of(one) is lanes.of(other)) == together


def test_only_budgets_are_limited() -> None:
    lanes = Lanes(limits())
    assert lanes.limited("/auditLogs/signIns")
    assert not lanes.limited("/users/a")


CROWD = 200
TOLD = ("account.enabled", "licence.teams", "licence.teams_phone", "licence.assigned_by")


@pytest.fixture
async def crowd(tmp_path: Path) -> AsyncIterator[Tenant]:
    async with running_tenant(tmp_path) as tenant:
        tenant.directory.users = [
            User(f"id-{n}", f"person{n}@{DOMAIN}", f"Person {n}", licences=[Licence("SPE_E5")])
            for n in range(1000)
        ]
        yield tenant


async def told(graph: GraphClient, n: int, patience: Patience) -> dict[str, object]:
    lookup = await account_and_licences(graph, f"person{n}@{DOMAIN}", patience=patience)
    return {fact.id: fact.value for fact in lookup.facts}


@dataclass
class Shutter(Limit):
    """Closes for a moment after every so many calls, and refuses whoever comes meanwhile."""

    shut_s: float = 0.3
    closings: int = 0
    let_in: int = 0
    until: float = 0.0

    def trouble(self, path: str) -> Trouble | None:
        now = time.monotonic()
        if now < self.until:
            self.refused += 1
            return Trouble(0, retry_after=f"{self.until - now:.3f}")
        self.let_in += 1
        if self.let_in % self.calls == 0:
            self.closings, self.until = self.closings + 1, now + self.shut_s
        return None


@pytest.mark.fuzz
async def test_crowd_survives_throttling(crowd: Tenant) -> None:
    people = CROWD if inputs() <= SHORT else len(crowd.directory.users)
    shutter = Shutter("", people // 4, timedelta())
    crowd.graph.limits = [shutter]
    graph = connect(crowd.settings())
    found = await asyncio.gather(*(told(graph, n, Patience(limit_s=60)) for n in range(people)))
    await graph.close()
    assert all(facts == dict(zip(TOLD, ("yes", "ok", "ok", "user"), strict=True)) for facts in found)
    # Each closing costs at most the calls that were on their way; whoever was told waits.
    assert 0 < shutter.refused <= shutter.closings * limits().width.widest
    assert len(crowd.graph.requests) <= people + shutter.refused


async def test_throttled_parts_do_not_storm(crowd: Tenant) -> None:
    trouble = crowd.graph.throttle(40, path="/licenseDetails", retry_after="0.5")
    graph = connect(crowd.settings())
    found = await asyncio.gather(*(told(graph, n, Patience(limit_s=60)) for n in range(100)))
    await graph.close()
    assert trouble.times == 0
    assert all(facts["licence.teams"] == "ok" for facts in found)
    details = [call for call in crowd.graph.calls if call.endswith("/licenseDetails")]
    assert len(details) == 140


async def test_nobody_comes_back_too_early(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(1, path="$batch", retry_after="0.5")
    began = time.monotonic()
    early = [asyncio.create_task(account_and_licences(graph, CAMILLE)) for _ in range(3)]
    await wait_until(lambda: bool(tenant.graph.requests), "the first request")
    late = asyncio.create_task(account_and_licences(graph, CAMILLE))
    done = await asyncio.gather(*early, late)
    assert time.monotonic() - began >= 0.5
    assert all(lookup.found for lookup in done)


async def test_account_and_licence_cost_one_request(graph: GraphClient, tenant: Tenant) -> None:
    lookup = await account_and_licences(graph, CAMILLE)
    assert tenant.graph.requests == ["POST /v1.0/$batch"]
    assert [fact.id for fact in lookup.facts] == list(TOLD)
    assert lookup.found


async def test_stranger_has_no_account(graph: GraphClient) -> None:
    assert not (await account_and_licences(graph, "nobody@bellecour.example")).found
    assert not (await account_and_licences(graph, " .")).found
