"""The slow work behind a case: measuring, looking up, writing the ticket, finding out who may act.

Every piece may run twice (its process may die before saying that it is done): results are taken by
the case only once, so twice does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.domain.case import JobEnd
from bot.domain.conversation import Incoming
from bot.domain.events import CheckRights, Expire, JobLost, StartLookup, StartProbes, WriteBundle
from bot.domain.probe import ProbeJob
from bot.errors import BundleError, DeliveryError, DirectoryError
from bot.jobs.desk import Desk
from bot.jobs.ports import Bundles, Directory, Membership, Probing
from bot.state.cases import CaseStore
from bot.state.outbox import Item, Outbox
from bot.state.roster import Roster

PROBES_TAKE: Final = timedelta(seconds=20)
GRACE: Final = timedelta(seconds=10)  # for a runner that reports while the bot restarts

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
            case CheckRights(incoming=incoming):
                await self._check(incoming)
            case Expire(job=job):
                await self._lose(item.case, job, "expired")
            case _:
                raise TypeError(f"{type(item.effect).__name__} is no work")

    async def _probe(self, case: str, effect: StartProbes) -> None:
        """Queues the probes, and a reminder for when they should be back."""
        now = self._clock()
        job = self._planner(effect, case, now, now + PROBES_TAKE)
        why_not = await self._probing.start(job) if job else "no_site"
        if why_not is not None:
            await self._lose(case, effect.job, "offline", why_not)
            return
        reminder = f"expire:{effect.job}"
        due = now + PROBES_TAKE + GRACE
        await self._outbox.put(
            [Item(id=reminder, queue=reminder, case=case, effect=Expire(job=effect.job), not_before=due)]
        )

    async def _look_up(self, case_id: str, job: str) -> None:
        case = await self._cases.load(case_id)
        try:
            found = await self._directory.look_up(job, case.opened.person)
        except DirectoryError as exc:
            await self._lose(case_id, job, "failed", str(exc))
            return
        await self._desk.apply(case_id, found)

    async def _write(self, case_id: str, effect: WriteBundle) -> None:
        case = await self._cases.load(case_id)
        try:
            written = await self._bundles.write(effect.job, case, effect.locale)
        except BundleError as exc:
            await self._lose(case_id, effect.job, "failed", str(exc))
            return
        await self._desk.apply(case_id, written)

    async def _check(self, incoming: Incoming) -> None:
        """Learns whether the person belongs to the helpdesk, then lets what they did count."""
        try:
            member = await self._membership.is_helpdesk(incoming.person, incoming.conversation)
        except (DirectoryError, DeliveryError) as exc:
            _log.warning("nobody could say whether %s is helpdesk: %s", incoming.person.key, exc)
            member = False
        await self._roster.learn(incoming.person.key, member)
        again = msgspec.structs.replace(incoming, activity=f"{incoming.activity}+rights", invoke=False)
        await self._desk.receive(again)

    async def _lose(self, case: str, job: str, how: JobEnd, why: str = "") -> None:
        await self._desk.apply(case, JobLost(at=self._clock(), job=job, how=how, detail=why))
