"""What every commit of a case brings along by itself: lines for its thread, its clock, who is on call, copies of its card."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.events import AnyEffect, Refresh, Show, Tell
from bot.jobs.on_call import OnCall
from bot.state.placements import Placements
from dialogs.draft import Advance, Rules
from dialogs.trail import follow

TRIAGE: Final = "triage"
COPIES: Final = 5  # of one card, in other conversations, that are kept up to date


class Following:
    """Adds to what a turn decided what goes without saying; `locale` is the helpdesk's."""

    def __init__(self, placements: Placements, on_call: OnCall, rules: Rules, locale: Locale) -> None:
        self._placements = placements
        self._on_call = on_call
        self._rules = rules
        self._locale: Locale = locale

    async def effects(self, after: Advance, was: int) -> tuple[AnyEffect, ...]:
        """All effects of a turn before which the case had `was` entries."""
        case = after.case
        if case is None or case.version == was:
            return after.effects
        return (
            *after.effects,
            *await self._called(after.effects),
            *await self._copies(case),
            *follow(case, was, self._rules, self._locale),
        )

    async def _called(self, effects: tuple[AnyEffect, ...]) -> tuple[Tell, ...]:
        """With a case's first card in the channel, whoever is on call is mentioned."""
        posted = any(isinstance(one, Show) and one.to == "helpdesk" and one.slot == TRIAGE for one in effects)
        people = await self._on_call.people() if posted else ()
        return (Tell(to="helpdesk", text="trail.on_call", mentions=people),) if people else ()

    async def _copies(self, case: Case) -> tuple[Refresh, ...]:
        """Copies of the triage card that agents asked for elsewhere tell the truth too."""
        slots = [slot for slot in await self._placements.all(case.id) if slot.startswith(f"{TRIAGE}:")]
        return tuple(Refresh(slot=slot) for slot in slots[-COPIES:])
