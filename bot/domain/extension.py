"""What the message extension asks for: cases to look through, and a message that becomes a report."""

from __future__ import annotations

import msgspec

from bot.domain.conversation import Message
from bot.domain.people import Person


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's message in a chat, as plain text; an `author` without `aad` is an app or a guest."""

    text: str
    author: Person


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One case found: how it is listed, and the card that is put into the chat."""

    title: str
    text: str
    message: Message


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search gives; `text` is said where nothing can be listed."""

    hits: tuple[Hit, ...] = ()
    text: str = ""
