"""The slow work behind a case: measuring, looking up, writing the ticket, finding out who may act.

Every piece may run twice (its process may die before saying that it is done): results are taken by
the case only once, so twice does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.domain.case import Case, JobEnd
from bot.domain.conversation import Incoming
from bot.domain.events import (
    CheckRights,
    Consult,
    Expire,
    FetchFile,
    JobLost,
    LookedUp,
    MakeChange,
    StartLookup,
    StartProbes,
    UploadFile,
    Wake,
    Woke,
    WriteBundle,
)
from bot.domain.probe import ProbeJob
from bot.errors import BundleError, DeliveryError, DirectoryError
from bot.jobs.changing import Changing
from bot.jobs.desk import Desk
from bot.jobs.ports import Bundles, Directory, Membership, Probing
from bot.state.audit import Audit, AuditLine, name_of
from bot.state.cases import CaseStore
from bot.state.outbox import Item, Outbox
from bot.state.roster import Roster

PROBES_TAKE: Final = timedelta(seconds=20)
GRACE: Final = timedelta(seconds=10)  # for a runner that reports while the bot restarts
WATCH: Final = tuple(timedelta(seconds=s) for s in (2, 4, 6, 8, 12, 16, 18))
LOOKUP_TAKES: Final = timedelta(seconds=60)
BUNDLE_TAKES: Final = timedelta(minutes=5)
RIGHTS_TAKE: Final = timedelta(minutes=2)  # how long an agent waits for a directory that does not answer

Planner = Callable[[StartProbes, str, datetime, datetime], ProbeJob | None]

_log = logging.getLogger(__name__)


class Work:
    """Carries out the effects that send nothing."""

    def __init__(
        self,
        desk: Desk,
        cases: CaseStore,
        outbox: Outbox,
        roster: Roster,
        planner: Planner,
        probing: Probing,
        directory: Directory,
        membership: Membership,
        bundles: Bundles,
        audit: Audit,
        asking: Callable[[Item], Awaitable[None]],
        changing: Changing,
        filing: Callable[[Item], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._cases = cases
        self._outbox = outbox
        self._roster = roster
        self._planner = planner
        self._probing = probing
        self._directory = directory
        self._membership = membership
        self._bundles = bundles
        self._audit = audit
        self._asking = asking
        self._changing = changing
        self._filing = filing
        self._clock = clock

    async def do(self, item: Item) -> None:
        """Carries out one item; raises `DecrocheError` when it must be tried again later."""
        match item.effect:
            case StartProbes():
                await self._probe(item.case, item.effect)
            case StartLookup(job=job):
                await self._look_up(item.case, job)
            case WriteBundle():
                await self._write(item.case, item.effect)
            case MakeChange():
                await self._changing.make(item.case, item.effect)
            case FetchFile() | UploadFile():
                await self._filing(item)
            case Consult():
                await self._asking(item)
            case CheckRights(incoming=incoming):
                await self._check(incoming)
            case Expire():
                await self._expire(item.case, item.effect)
            case Wake(key=key):
                await self._desk.apply(item.case, Woke(at=self._clock(), key=key))
            case _:
                raise TypeError(f"{type(item.effect).__name__} is no work")

    async def _probe(self, case: str, effect: StartProbes) -> None:
        now = self._clock()
        job = self._planner(effect, case, now, now + PROBES_TAKE)
        why_not = await self._probing.start(job) if job else "no_site"
        if why_not is not None:
            await self._lose(case, effect.job, "offline", why_not)
            return
        await self._remind(case, effect.job, PROBES_TAKE + GRACE)
        await self._watch(case, effect)

    async def _watch(self, case: str, effect: StartProbes) -> None:
        """Looks now and then whether the site still lives, so that nobody waits half a minute for a dead runner."""
        queue, now = f"expire:{effect.job}:silent", self._clock()
        silent = Expire(job=effect.job, site=effect.site)
        await self._outbox.put(
            Item(id=f"{queue}:{n}", queue=queue, case=case, effect=silent, not_before=now + after)
            for n, after in enumerate(WATCH)
        )

    async def _expire(self, case: str, effect: Expire) -> None:
        if effect.site:
            await self._lose_if_silent(case, effect.job, effect.site)
        else:
            await self._lose(case, effect.job, "expired")

    async def _lose_if_silent(self, case: str, job: str, site: str) -> None:
        why = await self._probing.silent(job, site)
        if why is not None:
            await self._lose(case, job, "offline", why)

    async def _look_up(self, case_id: str, job: str) -> None:
        case = await self._running(case_id, job)
        if case is None:
            return
        await self._remind(case_id, job, LOOKUP_TAKES)
        await self._trail(case, job)
        try:
            found = await self._directory.look_up(
                job, case.opened.person, lambda so_far: self._soon(case_id, so_far)
            )
        except DirectoryError as exc:
            await self._lose(case_id, job, "failed", str(exc))
            return
        await self._desk.apply(case_id, found)

    async def _soon(self, case_id: str, found: LookedUp) -> None:
        await self._desk.apply(case_id, found)

    async def _trail(self, case: Case, job: str) -> None:
        asked = next(started for started in case.running() if started.job == job)
        about = name_of(case.opened.person)
        await self._audit.note(
            AuditLine(at=self._clock(), what="account", by=asked.by, about=about, case=case.id)
        )

    async def _write(self, case_id: str, effect: WriteBundle) -> None:
        case = await self._running(case_id, effect.job)
        if case is None:
            return
        await self._remind(case_id, effect.job, BUNDLE_TAKES)
        try:
            written = await self._bundles.write(effect.job, case, effect.locale)
        except BundleError as exc:
            await self._lose(case_id, effect.job, "failed", str(exc))
            return
        await self._desk.apply(case_id, written)

    async def _running(self, case_id: str, job: str) -> Case | None:
        """The case, unless it does not wait for the job any more."""
        case = await self._cases.load_or_none(case_id)
        return case if case and any(started.job == job for started in case.running()) else None

    async def _remind(self, case: str, job: str, after: timedelta) -> None:
        """Ends the job's waiting by then, whatever becomes of the work."""
        queue = f"expire:{job}"
        due = self._clock() + after
        await self._outbox.put(
            [Item(id=queue, queue=queue, case=case, effect=Expire(job=job), not_before=due)]
        )

    async def _check(self, incoming: Incoming) -> None:
        """Learns what the person may do, then lets what they did count."""
        person = incoming.person.key
        if await self._roster.known(person) is None:
            helpdesk, approver = await self._rights(incoming)
            await self._roster.learn(person, helpdesk, approver=approver)
            if helpdesk:
                await self._roster.remember_place(incoming.conversation)
        if incoming.kind == "query":
            return
        again = msgspec.structs.replace(incoming, activity=f"{incoming.activity}+rights", invoke=False)
        await self._desk.receive(again)

    async def _rights(self, incoming: Incoming) -> tuple[bool, bool]:
        """Helpdesk, and approver; raises `DirectoryError` or `DeliveryError` while it is worth asking again; then it is no."""
        person = incoming.person
        try:
            helpdesk = await self._membership.is_helpdesk(person, incoming.conversation)
            return helpdesk, await self._membership.is_approver(person)
        except (DirectoryError, DeliveryError) as exc:
            if self._clock() - incoming.at < RIGHTS_TAKE:
                raise
            _log.warning("nobody could say whether %s is helpdesk: %s", incoming.person.key, exc)
            return False, False

    async def _lose(self, case: str, job: str, how: JobEnd, why: str = "") -> None:
        await self._desk.apply(case, JobLost(at=self._clock(), job=job, how=how, detail=why))
