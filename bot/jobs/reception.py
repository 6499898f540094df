"""Stands before the desk: shows that somebody is at work on a long turn, and knows who has gone and come back."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.conversation import Answer, Conversation, Incoming
from bot.jobs.desk import Desk, Stores
from bot.jobs.offering import Offering
from bot.jobs.posting import THREAD
from bot.jobs.setbacks import Setbacks
from bot.jobs.typing import Typing
from bot.state.silence import Silences


class Reception:
    """Takes what Teams sends; `channel` is the helpdesk's, `wake` says that something may be sent again."""

    def __init__(
        self,
        desk: Desk,
        stores: Stores,
        setbacks: Setbacks,
        typing: Typing,
        channel: str | None,
        wake: Callable[[], None],
        offering: Offering,
    ) -> None:
        self._desk = desk
        self._stores = stores
        self._setbacks = setbacks
        self._typing = typing
        self._channel = channel
        self._wake = wake
        self._offering = offering
        self._silences = Silences(stores.redis)

    async def receive(self, incoming: Incoming) -> Answer:
        """As `Desk.receive`; whoever writes, taps or installs the bot can be written to again."""
        if incoming.kind == "removed":
            await self._gone(incoming)
            return Answer()
        if await self._offering.answered(incoming):
            self._wake()
            return Answer()

        async def here() -> Conversation:
            return incoming.conversation

        async with self._typing.during(here):
            answer = await self._desk.receive(incoming)
        await self._back(incoming)
        return answer

    async def _gone(self, incoming: Incoming) -> None:
        """The bot was removed: nothing is sent there until it is back."""
        place = incoming.conversation.id
        if incoming.conversation.kind == "personal":
            case = await self._stores.cases.open_of(incoming.person.key)
            found = await self._stores.cases.load_or_none(case) if case else None
            await self._setbacks.silence(place, place, found)
            self._wake()

    async def _back(self, incoming: Incoming) -> None:
        place = incoming.conversation.id.partition(THREAD)[0]
        team = incoming.kind == "installed" and incoming.conversation.kind != "personal"
        places = {place, self._channel} if team and self._channel else {place}
        lifted = [await self._silences.lift(name) for name in sorted(places)]
        if any(lifted):
            self._wake()
