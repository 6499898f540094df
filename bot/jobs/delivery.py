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
from http import HTTPStatus
from typing import Final

import orjson
from msgspec.structs import replace

from bot.domain.case import Case
from bot.domain.conversation import Message, Placement
from bot.domain.diagnosis import Locale
from bot.domain.events import Effect, Post, Refresh, Show, Tell
from bot.domain.people import Role
from bot.errors import DeliveryDoubtful, DeliveryError
from bot.jobs.desk import Stores
from bot.jobs.drawn import Drawn
from bot.jobs.fitting import Draw, fitting
from bot.jobs.items import LATER
from bot.jobs.ports import Drawing, Sender
from bot.jobs.posting import THREAD, Posted, Posting
from bot.jobs.setbacks import Setbacks
from bot.jobs.typing import Typing
from bot.jobs.work import Work
from bot.state.outbox import Entry, Item, Outbox
from dialogs import history
from dialogs.draft import slot_of

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
        self._setbacks = Setbacks(stores, outbox, clock)
        self._typing = Typing(sender)
        self._drawn = Drawn()

    async def carry_out(self, entry: Entry) -> bool:
        """Carries out the first item of a queue; False when the queue must wait.

        Raises `DecrocheError` when the work could not be done now.
        """
        item = entry.item
        if item.not_before is not None and (early := item.not_before - self._clock()) > timedelta():
            await self._outbox.retry(item.queue, item.id, early)
            return False
        match item.effect:
            case Show() | Tell() | Post():
                return await self._send(entry, item.effect)
            case Refresh(slot=slot):
                return await self._refresh(entry, slot)
            case Effect():
                async with self._typing.during(partial(self._posting.employee, item)):
                    await self._work.do(item)
        return await self._finish(item)

    async def _send(self, entry: Entry, effect: Show | Tell | Post) -> bool:
        item = entry.item
        if entry.sending and effect.urgency == "normal":
            return await self._setbacks.doubtful(entry)
        case = await self._stores.cases.load_or_none(item.case) if item.case else None
        if item.queue.startswith(LATER) and not await self._still_wanted(effect, case):
            return await self._finish(item)
        place = self._posting.place(case, effect, item)
        if await self._setbacks.held(item, place):
            return False
        return await self._post(entry, effect, case, place)

    async def _post(self, entry: Entry, effect: Show | Tell | Post, case: Case | None, place: str) -> bool:
        """Sends it; in a smaller form when Teams finds it too big."""
        item = entry.item
        locale = await self._posting.locale(case, effect, item)
        draw = partial(self._draw, case, effect, locale)
        begin = partial(self._outbox.begin, item.queue, item.id)

        async def send(message: Message) -> Posted | None:
            return await self._posting.post(case, effect, item, message, begin)

        try:
            message, posted = await fitting(draw, send)
        except DeliveryDoubtful as exc:
            _log.warning("nobody knows whether %s arrived: %s", item.id, exc)
            if effect.urgency == "vital":
                return await self._setbacks.failed(entry, exc, place, case)
            return await self._setbacks.doubtful(entry, exc)
        except DeliveryError as exc:
            if exc.status == HTTPStatus.NOT_FOUND and await self._posting.forget_thread(effect, item):
                return await self._outbox.retry(item.queue, item.id, timedelta())  # it begins another thread
            return await self._setbacks.failed(entry, exc, place, case)
        if message is None or posted is None:
            return await self._finish(item)
        return await self._sent(item, effect, message, posted, locale)

    async def _draw(
        self, case: Case | None, effect: Show | Tell | Post, locale: Locale, *, small: bool = False
    ) -> Message | None:
        if isinstance(effect, Tell):
            said = self._drawing.sentence(effect.text, effect.values, locale)
            return replace(said, mentions=effect.mentions) if effect.mentions else said
        if isinstance(effect, Post) and effect.message is not None:
            return effect.message
        person = history.owner_of(effect.slot)
        past = await self._stores.cases.of_person(person) if person else ()
        return self._drawing.card(case, effect.slot, locale, past, small=small)

    async def _sent(
        self, item: Item, effect: Show | Tell | Post, message: Message, posted: Posted, locale: Locale
    ) -> bool:
        """Notes where the card stands, if Teams named it, and takes the item out of its queue, at once."""
        placement = Placement(conversation=posted.conversation, activity=posted.activity, locale=locale)
        slot = "" if isinstance(effect, Tell) else effect.slot
        card = bool(slot and posted.activity)
        placed = {slot: placement} if card else {}
        await self._outbox.finish(item.queue, item.id, placed, item.case, posted.records)
        if card:
            self._drawn.remember(placement, mark_of(message))
        return True

    async def _refresh(self, entry: Entry, slot: str) -> bool:
        """Brings a card up to date; of several changes in a row only the newest state is sent."""
        item = entry.item
        placed = await self._stores.placements.get(item.case, slot)
        case = await self._stores.cases.load_or_none(item.case)
        draw = partial(self._card, case, slot, _reads(case, placed)) if placed else None
        message = await draw() if draw else None
        if placed is None or draw is None or message is None or self._drawn.same(placed, mark_of(message)):
            return await self._finish(item)
        if (wait_s := self._drawn.wait_s(placed)) > 0:
            await self._outbox.retry(item.queue, item.id, timedelta(seconds=wait_s))
            return False
        return await self._update(entry, slot, case, placed, draw)

    async def _update(
        self, entry: Entry, slot: str, case: Case | None, placed: Placement, draw: Draw
    ) -> bool:
        async def update(message: Message) -> None:
            await self._sender.update(placed.conversation, placed.activity, message)

        place = placed.conversation.id.partition(THREAD)[0]
        if await self._setbacks.held(entry.item, place):
            return False
        try:
            message, _ = await fitting(draw, update)
        except DeliveryError as exc:
            if exc.status == HTTPStatus.NOT_FOUND and (anew := _needed(case, slot)):
                return await self._send(entry, anew)
            return await self._setbacks.failed(entry, exc, place, case)
        if message is not None:
            self._drawn.remember(placed, mark_of(message))
        return await self._finish(entry.item)

    async def _card(
        self, case: Case | None, slot: str, locale: Locale, *, small: bool = False
    ) -> Message | None:
        return self._drawing.card(case, slot, locale, small=small)

    async def _finish(self, item: Item) -> bool:
        await self._outbox.finish(item.queue, item.id)
        return True

    async def _still_wanted(self, effect: Show | Tell | Post, case: Case | None) -> bool:
        """True for a doubtful card that still waits for an answer which nobody gave."""
        if case is None or case.closed or not isinstance(effect, Show):
            return False
        waiting = case.offer(effect.to)
        placed = await self._stores.placements.get(case.id, effect.slot)
        return placed is None and waiting is not None and slot_of(waiting) == effect.slot


def _needed(case: Case | None, slot: str) -> Show | None:
    """How a card comes again that somebody deleted: only if someone still needs it."""
    if case is None or case.closed:
        return None
    if slot == "triage":
        return Show(to="helpdesk", slot=slot, urgency="vital")
    roles: tuple[Role, ...] = ("employee", "helpdesk")
    offers = [(role, case.offer(role)) for role in roles]
    return next(
        (Show(to=role, slot=slot) for role, offer in offers if offer and slot_of(offer) == slot), None
    )


def _reads(case: Case | None, placed: Placement) -> Locale:
    """The language of whoever reads a card: the employee may have changed theirs since it was sent."""
    theirs = case is not None and placed.conversation.id == case.opened.conversation
    return case.locale if case is not None and theirs else placed.locale
