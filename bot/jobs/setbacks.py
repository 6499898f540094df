"""What becomes of a message that Teams did not take: again, later, when it can be had, or set aside.

Source of the table: Microsoft Teams, "Send and receive messages", status codes from agent conversational APIs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, Literal

import msgspec

from bot.domain.case import Case
from bot.domain.events import Post, Show, Tell
from bot.errors import DeliveryError
from bot.jobs.courier import BACK_OFF
from bot.jobs.desk import Stores
from bot.jobs.items import LATER
from bot.jobs.posting import thread_key
from bot.keys import Ttl
from bot.state.aside import Aside, Refused
from bot.state.outbox import Entry, Item, Outbox
from bot.state.silence import Silences

AGAIN: Final = timedelta(seconds=20)
TRIES: Final = 3
"""How often a vital message is sent to a server that fails on it (500)."""

PASSING: Final = frozenset({None, 408, 412, 425, 429, 502, 503, 504})
"""None: never sent. 408 and 425 say themselves that the request was not taken (RFC 9110 §15.5.9, RFC 8470)."""
UNREACHABLE: Final = frozenset(
    {"BotDisabledByAdmin", "BotNotInConversationRoster", "ConversationBlockedByUser"}
)

Fate = Literal["again", "hold", "aside"]

_log = logging.getLogger(__name__)


def fate_of(exc: DeliveryError, *, vital: bool = False, attempts: int = 0) -> Fate:
    """What to do after a refusal; `hold` until the conversation takes messages again."""
    if exc.status in PASSING:
        return "again"
    if exc.code in UNREACHABLE:
        return "hold"
    if exc.status == HTTPStatus.INTERNAL_SERVER_ERROR and vital and attempts < TRIES - 1:
        return "again"
    return "aside"


class Setbacks:
    """Carries such a fate out; every method says whether the queue may go on."""

    def __init__(self, stores: Stores, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._stores = stores
        self._outbox = outbox
        self._clock = clock
        self._silences = Silences(stores.redis)
        self._aside = Aside(stores.redis)

    async def failed(self, entry: Entry, exc: DeliveryError, place: str, case: Case | None) -> bool:
        """A message that was certainly not taken, or whose loss must not be risked."""
        effect = entry.item.effect
        vital = isinstance(effect, Show | Tell | Post) and effect.urgency == "vital"
        match fate_of(exc, vital=vital, attempts=entry.attempts):
            case "again":
                return await self._postpone(entry, exc)
            case "hold":
                return await self.hold(entry.item, place, case, exc.code)
            case "aside":
                return await self._set_aside(entry.item, exc)

    async def doubtful(self, entry: Entry, exc: DeliveryError | None = None) -> bool:
        """Nobody knows whether it was taken: left for now; a card that asks something comes again if nobody reacts to it."""
        item = entry.item
        late = item.queue.startswith(LATER)
        if exc is not None and exc.status == HTTPStatus.INTERNAL_SERVER_ERROR and late:
            return await self._set_aside(item, exc)
        if late:
            await self._outbox.retry(item.queue, item.id, AGAIN)
            return False
        if isinstance(item.effect, Show) and item.case:
            queue = f"{LATER}{item.id}"
            again = msgspec.structs.replace(item, id=queue, queue=queue, not_before=self._clock() + AGAIN)
            await self._outbox.put([again])
        await self._outbox.finish(item.queue, item.id)
        return True

    async def held(self, item: Item, place: str) -> bool:
        """True, and the queue waits, while nothing can be sent to that place."""
        if not place or not await self._silences.silent(place):
            return False
        await self._wait(item, place)
        return True

    async def hold(self, item: Item, place: str, case: Case | None, why: str) -> bool:
        """Keeps the queue until the place takes messages again."""
        _log.warning("%s takes no messages (%s); %s waits", place, why, item.queue)
        await self.silence(place, item.queue, case)
        await self._wait(item, place)
        return False

    async def silence(self, place: str, queue: str, case: Case | None) -> None:
        """Notes that a place takes nothing any more; the helpdesk hears it once, in the thread of the case."""
        first = await self._silences.hold(place, queue)
        if not first or case is None or case.closed or place != case.opened.conversation:
            return
        thread = thread_key(case.id)
        if not await self._stores.records.read([thread]):
            return
        name = case.opened.person.name or case.opened.person.key
        effect = Tell(to="helpdesk", text="say.employee_unreachable", values={"name": name}, urgency="vital")
        item = f"silent:{place}:{self._clock().isoformat()}"
        await self._outbox.put([Item(id=item, queue=f"helpdesk:{case.id}", case=case.id, effect=effect)])

    async def _wait(self, item: Item, place: str) -> None:
        await self._silences.hold(place, item.queue)
        await self._outbox.retry(item.queue, item.id, Ttl.outbox)

    async def _set_aside(self, item: Item, exc: DeliveryError) -> bool:
        _log.error("Teams refused %s (%s): %s", item.id, exc.status, exc)
        if isinstance(item.effect, Show | Tell | Post):
            await self._aside.put(Refused(item=item, at=self._clock(), why=str(exc)))
        await self._outbox.finish(item.queue, item.id)
        return True

    async def _postpone(self, entry: Entry, exc: DeliveryError) -> bool:
        after = BACK_OFF[min(entry.attempts, len(BACK_OFF) - 1)]
        if exc.retry_after is not None:
            after = max(after, timedelta(seconds=exc.retry_after))
        await self._outbox.retry(entry.item.queue, entry.item.id, after)
        return False
