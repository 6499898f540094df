"""Carries out what turns asked for: in order within a queue, side by side across queues.

A message that may or may not have arrived (the process died, or the connection broke, between
sending and the answer) is sent again only if it is vital. Other cards come again later, and only if
nobody has reacted to them by then: nothing is lost for good, and hardly anything is said twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
import orjson

from bot.domain.case import Case
from bot.domain.conversation import Conversation, Message, Placement
from bot.domain.diagnosis import Locale
from bot.domain.events import Effect, Refresh, Show, Tell
from bot.errors import DecrocheError, DeliveryDoubtful, DeliveryError
from bot.jobs.desk import Stores, conversation_key, service_key
from bot.jobs.ports import Drawing, Sender
from bot.jobs.work import Work
from bot.state.outbox import Entry, Item, Outbox
from dialogs.talk import waits_for

AT_ONCE: Final = 32
LOOK: Final = timedelta(milliseconds=250)  # how soon another process's commit is seen
AGAIN: Final = timedelta(seconds=20)
BACK_OFF: Final = tuple(timedelta(seconds=s) for s in (0.5, 1, 2, 5, 10, 30, 60))
TRANSIENT: Final = frozenset({None, 408, 412, 425, 429, 500, 502, 503, 504})
LATER: Final = "later:"

_log = logging.getLogger(__name__)


class Helpdesk(msgspec.Struct, frozen=True, kw_only=True):
    """Where the helpdesk reads, and in which language."""

    channel: str | None
    tenant: str
    locale: Locale


class Courier:
    """Delivers the outbox until told to stop."""

    def __init__(
        self,
        stores: Stores,
        outbox: Outbox,
        sender: Sender,
        drawing: Drawing,
        work: Work,
        helpdesk: Helpdesk,
        clock: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._outbox = outbox
        self._sender = sender
        self._drawing = drawing
        self._work = work
        self._helpdesk = helpdesk
        self._clock = clock
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._drawn: dict[str, str] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    def wake(self) -> None:
        """Says that there may be something to deliver."""
        self._wake.set()

    async def run(self) -> None:
        """Delivers until cancelled; what is under way is then finished or left to the next process."""
        try:
            while True:
                await self._round()
                await self._pause()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def settle(self, patience: timedelta) -> None:
        """Lets deliveries under way come to an end before a graceful stop."""
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=patience.total_seconds())

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _round(self) -> None:
        try:
            ready = await self._outbox.ready(AT_ONCE)
        except DecrocheError as exc:
            _log.warning("the outbox cannot be read: %s", exc)
            return
        for queue in ready:
            if queue not in self._busy and not self._resting(queue) and len(self._busy) < AT_ONCE:
                task = asyncio.create_task(self._drain(queue), name=f"deliver {queue}")
                self._busy[queue] = task
                task.add_done_callback(partial(self._drained, queue))

    def _resting(self, queue: str) -> bool:
        _, until = self._failures.get(queue, (0, 0.0))
        return asyncio.get_running_loop().time() < until

    def _drained(self, queue: str, task: asyncio.Task[None]) -> None:
        """After a failure the queue rests for longer each time; nothing of it is given up."""
        self._busy.pop(queue, None)
        if task.cancelled():
            return
        failure = task.exception()
        if failure is None:
            self._failures.pop(queue, None)
            return
        count, _ = self._failures.get(queue, (0, 0.0))
        rest = BACK_OFF[min(count, len(BACK_OFF) - 1)]
        self._failures[queue] = (count + 1, asyncio.get_running_loop().time() + rest.total_seconds())
        _log.error("delivery of %s broke off; again in %s", queue, rest, exc_info=failure)

    async def _drain(self, queue: str) -> None:
        async with self._outbox.lease(queue) as mine:
            while mine and (entry := await self._outbox.head(queue)) is not None:
                if not await self._one(entry):
                    return

    async def _one(self, entry: Entry) -> bool:
        """Carries out the head of a queue; False when the queue must wait."""
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
            return await self._doubtful(item)
        case = await self._stores.cases.load_or_none(item.case) if item.case else None
        if item.queue.startswith(LATER) and not await self._still_wanted(item, case):
            return await self._finish(item)
        message, locale = await self._draw(case, effect, item)
        if message is None:
            return await self._finish(item)
        await self._outbox.begin(item.queue, item.id)
        try:
            placement = await self._post(case, effect, item, message, locale)
        except DeliveryDoubtful as exc:
            _log.warning("nobody knows whether %s arrived: %s", item.id, exc)
            return await (self._postpone(entry, exc) if effect.urgency == "vital" else self._doubtful(item))
        except DeliveryError as exc:
            return await self._failed(entry, exc)
        placements = {effect.slot: placement} if isinstance(effect, Show) and placement else {}
        await self._outbox.finish(item.queue, item.id, placements, item.case)
        return True

    async def _post(
        self, case: Case | None, effect: Show | Tell, item: Item, message: Message, locale: Locale
    ) -> Placement | None:
        if effect.to == "employee":
            conversation = await self._conversation(case, item)
            activity = await self._sender.send(conversation, message) if conversation else ""
        else:
            conversation, activity = await self._to_helpdesk(item, message)
        return (
            Placement(conversation=conversation, activity=activity, locale=locale) if conversation else None
        )

    async def _to_helpdesk(self, item: Item, message: Message) -> tuple[Conversation | None, str]:
        """Into the case's thread; the first message begins it."""
        placed = await self._stores.placements.get(item.case, "triage")
        if placed is not None:
            return placed.conversation, await self._sender.send(placed.conversation, message)
        if self._helpdesk.channel is None:
            _log.error("%s needs a person, but DECROCHE_HELPDESK_CHANNEL is not set", item.case)
            return None, ""
        key = service_key(self._helpdesk.tenant)
        known = (await self._stores.records.read([key])).get(key)
        service = known.data if known else {}
        thread, activity = await self._sender.start_thread(
            str(service.get("service_url", "")),
            self._helpdesk.tenant,
            self._helpdesk.channel,
            str(service.get("bot", "")),
            message,
        )
        record = {"conversation": msgspec.to_builtins(thread), "case": item.case}
        await self._stores.records.write({conversation_key(thread.id): (record, "*")})
        return thread, activity

    async def _conversation(self, case: Case | None, item: Item) -> Conversation | None:
        if case is None:
            return item.conversation
        key = conversation_key(case.opened.conversation)
        known = (await self._stores.records.read([key])).get(key)
        return msgspec.convert(known.data["conversation"], Conversation) if known else item.conversation

    async def _draw(
        self, case: Case | None, effect: Show | Tell, item: Item
    ) -> tuple[Message | None, Locale]:
        locale = await self._locale(case, effect, item)
        if isinstance(effect, Tell):
            return self._drawing.sentence(effect.text, effect.values, locale), locale
        return self._drawing.card(case, effect.slot, locale), locale

    async def _locale(self, case: Case | None, effect: Show | Tell, item: Item) -> Locale:
        if effect.to == "helpdesk":
            return self._helpdesk.locale
        if case is not None:
            return case.opened.locale
        key = conversation_key(item.conversation.id) if item.conversation else ""
        known = (await self._stores.records.read([key])).get(key) if key else None
        return "en" if known and known.data.get("locale") == "en" else "fr"

    async def _refresh(self, entry: Entry, slot: str) -> bool:
        item = entry.item
        placed = await self._stores.placements.get(item.case, slot)
        case = await self._stores.cases.load_or_none(item.case)
        message = self._drawing.card(case, slot, placed.locale) if placed else None
        if placed is None or message is None:
            return await self._finish(item)
        mark = hashlib.blake2s(orjson.dumps(message.card)).hexdigest()
        if self._drawn.get(placed.activity) == mark:
            return await self._finish(item)
        try:
            await self._sender.update(placed.conversation, placed.activity, message)
        except DeliveryError as exc:
            return await self._failed(entry, exc)
        self._remember(placed.activity, mark)
        return await self._finish(item)

    def _remember(self, activity: str, mark: str) -> None:
        if len(self._drawn) > 10_000:
            self._drawn.clear()
        self._drawn[activity] = mark

    async def _finish(self, item: Item) -> bool:
        await self._outbox.finish(item.queue, item.id)
        return True

    async def _doubtful(self, item: Item) -> bool:
        """Leaves it for now; a card that asks something comes again if nobody reacts to it."""
        if isinstance(item.effect, Show) and item.case and not item.queue.startswith(LATER):
            queue = f"{LATER}{item.id}"
            again = msgspec.structs.replace(item, id=queue, queue=queue, not_before=self._clock() + AGAIN)
            await self._outbox.put([again])
        return await self._finish(item)

    async def _still_wanted(self, item: Item, case: Case | None) -> bool:
        """True for a doubtful card that still waits for an answer which nobody gave."""
        if case is None or not isinstance(item.effect, Show):
            return False
        placed = await self._stores.placements.get(case.id, item.effect.slot)
        return placed is None and waits_for(case) == item.effect.slot

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
