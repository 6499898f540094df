"""Teams as the jobs see it: takes messages, refuses when told to, and keeps what it took."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Literal

import msgspec

from bot.domain.conversation import Conversation, Message
from bot.domain.people import Person
from bot.jobs.ports import Begin


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One message as Teams took it; `activity` is the id that it got, or that was updated."""

    how: Literal["send", "update", "thread"]
    conversation: str
    message: Message
    activity: str

    @property
    def what(self) -> str:
        """The slot of a card drawn by `PlainDrawing`, or the text."""
        return str(self.message.card["slot"]) if self.message.card else self.message.text


class FakeTeams:
    """A `Sender` and `Members`; `failures` are raised first, in order (None: that one passes)."""

    def __init__(self) -> None:
        self.taken: list[Sent] = []
        self.tries = 0
        self.failures: deque[Exception | None] = deque()
        self.refused: dict[str, Exception] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0
        self.people: tuple[Person, ...] = ()
        self.typings: list[str] = []

    @property
    def said(self) -> list[str]:
        """What was sent anew, in order."""
        return [sent.what for sent in self.taken if sent.how != "update"]

    def to(self, conversation: str) -> list[str]:
        """What stands in a conversation, in order."""
        return [
            sent.what for sent in self.taken if sent.conversation == conversation and sent.how != "update"
        ]

    def updates(self) -> list[str]:
        """What was brought up to date, in order."""
        return [sent.what for sent in self.taken if sent.how == "update"]

    async def send(self, conversation: Conversation, message: Message, begin: Begin) -> str:
        await begin()
        return await self._take("send", conversation.id, message, f"m{len(self.taken) + 1}")

    async def update(self, conversation: Conversation, activity_id: str, message: Message) -> None:
        await self._take("update", conversation.id, message, activity_id)

    async def start_thread(
        self, service_url: str, tenant: str, channel: str, bot: str, message: Message, begin: Begin
    ) -> tuple[Conversation, str]:
        await begin()
        activity = f"m{len(self.taken) + 1}"
        thread = Conversation(
            id=f"{channel};messageid={activity}",
            service_url=service_url,
            kind="channel",
            tenant=tenant,
            bot=bot,
        )
        await self._take("thread", thread.id, message, activity)
        return thread, activity

    async def typing(self, conversation: Conversation) -> None:
        self.typings.append(conversation.id)

    async def members(self, conversation: Conversation) -> tuple[Person, ...]:
        self.tries += 1
        if failure := self.failures.popleft() if self.failures else None:
            raise failure
        return self.people

    async def _take(self, how: Any, conversation: str, message: Message, activity: str) -> str:
        self.tries += 1
        self.waiting += 1
        try:
            await self.gate.wait()
        finally:
            self.waiting -= 1
        always = self.refused.get(conversation) or self.refused.get(conversation.partition(";")[0])
        if failure := self.failures.popleft() if self.failures else always:
            raise failure
        self.taken.append(Sent(how=how, conversation=conversation, message=message, activity=activity))
        return activity
