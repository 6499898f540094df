"""Adaptive Card 1.5 elements: strict, typed subclasses of the `adaptivecards` library.

The library knows no inputs and no actions, drops a misspelt property without a word and always says
version 1.2. Here a property that does not exist, or has another type, is a `TypeError`, at run time
and under mypy. This is the only module that touches the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, cast, dataclass_transform

from adaptivecards import adaptivecard
from adaptivecards.baseobject import BareObject, Element, PropertyType

VERSION: Final = "1.5"

Spacing = Literal["none", "small", "default", "medium", "large", "extraLarge", "padding"]
Colour = Literal["default", "dark", "light", "accent", "good", "warning", "attention"]
Size = Literal["small", "default", "medium", "large", "extraLarge"]
Weight = Literal["lighter", "default", "bolder"]
Style = Literal["default", "emphasis", "good", "attention", "warning", "accent"]
AssociatedInputs = Literal["auto", "none"]

_SEQUENCE: Final = (list, tuple)
_REQUIRED: Final[Any] = object()


class _Property(PropertyType):
    def __init__(self, kind: object, key: str | None, required: bool, capital: bool) -> None:
        super().__init__(kind, key)  # type: ignore[no-untyped-call]  # the library ships no types
        self.required, self.capital = required, capital

    def written(self, value: object) -> object:
        """The value as Microsoft's typed models spell it; the schema takes both."""
        return value[:1].upper() + value[1:] if self.capital and isinstance(value, str) else value


def prop(kind: object, key: str | None = None, *, default: object = _REQUIRED, capital: bool = False) -> Any:  # noqa: ANN401  (as dataclasses.field)
    """Declares a property: its Python type, its JSON name when another, `default=None` when optional.

    `capital` writes its words with a first capital, as Teams' own models do.
    """
    return _Property(kind, key, default is _REQUIRED, capital)


def _properties(owner: type) -> dict[str, _Property]:
    return {
        name: value
        for base in reversed(owner.__mro__)
        for name, value in vars(base).items()
        if isinstance(value, _Property)
    }


@dataclass_transform(kw_only_default=True, field_specifiers=(prop,))
class _Strict:
    def __init__(self, **values: object) -> None:
        known = _properties(type(self))
        if unknown := sorted(values.keys() - known.keys()):
            raise TypeError(f"{type(self).__name__} has no property {', '.join(unknown)}")
        given = {name: value for name, value in values.items() if value is not None}
        if missing := sorted(name for name in known if known[name].required and name not in given):
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}")
        super().__init__()
        for name, value in given.items():
            setattr(self, name, known[name].written(value))


class Node(_Strict, Element):
    """Anything with a `type` inside a card; subclasses name theirs in `element_type`."""


class Block(Node):
    """An element of a card's body."""

    spacing: Spacing | None = prop(str, default=None, capital=True)
    separator: bool | None = prop(bool, default=None)


class TextBlock(Block):
    """A paragraph in which clients interpret Markdown: for headings made of our own words."""

    element_type = "TextBlock"
    text: str = prop(str)
    size: Size | None = prop(str, default=None, capital=True)
    weight: Weight | None = prop(str, default=None, capital=True)
    color: Colour | None = prop(str, default=None, capital=True)
    style: Literal["default", "heading"] | None = prop(str, default=None)
    wrap: bool | None = prop(bool, default=None)


class TextRun(Node):
    """Words of a `RichTextBlock`; no client interprets Markdown in them."""

    element_type = "TextRun"
    text: str = prop(str)
    size: Size | None = prop(str, default=None, capital=True)
    weight: Weight | None = prop(str, default=None, capital=True)
    color: Colour | None = prop(str, default=None, capital=True)
    subtle: bool | None = prop(bool, "isSubtle", default=None)
    font: Literal["default", "monospace"] | None = prop(str, "fontType", default=None, capital=True)


class RichTextBlock(Block):
    """A paragraph of runs, each with its own look; always wraps."""

    element_type = "RichTextBlock"
    inlines: Sequence[TextRun] = prop(_SEQUENCE)


class Image(Block):
    """An image as wide as the card; `alt` says in words what it shows."""

    element_type = "Image"
    url: str = prop(str)
    alt: str = prop(str, "altText")
    size: Literal["stretch"] | None = prop(str, default=None, capital=True)


class Container(Block):
    """A group of elements, with a background when it has a style."""

    element_type = "Container"
    items: Sequence[Block] = prop(_SEQUENCE)
    style: Style | None = prop(str, default=None)
    bleed: bool | None = prop(bool, default=None)
    id: str | None = prop(str, default=None)
    visible: bool | None = prop(bool, "isVisible", default=None)


class Column(Block):
    """One column: `width` is auto, stretch, a weight or pixels."""

    element_type = "Column"
    items: Sequence[Block] = prop(_SEQUENCE)
    width: str | None = prop(str, default=None)


class ColumnSet(Block):
    """Columns side by side; three at most, or a phone scrolls sideways."""

    element_type = "ColumnSet"
    columns: Sequence[Column] = prop(_SEQUENCE)


class Action(Node):
    """What a button does."""

    title: str = prop(str)


class Submit(Action):
    """Sends `data` as a message: what every client since 1.0 understands."""

    element_type = "Action.Submit"
    data: Mapping[str, object] = prop(dict)
    inputs: AssociatedInputs | None = prop(str, "associatedInputs", default=None)


class Execute(Action):
    """Sends `verb` and `data` and takes a card back; `fallback` is for clients that cannot."""

    element_type = "Action.Execute"
    verb: str = prop(str)
    data: Mapping[str, object] = prop(dict)
    inputs: AssociatedInputs | None = prop(str, "associatedInputs", default=None)
    fallback: Submit | None = prop(Submit, default=None)


class OpenUrl(Action):
    """Opens a page."""

    element_type = "Action.OpenUrl"
    url: str = prop(str)


class ToggleVisibility(Action):
    """Shows or hides the elements with these ids, without asking the bot (since 1.2)."""

    element_type = "Action.ToggleVisibility"
    targets: Sequence[str] = prop(_SEQUENCE, "targetElements")


class ActionSet(Block):
    """Buttons within the body."""

    element_type = "ActionSet"
    actions: Sequence[Action] = prop(_SEQUENCE)


class Input(Block):
    """Something to fill in; its `id` is the key under which the answer comes back."""

    id: str = prop(str)
    label: str = prop(str)
    required: bool | None = prop(bool, "isRequired", default=None)
    error: str | None = prop(str, "errorMessage", default=None)


class InputText(Input):
    """A line of text."""

    element_type = "Input.Text"
    value: str | None = prop(str, default=None)
    placeholder: str | None = prop(str, default=None)
    max_length: int | None = prop(int, "maxLength", default=None)
    multiline: bool | None = prop(bool, "isMultiline", default=None)


class Option(_Strict, BareObject):
    """One choice of an `InputChoiceSet`."""

    title: str = prop(str)
    value: str = prop(str)


class InputChoiceSet(Input):
    """One answer out of several."""

    element_type = "Input.ChoiceSet"
    choices: Sequence[Option] = prop(_SEQUENCE)
    value: str | None = prop(str, default=None)
    style: Literal["compact", "expanded", "filtered"] | None = prop(str, default=None)
    placeholder: str | None = prop(str, default=None)
    wrap: bool | None = prop(bool, default=None)


class PeoplePicker(InputChoiceSet):
    """One person of this conversation, found by typing; only Teams knows it (see `teams_only.toml`)."""

    data: Mapping[str, str] = prop(dict, "choices.data")


class AdaptiveCard(_Strict, adaptivecard.AdaptiveCard):
    """A whole card: version 1.5, as wide as the conversation allows."""

    body: Sequence[Block] = prop(_SEQUENCE)
    lang: str = prop(str)
    speak: str = prop(str)
    fallback_text: str = prop(str, "fallbackText")

    def to_dict(self) -> dict[str, Any]:
        """The card as plain, JSON-safe data."""
        card = cast("dict[str, Any]", _plain(self))
        card.pop("$schema", None)  # no client reads it, and Teams' own models do not know it
        first = {"type": card["type"], "version": VERSION, "msteams": {"width": "full"}}
        return first | {key: value for key, value in card.items() if key not in first}


def _plain(value: object) -> object:
    if isinstance(value, BareObject):
        return _plain(value.render())  # type: ignore[no-untyped-call]  # the library ships no types
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, _SEQUENCE):
        return [_plain(item) for item in value]
    return value


def walk(node: object) -> Iterator[dict[str, Any]]:
    """Every object of a card's JSON that has a `type`, outermost first."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)
