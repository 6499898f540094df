"""Where the bot talks with each person alone, so that it can write to somebody who is only named."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.domain.conversation import Conversation, Incoming
from bot.domain.diagnosis import Locale
from bot.domain.people import Person
from bot.state.records import Records


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """The conversation, the person as Teams names them there, and the language last spoken."""

    conversation: Conversation
    person: Person
    locale: Locale


def _record(person_key: str) -> str:
    return f"talk/{person_key}"


class Talks:
    """One record a person."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def of(self, person_key: str) -> Talk | None:
        """None for somebody who never wrote to the bot. Raises `RedisUnavailable`."""
        name = _record(person_key)
        found = (await self._records.read([name])).get(name)
        return msgspec.convert(found.data, Talk) if found else None

    async def changed(self, incoming: Incoming, locale: Locale) -> dict[str, dict[str, Any]]:
        """What is new to remember after an activity; nothing elsewhere than in a personal chat."""
        if incoming.conversation.kind != "personal":
            return {}
        person = incoming.person
        talk = Talk(conversation=incoming.conversation, person=person, locale=locale)
        return {} if await self.of(person.key) == talk else {_record(person.key): msgspec.to_builtins(talk)}
