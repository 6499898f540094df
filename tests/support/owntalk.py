"""A conversation that outlives its case: the person's older cases and language are remembered, as the desk does it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from msgspec.structs import replace

from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.events import AnyEvent, Heard, Tapped, Wake, Woke
from bot.domain.site import Site
from dialogs.language import chosen
from tests.support.dialogue import CAMILLE, Dialogue


class OwnTalk(Dialogue):
    """`past` are cases closed before the test begins, newest first."""

    def __init__(self, *which: Site, past: tuple[Case, ...] = (), locale: Locale = "fr") -> None:
        super().__init__(*which, locale=locale)
        self.past = past
        self.language: Locale | None = None

    def happens(self, event: AnyEvent) -> Self:
        """As ever, with what the desk remembers of the person."""
        if isinstance(event, Heard | Tapped) and event.role == "employee":
            event = replace(event, past=self._closed(), language=self.language)
        super().happens(event)
        self.language = chosen(event) or self.language
        return self

    def _closed(self) -> tuple[Case, ...]:
        if self.maybe is None:
            return self.past
        if not self.maybe.closed:
            return ()
        return (self.maybe, *(case for case in self.past if case.id != self.maybe.id))

    def tap_on(self, card: str, verb: str, nonce: str = "", **values: str) -> Self:
        """The employee uses a button of a card of that case, whatever waits."""
        event = self._tapped(CAMILLE, verb, nonce, values, "employee")
        return self.happens(replace(event, card=card))

    @property
    def wakes(self) -> dict[str, datetime]:
        """When the case asked to be woken about the last event, by key."""
        return {effect.key: effect.due for effect in self.effects if isinstance(effect, Wake)}

    def wake(self, key: str, due: datetime | None = None) -> Self:
        """The time comes that the case asked for."""
        self.now = due or self.now
        return self.happens(Woke(at=self.now, key=key))

    def fixed(self) -> Self:
        """A licence was missing, the helpdesk gave it, and every proof held."""
        self.checked(licence_teams="missing").agent("resolve")
        return self.proved()
