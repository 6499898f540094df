"""A change with two keys through the whole bot: two replicas over HTTP, one Redis, Graph and its groups over HTTP."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.diagnosis.playbook import load
from bot.domain.case import Case
from bot.domain.change import Approved, Changed, Proposed
from bot.simulator.directory import APPROVER_GROUP, HELPDESK_GROUP, LICENCE_GROUP, User
from dialogs.draft import Rules
from dialogs.triage_view import triage_view
from tests.support.activities import BOT, execute, message
from tests.support.environment import forget_settings
from tests.support.tenant import TENANT, Tenant, running_tenant
from tests.support.waiting import wait_until
from tests.support.wholebot import Whole, whole_bot

CHANNEL = "19:help@thread.tacv2"
PATIENCE_S = 15.0


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    async with running_tenant(tmp_path) as running:
        running.directory.leave(LICENCE_GROUP, running.camille.id)
        yield running


@pytest.fixture
async def replicas(
    tenant: Tenant, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Whole]]:
    forget_settings(monkeypatch)
    settings = tenant.settings(
        redis_url=redis_url,
        data_dir=tmp_path,
        helpdesk_channel=CHANNEL,
        helpdesk_group=HELPDESK_GROUP,
        approver_group=APPROVER_GROUP,
        fixes=True,
    )
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(whole_bot(settings, dev=True)) for _ in range(2)]


class Story:
    """One case, told to both replicas."""

    def __init__(self, replicas: list[Whole], tenant: Tenant) -> None:
        self.replicas, self.tenant = replicas, tenant
        self.bot = replicas[0]
        self.id = ""

    async def case(self) -> Case:
        return await self.bot.parts.cases.load(self.id)

    async def until(self, holds: Callable[[Case], object], what: str) -> Case:
        async def held() -> bool:
            return bool(holds(await self.case()))

        await wait_until(held, what, PATIENCE_S)
        return await self.case()

    async def report(self) -> None:
        """Camille reports her phone; the directory shows what is missing."""
        await self._post(self.bot, message(self.bot.teams.url, **self._camille()))
        found = await self.bot.parts.cases.open_of(self.tenant.camille.id)
        assert found is not None
        self.id = found
        offered = (await self.until(lambda case: case.offer(), "a form is shown")).offer()
        assert offered is not None
        action = self._action("start", offered.nonce, symptom="no_internet_banner")
        await self._post(self.bot, execute(self.bot.teams.url, action, **self._camille(), id="2"))

    async def click(self, verb: str, who: User, nonce: str, number: int = 0) -> None:
        bot = self.replicas[number % 2]
        place = {"id": f"{CHANNEL};messageid=9", "conversationType": "channel", "tenantId": TENANT}
        person = {"id": f"29:{who.id}", "name": who.name, "aadObjectId": who.id}
        fields = {"from": person, "conversation": place, "channelData": {"tenant": {"id": TENANT}}}
        tap = execute(bot.teams.url, self._action(verb, nonce), **fields, id=f"{verb}-{who.id}-{number}")
        await self._post(bot, tap)

    def _camille(self) -> dict[str, object]:
        camille = self.tenant.camille
        return {
            "from": {"id": "29:camille", "name": camille.name, "aadObjectId": camille.id},
            "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "recipient": {"id": BOT, "name": "Décroche"},
        }

    def _action(self, verb: str, nonce: str, **values: str) -> dict[str, object]:
        data = {"case": self.id, "v": 1, "nonce": nonce, "verb": verb, **values}
        return {"type": "Action.Execute", "verb": verb, "data": data}

    async def _post(self, bot: Whole, activity: dict[str, object]) -> None:
        now = {"timestamp": datetime.now(UTC).isoformat()}
        status, body = await bot.post("/api/messages", activity | now)
        assert status in {200, 201, 202}, body


def approvers(tenant: Tenant, count: int) -> list[User]:
    ines = next(user for user in tenant.directory.users if APPROVER_GROUP in user.groups)
    more = [
        dataclasses.replace(
            ines, id=str(uuid.uuid4()), upn=f"agent{n}@x.example", name=f"Agent {n}", licences=[]
        )
        for n in range(count)
    ]
    tenant.directory.users += more
    return more


async def test_ten_approvers_on_two_replicas(tenant: Tenant, replicas: list[Whole]) -> None:
    ten, story = approvers(tenant, 10), Story(replicas, tenant)
    await story.report()
    rules = Rules(playbook=load(), fixes=True)
    case = await story.until(lambda case: triage_view(case, rules, "fr").fix, "a change is called for")
    fix = triage_view(case, rules, "fr").fix
    assert fix is not None
    sacha = next(user for user in tenant.directory.users if user.name == "Sacha Lemoine")
    await story.click("propose", sacha, fix.mark)
    one = (await story.until(lambda case: case.last(Proposed), "it is proposed")).last(Proposed)
    assert one is not None
    await story.click("approve", sacha, one.nonce)
    await asyncio.gather(*(story.click("approve", who, one.nonce, n) for n, who in enumerate(ten)))
    case = await story.until(lambda case: case.last(Changed), "it is made")
    assert [(entry.how, entry.added) for entry in case.all(Changed)] == [("made", True)]
    assert len(list(case.all(Approved))) == 1
    assert [write.what for write in tenant.graph.writes.made] == ["join"]
    assert tenant.camille.has_plan("TEAMS1")
