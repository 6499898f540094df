"""Writes to Teams on the bot's own initiative: within its rate limits, repeating only what is safe.

Teams has no idempotency key: a POST that may have been taken is never repeated (`DeliveryDoubtful`),
an update may be. Retry rules: Microsoft Teams, "Handle errors" and "Rate limiting".
"""

from __future__ import annotations

import asyncio
import html
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from bot.channel.connector import Connector, WireMember
from bot.channel.limits import DeliveryLimits, Limits, Window, limits
from bot.channel.pace import Pace, SharedPace, Turns
from bot.domain.conversation import Conversation, Message
from bot.domain.people import Person
from bot.errors import DeliveryDoubtful, DeliveryError
from bot.state.rates import Rates

T = TypeVar("T")
Begin = Callable[[], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]

CARD: Final = "application/vnd.microsoft.card.adaptive"

_REFUSED_FOR_NOW: Final = frozenset({412, 429})
_SERVER_AWAY: Final = frozenset({502, 503, 504})


async def _nothing() -> None:
    """Nobody needs to know that a message is now being sent."""


def activity_of(message: Message) -> dict[str, Any]:
    """The activity that says `message`: a card alone (with its summary), an attachment of Teams' own, or a text."""
    if message.attachment is not None:
        return {"type": "message", "attachments": [message.attachment]}
    if message.card is None:
        return {"type": "message", **_text(message)}
    return {
        "type": "message",
        "summary": message.summary or message.text,
        "attachments": [{"contentType": CARD, "content": message.card}],
    }


def _text(message: Message) -> dict[str, Any]:
    """The text, then whoever it mentions; somebody whom Teams has no id for is only named."""
    named = [html.escape(person.name or person.upn or person.key, quote=False) for person in message.mentions]
    tags = [
        f"<at>{name}</at>" if person.id.startswith("29:") else name
        for name, person in zip(named, message.mentions, strict=True)
    ]
    entities = [
        {"type": "mention", "text": tag, "mentioned": {"id": person.id, "name": person.name}}
        for tag, person in zip(tags, message.mentions, strict=True)
        if tag.startswith("<at>")
    ]
    text = f"{message.text} {', '.join(tags)}" if tags else message.text
    return {"text": text, "entities": entities} if entities else {"text": text}


class Sender:
    """Sends, updates and looks up members; every method raises `DeliveryError` or `DeliveryDoubtful`.

    What adds a message is called once, and tried again by the caller, who remembers it across a crash;
    `begin` is awaited just before, when nothing more has to be waited for.
    Seconds throughout; `sleep` is what waits between tries. With `rates` all processes that share them
    keep to Teams' limits together, without them each for itself.
    """

    def __init__(
        self,
        connector: Connector,
        *,
        bounds: Limits | None = None,
        sleep: Sleep = asyncio.sleep,
        rates: Rates | None = None,
    ) -> None:
        chosen = bounds or limits()
        self._connector = connector
        self._bounds = chosen.delivery
        self._sleep = sleep
        self._app = _pace("app", chosen.pace.app, chosen.pace.patience_s, sleep, rates)
        self._sends = _pace("send", chosen.pace.send, chosen.pace.patience_s, sleep, rates)
        self._looks = _pace("members", chosen.pace.members, chosen.pace.patience_s, sleep, rates)

    async def send(self, conversation: Conversation, message: Message, begin: Begin = _nothing) -> str:
        """Sends a message; gives its activity id, by which it can be updated."""
        activity = {
            **activity_of(message),
            "from": {"id": conversation.bot},
            "conversation": {"id": conversation.id},
        }
        await self._turn(self._sends, conversation.id)
        await self._connector.ready()
        await begin()
        return await self._connector.send(conversation.service_url, conversation.id, activity)

    async def update(self, conversation: Conversation, activity_id: str, message: Message) -> None:
        """Replaces a message; repeating that is harmless, so a server that is away is asked again."""
        activity = {**activity_of(message), "id": activity_id}

        async def call() -> None:
            await self._turn(self._sends, conversation.id)
            await self._connector.update(conversation.service_url, conversation.id, activity_id, activity)

        await self._tried(call, _REFUSED_FOR_NOW | _SERVER_AWAY)

    async def start_thread(
        self,
        service_url: str,
        tenant: str,
        channel: str,
        bot: str,
        message: Message,
        begin: Begin = _nothing,
    ) -> tuple[Conversation, str]:
        """Begins a thread in a team's channel; gives the thread and its first message's id."""
        parameters = {
            "isGroup": True,
            "bot": {"id": bot},
            "tenantId": tenant,
            "channelData": {"channel": {"id": channel}, "tenant": {"id": tenant}},
            "activity": activity_of(message),
        }
        await self._turn(self._sends, channel)
        await self._connector.ready()
        await begin()
        made = await self._connector.create(service_url, parameters)
        if not made.id:
            raise DeliveryDoubtful("the channel gave no id for the new thread")
        thread = Conversation(id=made.id, service_url=service_url, kind="channel", tenant=tenant, bot=bot)
        return thread, made.activity_id or made.id.partition(";messageid=")[2]

    async def members(self, conversation: Conversation) -> tuple[Person, ...]:
        """Everybody in the conversation; for a channel's thread, everybody in its team."""
        place = conversation.id.partition(";messageid=")[0]
        found: list[Person] = []
        token = ""
        for _ in range(self._bounds.pages):
            people, token = await self._page(conversation.service_url, place, token)
            found += people
            if not token:
                break
        return tuple(found)

    async def _page(self, service_url: str, place: str, token: str) -> tuple[list[Person], str]:
        async def call() -> tuple[list[Person], str]:
            await self._turn(self._looks, place)
            page = await self._connector.members(service_url, place, self._bounds.page, token)
            return [_person(member) for member in page.members], page.continuation_token or ""

        return await self._tried(call, _REFUSED_FOR_NOW | _SERVER_AWAY)

    async def typing(self, conversation: Conversation) -> None:
        """Shows for a few seconds that the bot is at work; nobody minds if that is lost."""
        await self._turn(self._sends, conversation.id)
        await self._connector.typing(conversation.service_url, conversation.id)

    async def _turn(self, pace: Turns, key: str) -> None:
        await pace.wait(key)
        await self._app.wait("")

    async def _tried(self, call: Callable[[], Awaitable[T]], statuses: frozenset[int]) -> T:
        for attempt in range(1, self._bounds.tries):
            try:
                return await call()
            except DeliveryDoubtful:
                raise
            except DeliveryError as error:
                if error.status not in statuses or not self._worth_waiting(error):
                    raise
                await self._sleep(pause(attempt, error.retry_after, self._bounds))
        return await call()

    def _worth_waiting(self, error: DeliveryError) -> bool:
        return error.retry_after is None or error.retry_after <= self._bounds.longest_s


def _pace(
    name: str, windows: Sequence[Window], patience_s: float, sleep: Sleep, rates: Rates | None
) -> Turns:
    if rates is None:
        return Pace(windows, patience_s=patience_s, sleep=sleep)
    return SharedPace(name, windows, rates, patience_s=patience_s, sleep=sleep)


def pause(attempt: int, retry_after: float | None, bounds: DeliveryLimits) -> float:
    """Seconds before the next try: what the server asks, else doubling from `backoff_s`, give or take."""
    if retry_after is not None:
        return retry_after
    wait = min(bounds.longest_s, bounds.backoff_s * float(2 ** (attempt - 1)))
    return wait * random.uniform(1 - bounds.jitter, 1 + bounds.jitter)  # noqa: S311 - spreads load, hides nothing


def _person(member: WireMember) -> Person:
    return Person(
        id=member.id,
        name=member.name or "",
        aad=member.aad_object_id or member.object_id,
        upn=member.user_principal_name,
    )
