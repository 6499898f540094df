"""A person's Teams client, as a bot sees it: signed activities at its message endpoint.

What Teams's service does for the person is done here too: when the bot cannot be reached or
answers 5xx, the same activity, with the same id, is delivered again until the bot is back.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import aiohttp
import msgspec

from bot.errors import DeliveryError
from bot.simulator.cardreader import Button
from bot.simulator.channel import TEAM, TeamsChannel
from bot.simulator.rooms import BOT, Member, Post, Room

Action = Literal["execute", "submit"]

DELAYS: Final = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0)
PATIENCE_S: Final = 60.0
TURN_S: Final = 15.0
PARIS: Final = ZoneInfo("Europe/Paris")
_CARD: Final = "application/vnd.microsoft.card.adaptive"
_SENTENCE: Final = "application/vnd.microsoft.activity.message"


class Reply(msgspec.Struct, frozen=True):
    """What the bot answered: the HTTP status, the body (None when empty or no JSON)."""

    status: int
    body: Any = None


class TeamsClient:
    """One member in one room, talking to the bot at `bot_url`.

    `patience` is how many seconds an undelivered activity is tried again.
    """

    def __init__(
        self,
        channel: TeamsChannel,
        member: Member,
        room: Room,
        bot_url: str,
        *,
        locale: str = "fr-FR",
        patience: float = PATIENCE_S,
    ) -> None:
        self.channel, self.member, self.room = channel, member, room
        self.endpoint = f"{bot_url}/api/messages"
        self.locale, self.patience = locale, patience

    async def install(self) -> None:
        """The app appears in the room: Teams sends two activities a few milliseconds apart."""
        added = [{"id": self.channel_bot}, {"id": self.member.id, "aadObjectId": self.member.aad}]
        await asyncio.gather(
            self.deliver({**self.envelope("installationUpdate"), "action": "add"}),
            self.deliver({**self.envelope("conversationUpdate"), "membersAdded": added}),
        )

    async def say(self, text: str, times: int = 1) -> Reply:
        """Writes `text`; with `times` > 1 the same activity is delivered more than once, as Teams may."""
        post = self.channel.rooms.post(self.room, self.member.name, text)
        activity = {**self.envelope("message", post.id), "text": text, "textFormat": "plain"}
        if self.room.kind != "personal":
            activity.update(self._mentioning(text))
        replies = await asyncio.gather(*(self.deliver(activity) for _ in range(times)))
        return replies[0]

    async def tap(
        self,
        post: Post,
        button: Button,
        inputs: dict[str, str] | None = None,
        how: Action = "execute",
        times: int = 1,
    ) -> Reply:
        """Uses a card's button with what was typed into the inputs; what comes back is shown."""
        self.channel.rooms.happened("tapped", post.room, self.member.name, _tapped(button, inputs), post.id)
        activity = self._tap_activity(post, button, inputs or {}, how)
        replies = await asyncio.gather(*(self.deliver(activity) for _ in range(times)))
        for reply in replies:
            self._show(post, reply)
        return replies[0]

    async def deliver(self, activity: dict[str, Any]) -> Reply:
        """Brings an activity to the bot, again and again while it cannot be reached or answers 5xx.

        Raises `DeliveryError` when patience runs out.
        """
        loop = asyncio.get_running_loop()
        until, attempt = loop.time() + self.patience, 0
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TURN_S)) as session:
            while True:
                reply = await self._once(session, activity)
                if reply is not None and reply.status < 500:
                    self._note_refusal(activity, reply)
                    return reply
                delay = DELAYS[min(attempt, len(DELAYS) - 1)]
                if loop.time() + delay > until:
                    raise DeliveryError("the bot does not answer", reply.status if reply else None)
                await asyncio.sleep(delay)
                attempt += 1

    @property
    def channel_bot(self) -> str:
        """The bot's id in Teams."""
        return f"28:{self.channel.app_id or 'bot'}"

    def envelope(self, type_: str, id_: str = "", room: str = "") -> dict[str, Any]:
        """What every activity of this person carries; `room` is a thread other than the client's room."""
        now = datetime.now(UTC)
        return {
            "type": type_,
            "id": id_ or f"f:{uuid.uuid4()}",
            "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "localTimestamp": now.astimezone(PARIS).isoformat(timespec="milliseconds"),
            "localTimezone": PARIS.key,
            "serviceUrl": self.channel.service_url,
            "channelId": "msteams",
            "from": {"id": self.member.id, "name": self.member.name, "aadObjectId": self.member.aad},
            "recipient": {"id": self.channel_bot, "name": BOT},
            "conversation": self._conversation(room or self.room.id),
            "channelData": self._channel_data(),
            "locale": self.locale,
            "entities": [self._client_info()],
        }

    def _conversation(self, room: str) -> dict[str, Any]:
        group = {} if self.room.kind == "personal" else {"isGroup": True}
        kind = {"conversationType": self.room.kind, "tenantId": self.channel.tenant}
        return {**group, **kind, "id": room}

    def _channel_data(self) -> dict[str, Any]:
        tenant: dict[str, Any] = {"tenant": {"id": self.channel.tenant}}
        if self.room.kind != "channel":
            return tenant
        channel = self.room.id.partition(";")[0]
        return {**tenant, "teamsChannelId": channel, "channel": {"id": channel}, "team": {"id": TEAM}}

    def _client_info(self) -> dict[str, Any]:
        country = self.locale.partition("-")[2] or "FR"
        return {
            "type": "clientInfo",
            "locale": self.locale,
            "country": country,
            "platform": "Windows",
            "timezone": PARIS.key,
        }

    def _mentioning(self, text: str) -> dict[str, Any]:
        mention = {
            "type": "mention",
            "text": f"<at>{BOT}</at>",
            "mentioned": {"id": self.channel_bot, "name": BOT},
        }
        return {"text": f"<at>{BOT}</at> {text}", "entities": [self._client_info(), mention]}

    def _tap_activity(
        self, post: Post, button: Button, inputs: dict[str, str], how: Action
    ) -> dict[str, Any]:
        """Inputs that were left empty are missing from what Teams sends."""
        data = {**button.data, **{name: value for name, value in inputs.items() if value}}
        if how == "submit" or button.kind == "submit":
            return {**self.envelope("message", room=post.room), "value": data, "replyToId": post.id}
        action = {"type": "Action.Execute", "title": button.title, "verb": button.verb, "data": data}
        value = {"action": action, "trigger": "manual"}
        invoke = {"name": "adaptiveCard/action", "value": value, "replyToId": post.id}
        return {**self.envelope("invoke", room=post.room), **invoke}

    async def _once(self, session: aiohttp.ClientSession, activity: dict[str, Any]) -> Reply | None:
        headers = {"Content-Type": "application/json; charset=utf-8", "x-ms-tenant-id": self.channel.tenant}
        if self.channel.app_id:
            token = self.channel.key.token(self.channel.app_id, self.channel.service_url)
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with session.post(
                self.endpoint, data=msgspec.json.encode(activity), headers=headers
            ) as response:
                return Reply(response.status, _json(await response.read()))
        except (aiohttp.ClientError, TimeoutError):
            return None

    def _note_refusal(self, activity: dict[str, Any], reply: Reply) -> None:
        """In Teams nobody sees it; here it is written down, or one would search for long."""
        if reply.status >= 400:
            room = activity["conversation"]["id"]
            self.channel.rooms.happened("refused", room, BOT, f"HTTP {reply.status} {reply.body}")

    def _show(self, post: Post, reply: Reply) -> None:
        """A card takes the place of the one tapped, for this person only; a sentence is shown."""
        body = reply.body if isinstance(reply.body, dict) else {}
        value = body.get("value")
        if body.get("type") == _CARD and isinstance(value, dict):
            self.channel.rooms.show_to(self.member, post, value)
        elif body.get("type") == _SENTENCE and isinstance(value, str) and value:
            self.channel.rooms.happened("told", post.room, BOT, value, post.id)


def _tapped(button: Button, inputs: dict[str, str] | None) -> str:
    typed = ", ".join(value for value in (inputs or {}).values() if value)
    return f"[{button.title}]" + (f" {typed}" if typed else "")


def _json(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw) if raw else None
    except msgspec.DecodeError:
        return None
