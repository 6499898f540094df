"""Carries out an approved change once, whatever dies meanwhile, and tells the case what truly happened.

Before the write it reads whether the directory is so already: then nothing was added. A mark in Redis says
that the write was begun. Whoever comes after a crash finds the mark, and reads again instead of writing:
what is there then was added by this change. Reads may be behind a write, so what is not there yet is
waited for before it is written again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.case import Case
from bot.domain.change import Change
from bot.domain.events import ChangeMade, Expire, MakeChange
from bot.errors import DirectoryError
from bot.graph.errors import GraphError
from bot.graph.fixes import Made
from bot.jobs.desk import Desk
from bot.state.cases import CaseStore
from bot.state.marks import Marks
from bot.state.outbox import Item, Outbox
from dialogs import changes

SETTLES: Final = timedelta(minutes=2)  # how long a read may be behind a write
TRIES: Final = timedelta(minutes=10)  # after the approval; then it is too late to begin
GIVEN_UP: Final = timedelta(hours=1)  # after that, nobody goes on looking
ENDS: Final = timedelta(minutes=15)  # then nobody can say, and somebody must look


class Fixes(Protocol):
    """Makes changes in the directory."""

    async def stands(self, change: Change) -> bool:
        """True when the directory is already as the change would have it; raises `GraphError`."""

    async def make(self, change: Change) -> Made:
        """Writes once; raises `GraphError` when nobody can know, with status 429 when it was not done."""


class Changing:
    """Carries out `MakeChange`; without `fixes` the bot makes no changes, and says so."""

    def __init__(
        self,
        desk: Desk,
        cases: CaseStore,
        outbox: Outbox,
        marks: Marks,
        fixes: Fixes | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._cases = cases
        self._outbox = outbox
        self._marks = marks
        self._fixes = fixes
        self._clock = clock

    async def make(self, case_id: str, effect: MakeChange) -> None:
        """Makes the change, or finds out that it is made; raises `DirectoryError` when that must wait."""
        case = await self._cases.load_or_none(case_id)
        change = changes.cleared(case, effect.change) if case else None
        if case is None or change is None:
            return
        ended = changes.changed(case, change.id)
        if ended is not None and (ended.how != "unknown" or self._clock() - ended.at > GIVEN_UP):
            return
        if ended is None:
            await self._remind(case, change)
        heard = await self._carry_out(case, change, too_late=ended is not None)
        await self._desk.apply(case_id, heard)

    async def _carry_out(self, case: Case, change: Change, *, too_late: bool) -> ChangeMade:
        begun = await self._marks.begun(change.id)
        if self._fixes is None:
            return self._heard(change, Made(how="failed", why="off"))
        if begun is not None:
            return await self._resume(self._fixes, change, begun, too_late=too_late)
        if too_late or self._clock() - self._approved_at(case, change) > TRIES:
            return self._heard(change, Made(how="failed", why="too_late"))
        return await self._first(self._fixes, change)

    def _approved_at(self, case: Case, change: Change) -> datetime:
        approved = changes.approved(case, change.id)
        return approved.at if approved else self._clock()

    async def _first(self, fixes: Fixes, change: Change) -> ChangeMade:
        try:
            stands = await fixes.stands(change)
        except GraphError as exc:
            return self._unreadable(change, exc)
        if stands:
            return self._heard(change, Made(how="already"))
        if not await self._marks.begin(change.id, self._clock()):
            raise DirectoryError(f"{change.id} is being made by another process")
        return await self._write(fixes, change)

    def _unreadable(self, change: Change, exc: GraphError) -> ChangeMade:
        """A refusal to be read is an answer; anything else may pass, and is tried again."""
        if exc.status == 404:
            return self._heard(change, Made(how="failed", why="not_found"))
        if exc.status == 403:
            return self._heard(change, Made(how="failed", why="forbidden", detail="User.Read.All"))
        raise exc

    async def _write(self, fixes: Fixes, change: Change) -> ChangeMade:
        try:
            made = await fixes.make(change)
        except GraphError as exc:
            if exc.status == 429:
                await self._marks.withdraw(change.id)  # refused for certain: whoever comes next begins anew
            raise
        return self._heard(change, made)

    async def _resume(self, fixes: Fixes, change: Change, begun: datetime, *, too_late: bool) -> ChangeMade:
        """It was begun, and nobody told how it ended; what is there now, this change has added."""
        if await fixes.stands(change):
            return self._heard(change, Made(how="made"), resumed=True)
        if self._clock() - begun < SETTLES:
            raise DirectoryError(f"{change.id} was begun, and may not be seen yet")
        if too_late:
            return self._heard(change, Made(how="failed", why="not_there"))
        await self._marks.again(change.id, self._clock())
        return await self._write(fixes, change)

    def _heard(self, change: Change, made: Made, *, resumed: bool = False) -> ChangeMade:
        return ChangeMade(
            at=self._clock(),
            change=change.id,
            how=made.how,
            added=made.how == "made",
            resumed=resumed,
            why=made.why,
            detail=made.detail,
        )

    async def _remind(self, case: Case, change: Change) -> None:
        """By then the case stops waiting, whatever becomes of the work."""
        queue, due = f"expire:{change.id}", self._approved_at(case, change) + ENDS
        await self._outbox.put(
            [Item(id=queue, queue=queue, case=case.id, effect=Expire(job=change.id), not_before=due)]
        )
