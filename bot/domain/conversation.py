"""Conversations with Teams: where a message comes from, where it goes, what it may carry."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from bot.domain.diagnosis import Locale
from bot.domain.file import SentFile
from bot.domain.people import Person


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """All that is needed to write to a conversation later (a Bot Framework conversation reference)."""

    id: str
    service_url: str
    kind: Literal["personal", "channel", "groupChat"]
    tenant: str
    bot: str
    channel_id: str = "msteams"


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a card of a case stands, so that it can be updated in place."""

    conversation: Conversation
    activity: str
    locale: Locale = "fr"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent: a text, or a card alone (Teams gives no id for both in one); `summary` is read aloud.

    `mentions` are named after a text. `attachment` is one of Teams' own, such as an offered file.
    """

    text: str = ""
    card: dict[str, Any] | None = None
    summary: str = ""
    mentions: tuple[Person, ...] = ()
    attachment: dict[str, Any] | None = None


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that passed every check, free of the SDK's types.

    A `query` is for the message extension, and nothing that a case hears.
    `invoke` says that the channel waits for a card in the answer.
    `edited`: the text takes the place of one that was sent before.
    `values` are a card's inputs (text); `case`, `nonce`, `step`, `v` are what its button carried.
    """

    kind: Literal["message", "tap", "installed", "removed", "query"]
    activity: str
    conversation: Conversation
    person: Person
    at: datetime
    locale: Locale
    text: str = ""
    verb: str = ""
    step: str = ""
    case: str = ""
    nonce: str = ""
    v: int = 0
    values: dict[str, str] = {}
    reply_to: str = ""
    invoke: bool = False
    files: tuple[SentFile, ...] = ()
    edited: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an invoke gets back at once: a card in place of the one tapped, a sentence, or nothing."""

    card: dict[str, Any] | None = None
    text: str = ""
