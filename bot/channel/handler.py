"""Turns what Teams sends into `Incoming`, and what the bot answers into what Teams accepts.

Every button works on both paths, Action.Execute (an invoke) and its Action.Submit fallback (a message
with `value`), because clients differ. See "Universal Actions for Adaptive Cards".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationAccount
from msgspec.structs import replace

from bot.channel import extension
from bot.channel.attachments import consent_of, files_of
from bot.channel.limits import limits
from bot.channel.reading import Tap, inputs, read_locale, read_tap, spoken_text
from bot.domain.conversation import Answer, Conversation, Incoming
from bot.domain.diagnosis import Locale
from bot.domain.people import Person

Kind = Literal["personal", "channel", "groupChat"]
Receive = Callable[[Incoming], Awaitable[Answer]]

CARD: Final = "application/vnd.microsoft.card.adaptive"
MESSAGE: Final = "application/vnd.microsoft.activity.message"
CARD_ACTION: Final = "adaptiveCard/action"
FILE_CONSENT: Final = "fileConsent/invoke"

_KINDS: Final[dict[str | None, Kind]] = {
    "personal": "personal",
    "channel": "channel",
    "groupChat": "groupChat",
}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Handler:
    """Gives `receive` what people say and tap; everything else is acknowledged and left alone.

    `cases` answers the message extension; `default_locale` is spoken where Teams names no language.
    """

    def __init__(
        self,
        receive: Receive,
        *,
        cases: extension.CaseDesk | None = None,
        default_locale: Locale = "fr",
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._receive = receive
        self._cases = cases
        self._default_locale = default_locale
        self._now = now

    async def on_turn(self, context: TurnContext) -> InvokeResponse | None:
        """One turn. Raises `Refused` (400) for a card action that is none."""
        activity = context.activity
        if activity.type == ActivityTypes.invoke:
            return await self._invoke(activity)
        incoming = self._read(activity)
        if incoming is not None:
            await self._receive(incoming)
        return None

    async def _invoke(self, activity: Activity) -> InvokeResponse:
        """An invoke that is not ours gets an empty 200: Teams would repeat a 501."""
        if activity.name == FILE_CONSENT:
            return await self._consent(activity)
        if activity.name in extension.NAMES and self._cases is not None:
            asker = self._incoming(activity, "query")
            body = await extension.answer(self._cases, activity.name, activity.value, asker)
            return InvokeResponse(status=200, body=body)
        if activity.name != CARD_ACTION:
            return InvokeResponse(status=200)
        incoming = self._tap(activity, read_tap(activity.value), invoke=True)
        return InvokeResponse(status=200, body=invoke_body(await self._receive(incoming), incoming.locale))

    async def _consent(self, activity: Activity) -> InvokeResponse:
        """Somebody said whether they want a file that was offered; Teams wants no body."""
        consent = consent_of(activity.value)
        if consent is not None:
            tap = Tap(consent.verb, dict(consent.context))
            read = self._tap(activity, tap, invoke=True)
            await self._receive(replace(read, values={**consent.upload, **read.values}))
        return InvokeResponse(status=200)

    def _read(self, activity: Activity) -> Incoming | None:
        if activity.type == ActivityTypes.message:
            return self._message(activity)
        if _edits(activity):
            return self._edited(activity)
        if _installs(activity):
            return self._incoming(activity, "installed")
        if _removes(activity):
            return self._incoming(activity, "removed")
        return None

    def _message(self, activity: Activity) -> Incoming | None:
        value = activity.value
        if isinstance(value, dict) and isinstance(value.get("verb"), str) and value["verb"]:
            return self._tap(activity, Tap(value["verb"], value), invoke=False)
        text, files = spoken_text(activity), files_of(activity)
        if not text and not files:
            return None
        return replace(self._incoming(activity, "message", text), files=files)

    def _edited(self, activity: Activity) -> Incoming | None:
        """New words in place of old ones; they have the old ones' id, and count as a message of their own."""
        text = spoken_text(activity)
        incoming = self._incoming(activity, "message", text)
        return (
            replace(incoming, activity=f"{activity.id}+{incoming.at.isoformat()}", edited=True)
            if text
            else None
        )

    def _tap(self, activity: Activity, tap: Tap, *, invoke: bool) -> Incoming:
        return replace(
            self._incoming(activity, "tap"),
            verb=tap.verb,
            step=tap.text("step"),
            case=tap.text("case"),
            nonce=tap.text("nonce"),
            v=tap.version,
            values=inputs(tap.data),
            invoke=invoke,
        )

    def _incoming(
        self,
        activity: Activity,
        kind: Literal["message", "tap", "installed", "removed", "query"],
        text: str = "",
    ) -> Incoming:
        return Incoming(
            kind=kind,
            activity=activity.id,
            conversation=conversation_of(activity),
            person=person_of(activity),
            at=activity.timestamp or self._now(),
            locale=read_locale(activity) or self._default_locale,
            text=text,
            reply_to=activity.reply_to_id or "",
        )


def invoke_body(answer: Answer, locale: Locale) -> dict[str, Any]:
    """What a card action is answered with: a card in its place, or a sentence (never an empty one)."""
    if answer.card is not None:
        return {"statusCode": 200, "type": CARD, "value": answer.card}
    return {"statusCode": 200, "type": MESSAGE, "value": answer.text or limits().acknowledged[locale]}


def conversation_of(activity: Activity) -> Conversation:
    """Where to answer the activity, now or later."""
    place = activity.conversation
    bot = activity.recipient
    return Conversation(
        id=place.id,
        service_url=activity.service_url,
        kind=_kind(place),
        tenant=_tenant(activity),
        bot=bot.id if bot else "",
        channel_id=activity.channel_id or "msteams",
    )


def person_of(activity: Activity) -> Person:
    """Who sent the activity."""
    sender = activity.from_property
    return Person(id=sender.id, name=sender.name or "", aad=sender.aad_object_id)


def _kind(place: ConversationAccount) -> Kind:
    if (named := _KINDS.get(place.conversation_type)) is not None:
        return named
    if ";messageid=" in place.id:
        return "channel"
    return "groupChat" if place.is_group else "personal"


def _tenant(activity: Activity) -> str:
    named = (activity.channel_data or {}).get("tenant")
    claimed = named.get("id") if isinstance(named, dict) else None
    return claimed if isinstance(claimed, str) else activity.conversation.tenant_id or ""


def _edits(activity: Activity) -> bool:
    """Deletions, restorations and reactions change nothing: what was said stands in the case."""
    kind = (activity.channel_data or {}).get("eventType")
    return activity.type == ActivityTypes.message_update and kind == "editMessage"


def _removes(activity: Activity) -> bool:
    """Also when somebody takes the bot away only to put a newer version in: that comes as an installation."""
    return activity.type == ActivityTypes.installation_update and (activity.action or "").startswith("remove")


def _installs(activity: Activity) -> bool:
    """Teams says an installation twice, in either order; only the bot's own arrival counts in a team."""
    if activity.type == ActivityTypes.installation_update:
        return (activity.action or "").startswith("add")
    if activity.type != ActivityTypes.conversation_update or not activity.members_added:
        return False
    bot = activity.recipient.id if activity.recipient else ""
    return _kind(activity.conversation) == "personal" or any(
        member.id == bot for member in activity.members_added
    )
