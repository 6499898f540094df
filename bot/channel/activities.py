"""Activities on the wire: read strictly and fast, handed to the SDK as its own type, written back.

msrest would take about ten times longer; msgspec checks types and nesting while it parses.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Final

import msgspec
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationAccount, Entity

from bot.errors import Refused

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class WireAccount(msgspec.Struct, frozen=True, rename="camel"):
    """A person or bot, as the connector names it."""

    id: Id
    name: str | None = None
    aad_object_id: str | None = None
    role: str | None = None


class WireConversation(msgspec.Struct, frozen=True, rename="camel"):
    """A conversation, as the connector names it."""

    id: Id
    conversation_type: str | None = None
    tenant_id: str | None = None
    name: str | None = None
    is_group: bool | None = None


class WireActivity(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is read of an activity (Bot Framework Activity schema); the rest is ignored."""

    type: Id
    id: Id
    service_url: Id
    conversation: WireConversation
    sender: WireAccount = msgspec.field(name="from")
    recipient: WireAccount | None = None
    channel_id: str = ""
    timestamp: str | None = None
    local_timestamp: str | None = None
    locale: str | None = None
    text: str | None = None
    text_format: str | None = None
    name: str | None = None
    action: str | None = None
    value: Any = None
    reply_to_id: str | None = None
    delivery_mode: str | None = None
    channel_data: dict[str, Any] | None = None
    entities: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    members_added: list[WireAccount] | None = None
    members_removed: list[WireAccount] | None = None

    @property
    def tenants(self) -> frozenset[str]:
        """Every tenant that the activity names, in lower case; one that is no text counts as ''."""
        named = (self.channel_data or {}).get("tenant")
        claimed = named.get("id") if isinstance(named, dict) else None
        both = [item for item in (claimed, self.conversation.tenant_id) if item is not None]
        return frozenset(item.lower() if isinstance(item, str) else "" for item in both)


_DECODER: Final = msgspec.json.Decoder(WireActivity)


def parse_activity(body: bytes) -> WireActivity:
    """Reads one activity. Raises `Refused` (400) for anything that is not one."""
    try:
        activity = _DECODER.decode(body)
        for stamp in (activity.timestamp, activity.local_timestamp):
            parse_time(stamp)
    except (ValueError, OverflowError, RecursionError) as exc:
        raise Refused(400, "the body is not an activity") from exc
    return activity


def parse_time(stamp: str | None) -> datetime | None:
    """An ISO 8601 time in UTC; without offset it is taken as UTC. Raises `ValueError`, `OverflowError`."""
    if stamp is None:
        return None
    time = datetime.fromisoformat(stamp)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def as_sdk(wire: WireActivity) -> Activity:
    """The same activity as the SDK's type, which `TurnContext` insists on."""
    fields: dict[str, Any] = {name: getattr(wire, name) for name in _AS_THEY_ARE}
    return Activity(
        timestamp=parse_time(wire.timestamp),
        local_timestamp=parse_time(wire.local_timestamp),
        from_property=_account(wire.sender),
        recipient=None if wire.recipient is None else _account(wire.recipient),
        conversation=ConversationAccount(**msgspec.structs.asdict(wire.conversation)),
        entities=[_entity(item) for item in wire.entities or ()],
        attachments=[_attachment(item) for item in wire.attachments or ()],
        members_added=[_account(item) for item in wire.members_added or ()],
        members_removed=[_account(item) for item in wire.members_removed or ()],
        **fields,
    )


_AS_THEY_ARE: Final = (
    "type", "id", "service_url", "channel_id", "locale", "text", "text_format", "name", "action", "value",
    "reply_to_id", "delivery_mode", "channel_data",
)  # fmt: skip


def _account(wire: WireAccount) -> ChannelAccount:
    return ChannelAccount(**msgspec.structs.asdict(wire))


def _entity(item: dict[str, Any]) -> Entity:
    entity = Entity(type=str(item.get("type")))
    entity.additional_properties = {key: value for key, value in item.items() if key != "type"}
    return entity


def _attachment(item: dict[str, Any]) -> Attachment:
    known: dict[str, Any] = {field: item.get(name) for name, field in _ATTACHMENT.items()}
    return Attachment(**known)


_ATTACHMENT: Final = {
    "contentType": "content_type",
    "contentUrl": "content_url",
    "content": "content",
    "name": "name",
    "thumbnailUrl": "thumbnail_url",
}

_UNDERSCORE: Final = re.compile(r"_([a-z])")
_NAMES: Final[dict[str, str]] = {"from_property": "from"}


def _camel(name: str) -> str:
    if name not in _NAMES:
        _NAMES[name] = _UNDERSCORE.sub(lambda match: match[1].upper(), name)
    return _NAMES[name]


def as_json(model: Activity) -> dict[str, Any]:
    """The activity as plain JSON data; what is None is left out."""
    return _fields(vars(model))


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case str() | int() | float() | dict() | None:
            return value
        case list() | tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case _:
            return _fields(vars(value))


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    plain = dict(fields.get("additional_properties") or {})
    for name, item in fields.items():
        if item is not None and name != "additional_properties":
            plain[_camel(name)] = _plain(item)
    return plain
