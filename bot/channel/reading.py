"""What a person said or tapped, read from an activity: text without mentions, inputs as text, language."""

from __future__ import annotations

import html
import re
from typing import Any, Final

import msgspec
from botbuilder.schema import Activity

from bot.domain.diagnosis import Locale
from bot.errors import Refused

RESERVED: Final = frozenset({"case", "v", "nonce", "verb", "step"})

_EXACT: Final = 2**53
_AT_TAG: Final = re.compile(r"</?at[^<>]{0,200}>", re.IGNORECASE)
_SPACES: Final = re.compile(r"[ \t\xa0]{2,}")


class Tap(msgspec.Struct, frozen=True):
    """A button's meaning and everything that came with it."""

    verb: str
    data: dict[str, Any]

    def text(self, key: str) -> str:
        """A reserved value as text; '' when it is missing or not a simple value."""
        return as_text(self.data.get(key)) or ""

    @property
    def version(self) -> int:
        """The version of the case that the card showed; 0 when it says none."""
        shown = self.text("v")
        return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else 0


def read_tap(value: object) -> Tap:
    """Reads the value of an `adaptiveCard/action` invoke. Raises `Refused` (400) when it is malformed."""
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or action.get("type") != "Action.Execute":
        raise Refused(400, "not an Action.Execute")
    data = action.get("data") or {}
    if not isinstance(data, dict):
        raise Refused(400, "the action's data is not an object")
    verb = action.get("verb") or data.get("verb")
    if not isinstance(verb, str) or not verb:
        raise Refused(400, "the action has no verb")
    return Tap(verb, data)


def inputs(data: dict[str, Any]) -> dict[str, str]:
    """A card's inputs as text; what the button itself carried, lists and objects are left out."""
    read = {key: as_text(value) for key, value in data.items() if key not in RESERVED}
    return {key: text for key, text in read.items() if text is not None}


def as_text(value: object) -> str | None:
    """A text, number or switch as text, whole numbers without a point; None for anything else."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float() if -_EXACT < value < _EXACT:
            return str(int(value)) if value == int(value) else str(value)
        case _:
            return None


def spoken_text(activity: Activity) -> str:
    """What was written, without the mention of the bot, other mentions as plain names."""
    text = activity.text or ""
    for mention in _own_mentions(activity):
        text = text.replace(mention, " ")
    plain = html.unescape(_AT_TAG.sub("", text)).replace("\xa0", " ")
    return _SPACES.sub(" ", plain).strip()


def _own_mentions(activity: Activity) -> list[str]:
    """The mentions' own texts: the entities say who was meant, the text may lie."""
    bot = activity.recipient.id if activity.recipient else None
    found = []
    for entity in activity.entities or ():
        rest = entity.additional_properties or {}
        mentioned, text = rest.get("mentioned"), rest.get("text")
        if entity.type == "mention" and isinstance(mentioned, dict) and isinstance(text, str) and text:
            found += [text] if mentioned.get("id") == bot else []
    return found


def read_locale(activity: Activity) -> Locale | None:
    """French or English by the client's language; None when it names none."""
    named = activity.locale or _client_locale(activity)
    if not named:
        return None
    return "fr" if named.lower().startswith("fr") else "en"


def _client_locale(activity: Activity) -> str | None:
    for entity in activity.entities or ():
        if entity.type == "clientInfo":
            locale = (entity.additional_properties or {}).get("locale")
            return locale if isinstance(locale, str) else None
    return None
