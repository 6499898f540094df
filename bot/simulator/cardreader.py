"""What a card offers to whoever looks at it: its buttons, its inputs and its words.

The simulated people know nothing of how the bot builds its cards; like a Teams client they read
what arrives, so this walks any Adaptive Card.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from bot.simulator.rooms import Card

Kind = Literal["execute", "submit", "open", "other"]

_KINDS: Final[dict[str, Kind]] = {
    "Action.Execute": "execute",
    "Action.Submit": "submit",
    "Action.OpenUrl": "open",
}
_CHILDREN: Final = ("body", "items", "columns", "rows", "cells", "actions", "inlines", "card", "inlineAction")


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A card's action; `data` is what it carries, with `verb` also for an older client."""

    title: str
    kind: Kind
    verb: str = ""
    id: str = ""
    takes_inputs: bool = True
    data: dict[str, Any] = {}

    def says(self, key: str) -> str:
        """One item of its data as text; empty when it is not there."""
        return str(self.data.get(key, ""))


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """An input; `choices` maps the values of a choice set to what is read."""

    id: str
    kind: str
    label: str = ""
    value: str = ""
    required: bool = False
    choices: dict[str, str] = {}


def elements(node: object) -> Iterator[dict[str, Any]]:
    """Every element and action of a card, in reading order; fallbacks are left out."""
    if isinstance(node, list):
        for item in node:
            yield from elements(item)
    elif isinstance(node, dict):
        yield node
        for key in _CHILDREN:
            yield from elements(node.get(key))


def buttons(card: Card) -> tuple[Button, ...]:
    """The actions of a card, as one who sees it finds them."""
    return tuple(_button(node) for node in elements(card) if str(node.get("type", "")).startswith("Action."))


def fields(card: Card) -> tuple[Field, ...]:
    """The inputs of a card."""
    return tuple(_field(node) for node in elements(card) if str(node.get("type", "")).startswith("Input."))


def headline(card: Card, length: int = 80) -> str:
    """The first words of a card, to name it in one line."""
    words = (str(node.get("text", "")) for node in elements(card) if node.get("type") == "TextBlock")
    first = next((text for text in words if text.strip()), "")
    plain = " ".join(first.replace("**", "").split())
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def _button(node: dict[str, Any]) -> Button:
    data = node.get("data")
    carried = data if isinstance(data, dict) else {}
    return Button(
        title=str(node.get("title", "")),
        kind=_KINDS.get(str(node["type"]), "other"),
        verb=str(node.get("verb") or carried.get("verb", "")),
        id=str(node.get("id", "")),
        takes_inputs=str(node.get("associatedInputs", "auto")).lower() != "none",
        data=carried,
    )


def _field(node: dict[str, Any]) -> Field:
    choices = {str(c.get("value", "")): str(c.get("title", "")) for c in node.get("choices", [])}
    return Field(
        id=str(node.get("id", "")),
        kind=str(node["type"]).removeprefix("Input."),
        label=str(node.get("label") or node.get("title") or ""),
        value=str(node.get("value", "")),
        required=bool(node.get("isRequired", False)),
        choices=choices,
    )
