"""Where messages go: an employee's own conversation, or the helpdesk's thread about a case."""

from __future__ import annotations

import logging
from typing import Any, Final

import msgspec

from bot.domain.case import Case
from bot.domain.conversation import Conversation, Message
from bot.domain.diagnosis import Locale
from bot.domain.events import Post, Show, Tell
from bot.jobs.desk import Stores, conversation_key
from bot.jobs.ports import Begin, Sender
from bot.state.outbox import Item

THREAD: Final = ";messageid="

_log = logging.getLogger(__name__)


class Helpdesk(msgspec.Struct, frozen=True, kw_only=True):
    """Where the helpdesk reads, and in which language."""

    channel: str | None
    tenant: str
    locale: Locale


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message stands; `records` is what must be remembered together with that."""

    conversation: Conversation
    activity: str
    records: dict[str, dict[str, Any]] = {}


def thread_key(case: str) -> str:
    """The record of the helpdesk's thread about a case."""
    return f"thread/{case}"


class Posting:
    """Finds the conversation for a message, beginning the helpdesk's thread with the first."""

    def __init__(self, stores: Stores, sender: Sender, helpdesk: Helpdesk) -> None:
        self._stores = stores
        self._sender = sender
        self._helpdesk = helpdesk

    async def post(
        self, case: Case | None, effect: Show | Tell | Post, item: Item, message: Message, begin: Begin
    ) -> Posted | None:
        """Sends; returns where the message stands, None when there is nowhere to send it.

        Raises `DeliveryError` or `DeliveryDoubtful`.
        """
        if effect.to == "helpdesk":
            return await self._to_helpdesk(case, item, message, begin)
        if isinstance(effect, Post):
            return await self._here(effect, item, message, begin)
        conversation = await self._conversation(case, item)
        if conversation is None:
            _log.error("nobody knows where to send %s", item.id)
            return None
        activity = await self._sender.send(conversation, message, begin)
        return Posted(conversation=conversation, activity=activity)

    def place(self, case: Case | None, effect: Show | Tell | Post, item: Item) -> str:
        """The conversation for a message, as one that takes messages or does not; the helpdesk's channel as a whole."""
        if effect.to == "helpdesk":
            return self._helpdesk.channel or ""
        if case is not None and not isinstance(effect, Post):
            return case.opened.conversation
        return item.conversation.id.partition(THREAD)[0] if item.conversation else ""

    async def employee(self, item: Item) -> Conversation | None:
        """Where somebody waits for the work that is being done, if they are the employee of a case."""
        case = await self._stores.cases.load_or_none(item.case) if item.case else None
        return await self._conversation(case, item) if case and not case.closed else None

    async def forget_thread(self, effect: Show | Tell | Post, item: Item) -> bool:
        """Forgets the helpdesk's thread about the case, which is gone; False when none was known."""
        name = thread_key(item.case)
        if effect.to != "helpdesk" or not await self._record(name):
            return False
        await self._stores.records.delete([name])
        return True

    async def locale(self, case: Case | None, effect: Show | Tell | Post, item: Item) -> Locale:
        """The language of whoever reads it."""
        if effect.to == "helpdesk":
            return self._helpdesk.locale
        if isinstance(effect, Post):
            return effect.locale
        if case is not None:
            return case.locale
        talk = await self._record(conversation_key(item.conversation.id)) if item.conversation else {}
        return "en" if talk.get("locale") == "en" else "fr"

    async def _here(self, effect: Post, item: Item, message: Message, begin: Begin) -> Posted | None:
        """Where the item says, in place of an older activity if it names one."""
        if item.conversation is None:
            return None
        if not effect.instead:
            activity = await self._sender.send(item.conversation, message, begin)
            return Posted(conversation=item.conversation, activity=activity)
        await self._sender.update(item.conversation, effect.instead, message)
        return Posted(conversation=item.conversation, activity=effect.instead)

    async def _to_helpdesk(
        self, case: Case | None, item: Item, message: Message, begin: Begin
    ) -> Posted | None:
        """Into the case's thread; the first message begins it."""
        known = await self._record(thread_key(item.case))
        if known:
            thread = msgspec.convert(known["conversation"], Conversation)
            return Posted(conversation=thread, activity=await self._sender.send(thread, message, begin))
        talk = await self._conversation(case, item)
        if self._helpdesk.channel is None or talk is None:
            _log.error("%s needs a person, but DECROCHE_HELPDESK_CHANNEL is not set", item.case)
            return None
        tenant = self._helpdesk.tenant or talk.tenant
        thread, activity = await self._sender.start_thread(
            talk.service_url, tenant, self._helpdesk.channel, talk.bot, message, begin
        )
        record = {"conversation": msgspec.to_builtins(thread), "case": item.case}
        records = {thread_key(item.case): record, conversation_key(thread.id): record}
        return Posted(conversation=thread, activity=activity, records=records)

    async def _conversation(self, case: Case | None, item: Item) -> Conversation | None:
        """The employee's, as Teams last described it; never the one that somebody else wrote in."""
        if case is None:
            return item.conversation
        talk = await self._record(conversation_key(case.opened.conversation))
        return msgspec.convert(talk["conversation"], Conversation) if talk else None

    async def _record(self, name: str) -> dict[str, object]:
        found = (await self._stores.records.read([name])).get(name)
        return found.data if found else {}
