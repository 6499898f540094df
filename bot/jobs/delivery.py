"""Carries out one item of the outbox: sends, brings up to date, or does the work behind a case.

A message that may or may not have arrived (the process died, or the connection broke, between
sending and the answer) is sent again only if it is vital. A card that asks something comes again
later, and only if nobody has reacted to it by then: no question is lost for good, and hardly
anything is said twice.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
import orjson

from bot.domain.case import Case
from bot.domain.conversation import Message, Placement
from bot.domain.diagnosis import Locale
from bot.domain.events import Effect, Refresh, Show, Tell
from bot.errors import DeliveryDoubtful, DeliveryError
from bot.jobs.courier import BACK_OFF
from bot.jobs.desk import Stores
from bot.jobs.items import LATER
from bot.jobs.ports import Drawing, Sender
from bot.jobs.posting import Posted, Posting
from bot.jobs.work import Work
from bot.state.outbox import Entry, Item, Outbox
from dialogs.draft import slot_of

AGAIN: Final = timedelta(seconds=20)
TRANSIENT: Final = frozenset({None, 401, 408, 412, 425, 429, 500, 502, 503, 504})
REMEMBERED: Final = 10_000

_VERSION: Final = re.compile(rb'"v":\d+')
_log = logging.getLogger(__name__)


def mark_of(message: Message) -> str:
    """Equal for cards that look alike: the version that every button carries is not seen."""
    return hashlib.blake2s(_VERSION.sub(b"", orjson.dumps(message.card))).hexdigest()


class Delivery:
    """What the courier carries out."""

    def __init__(
        self,
        stores: Stores,
        outbox: Outbox,
        sender: Sender,
        posting: Posting,
        drawing: Drawing,
        work: Work,
        clock: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._outbox = outbox
        self._sender = sender
        self._posting = posting
        self._drawing = drawing
        self._work = work
        self._clock = clock
        self._drawn: dict[str, str] = {}

    async def carry_out(self, entry: Entry) -> bool:
        """Carries out the first item of a queue; False when the queue must wait.

        Raises `DecrocheError` when the work could not be done now.
        """
        item = entry.item
        if item.not_before is not None and (early := item.not_before - self._clock()) > timedelta():
            await self._outbox.retry(item.queue, item.id, early)
            return False
        match item.effect:
            case Show() | Tell():
                return await self._send(entry, item.effect)
            case Refresh(slot=slot):
                return await self._refresh(entry, slot)
            case Effect():
                await self._work.do(item)
        return await self._finish(item)

    async def _send(self, entry: Entry, effect: Show | Tell) -> bool:
        item = entry.item
        if entry.sending and effect.urgency == "normal":
            return await self._doubtful(entry)
        case = await self._stores.cases.load_or_none(item.case) if item.case else None
        if item.queue.startswith(LATER) and not await self._still_wanted(effect, case):
            return await self._finish(item)
        locale = await self._posting.locale(case, effect, item)
        message = self._draw(case, effect, locale)
        if message is None:
            return await self._finish(item)
        begin = partial(self._outbox.begin, item.queue, item.id)
        try:
            posted = await self._posting.post(case, effect, item, message, begin)
        except DeliveryDoubtful as exc:
            _log.warning("nobody knows whether %s arrived: %s", item.id, exc)
            return await (self._postpone(entry, exc) if effect.urgency == "vital" else self._doubtful(entry))
        except DeliveryError as exc:
            return await self._failed(entry, exc)
        return await (self._sent(item, effect, message, posted, locale) if posted else self._finish(item))

    def _draw(self, case: Case | None, effect: Show | Tell, locale: Locale) -> Message | None:
        if isinstance(effect, Tell):
            return self._drawing.sentence(effect.text, effect.values, locale)
        return self._drawing.card(case, effect.slot, locale)

    async def _sent(
        self, item: Item, effect: Show | Tell, message: Message, posted: Posted, locale: Locale
    ) -> bool:
        """Notes where the card stands, if Teams named it, and takes the item out of its queue, at once."""
        placement = Placement(conversation=posted.conversation, activity=posted.activity, locale=locale)
        card = isinstance(effect, Show) and bool(posted.activity)
        placed = {effect.slot: placement} if isinstance(effect, Show) and card else {}
        await self._outbox.finish(item.queue, item.id, placed, item.case, posted.records)
        if card:
            self._remember(placement, mark_of(message))
        return True

    async def _refresh(self, entry: Entry, slot: str) -> bool:
        item = entry.item
        placed = await self._stores.placements.get(item.case, slot)
        case = await self._stores.cases.load_or_none(item.case)
        message = self._drawing.card(case, slot, placed.locale) if placed else None
        if placed is None or message is None:
            return await self._finish(item)
        mark = mark_of(message)
        if self._drawn.get(_place(placed)) == mark:
            return await self._finish(item)
        try:
            await self._sender.update(placed.conversation, placed.activity, message)
        except DeliveryError as exc:
            return await self._failed(entry, exc)
        self._remember(placed, mark)
        return await self._finish(item)

    def _remember(self, placed: Placement, mark: str) -> None:
        if len(self._drawn) >= REMEMBERED:
            self._drawn.clear()
        self._drawn[_place(placed)] = mark

    async def _finish(self, item: Item) -> bool:
        await self._outbox.finish(item.queue, item.id)
        return True

    async def _doubtful(self, entry: Entry) -> bool:
        """Leaves it for now; a card that asks something comes again if nobody reacts to it."""
        item = entry.item
        if item.queue.startswith(LATER):
            await self._outbox.retry(item.queue, item.id, AGAIN)
            return False
        if isinstance(item.effect, Show) and item.case:
            queue = f"{LATER}{item.id}"
            again = msgspec.structs.replace(item, id=queue, queue=queue, not_before=self._clock() + AGAIN)
            await self._outbox.put([again])
        return await self._finish(item)

    async def _still_wanted(self, effect: Show | Tell, case: Case | None) -> bool:
        """True for a doubtful card that still waits for an answer which nobody gave."""
        if case is None or case.closed or not isinstance(effect, Show):
            return False
        waiting = case.offer(effect.to)
        placed = await self._stores.placements.get(case.id, effect.slot)
        return placed is None and waiting is not None and slot_of(waiting) == effect.slot

    async def _failed(self, entry: Entry, exc: DeliveryError) -> bool:
        if exc.status in TRANSIENT:
            return await self._postpone(entry, exc)
        _log.error("Teams refused %s (%s): %s", entry.item.id, exc.status, exc)
        return await self._finish(entry.item)

    async def _postpone(self, entry: Entry, exc: DeliveryError) -> bool:
        after = BACK_OFF[min(entry.attempts, len(BACK_OFF) - 1)]
        if exc.retry_after is not None:
            after = max(after, timedelta(seconds=exc.retry_after))
        await self._outbox.retry(entry.item.queue, entry.item.id, after)
        return False


def _place(placed: Placement) -> str:
    return f"{placed.conversation.id} {placed.activity}"
