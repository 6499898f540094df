"""The desk and the courier on a real Redis, with everything beyond the ports played by small fakes."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from obstore.store import MemoryStore
from redis.asyncio import Redis

from bot import keys
from bot.diagnosis.playbook import load
from bot.domain.case import Case, Offered, Stepped
from bot.domain.conversation import Conversation, Incoming, Message
from bot.domain.diagnosis import Locale
from bot.domain.events import BundleWritten, LookedUp, StartProbes
from bot.domain.file import SentFile
from bot.domain.people import Person
from bot.domain.probe import ProbeJob
from bot.domain.site import Site
from bot.evidence.store import FileStore
from bot.jobs.asking import Asked, Asking
from bot.jobs.changing import Changing, Fixes
from bot.jobs.courier import Courier
from bot.jobs.delivery import Delivery
from bot.jobs.desk import Desk, Stores
from bot.jobs.fetching import Fetching
from bot.jobs.filing import Filing
from bot.jobs.links import FileLinks
from bot.jobs.offering import Offering
from bot.jobs.on_call import OnCall
from bot.jobs.ports import Early, Sender
from bot.jobs.posting import Helpdesk, Posting
from bot.jobs.work import Work
from bot.state.cases import CaseStore
from bot.state.connection import reply
from bot.state.marks import Marks
from bot.state.outbox import Item, Outbox
from bot.state.placements import Placements
from bot.state.records import Records
from bot.state.roster import Roster
from dialogs.draft import Rules
from tests.support.clock import Clock
from tests.support.teams import FakeTeams
from tests.support.waiting import wait_until

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ANNE = Person(id="29:anne", name="Anne Martin", aad="aad-anne")
SAMIR = Person(id="29:samir", name="Samir Benali", aad="aad-samir")
CHAT = Conversation(
    id="a:anne", service_url="https://smba.test/emea/", kind="personal", tenant="t", bot="28:bot"
)
CHANNEL = "19:help@thread.tacv2"
BANNER = "Mon téléphone affiche « No internet »"


class RigClock(Clock[datetime]):
    """The rig's time, put forward by seconds."""

    def __init__(self) -> None:
        super().__init__(NOW)

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class PlainDrawing:
    """A card is its slot, version and waiting offers; a sentence is its id and values."""

    def card(
        self,
        case: Case | None,
        slot: str,
        locale: Locale,
        past: Sequence[Case] = (),
        *,
        small: bool = False,
    ) -> Message | None:
        if slot == "nothing":
            return None
        answered = case is not None and _answered(case, slot)
        card = {"slot": slot, "v": case.version if case else 0, "answered": answered}
        return Message(card=card | ({"small": True} if small else {}), summary=f"In short: {slot}")

    def sentence(self, text: str, values: Mapping[str, str], locale: Locale) -> Message:
        return Message(text=" ".join([text, *values.values()]))


def _answered(case: Case, slot: str) -> bool:
    number = slot.partition(":")[2]
    offered = case.ledger[int(number) - 1] if number.isdigit() else None
    return isinstance(offered, Offered) and any(e.nonce == offered.nonce for e in case.all(Stepped))


class FakeWork:
    """Directory, membership, probing and bundles: answers from `answers`, else the usual."""

    def __init__(self, clock: RigClock) -> None:
        self._clock = clock
        self.asked: list[str] = []
        self.failures: deque[Exception] = deque()
        self.helpdesk: set[str] = {SAMIR.key}
        self.approvers: set[str] = set()
        self.found: LookedUp | None = None
        self.why_not: str | None = None
        self.jobs: list[ProbeJob] = []
        self.files: dict[str, list[bytes]] = {}
        self.uploaded: dict[str, bytes] = {}

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failures:
            raise self.failures.popleft()

    async def look_up(self, job: str, person: Person, early: Early | None = None) -> LookedUp:
        self._ask(f"look up {person.key}")
        if self.found is not None:
            return replace(self.found, job=job)
        return LookedUp(at=self._clock(), job=job, not_checked={"account.enabled": "graph_not_configured"})

    async def is_helpdesk(self, person: Person, conversation: Conversation) -> bool:
        self._ask(f"rights of {person.key}")
        return person.key in self.helpdesk

    async def is_approver(self, person: Person) -> bool:
        return person.key in self.approvers

    async def start(self, job: ProbeJob) -> str | None:
        self._ask(f"probe {job.site}")
        self.jobs.append(job)
        return self.why_not

    async def silent(self, job: str, site: str) -> str | None:
        self._ask(f"silent {site}")
        return self.why_not

    async def upload(self, url: str, data: bytes) -> None:
        self._ask(f"upload {url}")
        self.uploaded[url] = data

    async def fetch(self, file: SentFile, service_url: str) -> AsyncIterator[bytes]:
        self._ask(f"fetch {file.url}")
        for chunk in self.files.get(file.url, []):
            yield chunk

    async def write(self, job: str, case: Case, locale: Locale) -> BundleWritten:
        self._ask(f"bundle {case.id}")
        return BundleWritten(at=self._clock(), job=job, name=f"{case.id}.zip", sha256="ab" * 32)


def plan(effect: StartProbes, case: str, now: datetime, deadline: datetime) -> ProbeJob | None:
    """A job without probes, for the one site that there is."""
    if effect.site != "lyon":
        return None
    return ProbeJob(
        id=effect.job, case=case, site=effect.site, plan=effect.plan, probes=(), issued=now, deadline=deadline
    )


class Rig:
    """Everything between `Incoming` and Teams; a second one on the same Redis is a second process."""

    def __init__(
        self,
        redis: Redis,
        teams: FakeTeams | None = None,
        sender: Sender | None = None,
        channel: str | None = CHANNEL,
        fixes: Fixes | None = None,
        bundles: Path = Path("nowhere"),
        back_off: tuple[timedelta, ...] = (timedelta(milliseconds=10), timedelta(milliseconds=80)),
    ) -> None:
        self.redis = redis
        self.clock = RigClock()
        self.teams = teams or FakeTeams()
        self.back_off = back_off
        self.cases = CaseStore(redis)
        self.outbox = Outbox(redis, lease=timedelta(seconds=1))  # a crash is over sooner
        self.placements = Placements(redis)
        self.roster = Roster(redis)
        self.stores = Stores(
            redis=redis,
            cases=self.cases,
            records=Records(redis),
            placements=self.placements,
            roster=self.roster,
        )
        self.rules = Rules(
            playbook=load(), sites={"lyon": Site(id="lyon", name="Lyon")}, fixes=fixes is not None
        )
        self.drawing = PlainDrawing()
        self.woken = 0
        self.desk = Desk(self.stores, self.rules, self.drawing, "fr", self._wake)
        self.fakes = FakeWork(self.clock)
        self.asked = Asked(redis, self.cases, self.outbox, self.roster, OnCall(self.stores.records))
        links = FileLinks(bundles, b"secret", None, self.clock)
        self.offering = Offering(links, self.fakes, self.outbox, self.drawing, self.clock)
        self.asking = self._asking(channel)
        self.changing = Changing(self.desk, self.cases, self.outbox, Marks(redis), fixes, self.clock)
        self.work = self._work()
        self.sender: Sender = sender or self.teams
        helpdesk = Helpdesk(channel=channel, tenant="t", locale="fr")
        self.posting = Posting(self.stores, self.sender, helpdesk)
        self.delivery = self._delivery()
        self.courier = Courier(self.outbox, self.delivery.carry_out, back_off=self.back_off)

    def _asking(self, channel: str | None) -> Asking:
        return Asking(
            offering=self.offering,
            state=self.asked,
            rules=self.rules,
            drawing=self.drawing,
            directory=self.fakes,
            planner=plan,
            probing=self.fakes,
            members=self.teams,
            channel=channel,
            locale="fr",
            clock=self.clock,
        )

    def _work(self) -> Work:
        return Work(
            desk=self.desk,
            cases=self.cases,
            outbox=self.outbox,
            roster=self.roster,
            planner=plan,
            probing=self.fakes,
            directory=self.fakes,
            membership=self.fakes,
            bundles=self.fakes,
            audit=self.asked.audit,
            asking=self.asking.answer,
            changing=self.changing,
            filing=Filing(
                Fetching(self.desk, self.fakes, FileStore(MemoryStore()), self.clock), self.offering
            ).do,
            clock=self.clock,
        )

    def _delivery(self) -> Delivery:
        return Delivery(
            self.stores, self.outbox, self.sender, self.posting, self.drawing, self.work, self.clock
        )

    def _wake(self) -> None:
        self.woken += 1
        self.courier.wake()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        """The courier at work; on the way out it is cancelled, as by a crash."""
        self.delivery = self._delivery()
        self.courier = Courier(self.outbox, self.delivery.carry_out, back_off=self.back_off)
        task = asyncio.create_task(self.courier.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled(), task

    async def deliver(self) -> None:
        """Lets the courier work until nothing more is due now."""
        async with self.running():
            await wait_until(self.idle, "the outbox is empty, or waits for later")
            await self.courier.settle(timedelta(seconds=5))

    async def idle(self) -> bool:
        return not await self.outbox.ready(1)

    async def hurry(self) -> None:
        """Makes every queue that waits for later due now."""
        for queue in await self._queues():
            await self.redis.zadd(keys.outbox_due(), {queue: 0})
        self.courier.wake()

    async def _queues(self) -> list[str]:
        due: list[bytes] = await reply(self.redis.zrange(keys.outbox_due(), 0, -1))
        return [queue.decode() for queue in due]

    async def queued(self) -> dict[str, list[Item]]:
        """What lies in the outbox, by queue, without the reminders of jobs and the helpdesk's clock."""
        found: dict[str, list[Item]] = {}
        for queue in await self._queues():
            if queue.startswith("expire:") or (queue.startswith("wake:") and ":due:" in queue):
                continue
            lines: list[bytes] = await reply(self.redis.lrange(keys.outbox_queue(queue), 0, -1))
            found[queue] = [msgspec.json.decode(line, type=Item) for line in lines]
        return found

    async def case(self, person: Person = ANNE) -> Case:
        """The person's open case."""
        case_id = await self.cases.open_of(person.key)
        assert case_id is not None
        return await self.cases.load(case_id)

    async def report(self) -> Case:
        """Anne reports her phone, and all of it is delivered."""
        await self.desk.receive(said(BANNER))
        await self.deliver()
        return await self.case()


def said(text: str, activity: str = "1", **changes: Any) -> Incoming:
    """A message from Anne."""
    usual = Incoming(
        kind="message", activity=activity, conversation=CHAT, person=ANNE, at=NOW, locale="fr", text=text
    )
    return replace(usual, **changes)


def tapped(verb: str, activity: str = "2", **changes: Any) -> Incoming:
    """A button that Anne used."""
    return said("", activity, kind="tap", verb=verb, **changes)


def thread_of(case: Case, messageid: str = "m9") -> Conversation:
    """A thread in the helpdesk's channel."""
    return replace(CHAT, id=f"{CHANNEL};messageid={messageid}", kind="channel")
