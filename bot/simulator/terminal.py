"""Draws any Adaptive Card in the terminal, so that a transcript shows what people saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.simulator.cardreader import elements
from bot.simulator.rooms import Card

Node = Mapping[str, Any]
Numbers = Mapping[int, int]
Drawer = Callable[[Node, Numbers], RenderableType]

_COLOURS: Final = {"attention": "red", "good": "green", "warning": "yellow", "accent": "cyan"}
_WIDE: Final = frozenset({"medium", "large", "extralarge", "padding"})
_BOXES: Final = {"attention": "red", "good": "green", "warning": "yellow", "emphasis": "dim"}


def draw(card: Card, title: str = "", first: int | None = None) -> Panel:
    """A card in a frame; its actions are numbered from `first`, in the order of `cardreader.buttons`."""
    actions = (node for node in elements(card) if str(node.get("type", "")).startswith("Action."))
    numbers = {} if first is None else {id(node): n for n, node in enumerate(actions, start=first)}
    return Panel(_card(card, numbers), title=title or None, title_align="left", box=box.ROUNDED, width=76)


def _card(card: Node, numbers: Numbers) -> Group:
    actions = [{"type": "ActionSet", "actions": card["actions"]}] if card.get("actions") else []
    return Group(*_items(card.get("body"), numbers), *_items(actions, numbers))


def _items(items: object, numbers: Numbers) -> Iterator[RenderableType]:
    """The visible elements of a list, each with the line above it that the card asks for."""
    for place, node in enumerate(items if isinstance(items, list) else []):
        if not isinstance(node, dict) or node.get("isVisible") is False:
            continue
        if node.get("separator"):
            yield Rule(style="dim")
        elif place and str(node.get("spacing", "")).lower() in _WIDE:
            yield Text()
        drawer = _DRAWERS.get(str(node.get("type")))
        if drawer is not None:
            yield drawer(node, numbers)
        elif isinstance(node.get("fallback"), dict):
            yield from _items([node["fallback"]], numbers)


def _style(node: Node) -> str:
    words = [_COLOURS.get(str(node.get("color", "")).lower(), "")]
    if str(node.get("weight", "")).lower() == "bolder":
        words.append("bold")
    if node.get("isSubtle"):
        words.append("dim")
    return " ".join(word for word in words if word)


def _markdown(text: object, style: str = "") -> Markdown:
    return Markdown(str(text), style=style or "none", hyperlinks=False)


def _text_block(node: Node, _: Numbers) -> RenderableType:
    return _markdown(node.get("text", ""), _style(node))


def _rich_text(node: Node, _: Numbers) -> RenderableType:
    text = Text()
    for run in node.get("inlines", []):
        text.append(str(run.get("text", "")), _style(run)) if isinstance(run, dict) else text.append(str(run))
    return text


def _fact_set(node: Node, _: Numbers) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for fact in node.get("facts", []):
        grid.add_row(str(fact.get("title", "")), _markdown(fact.get("value", "")))
    return grid


def _column_set(node: Node, numbers: Numbers) -> RenderableType:
    columns = [column for column in node.get("columns", []) if column.get("isVisible") is not False]
    grid = Table.grid(padding=(0, 1), expand=True)
    for column in columns:
        grid.add_column(ratio=_ratio(column.get("width", "auto")))
    grid.add_row(*(Group(*_items(column.get("items"), numbers)) for column in columns))
    return grid


def _ratio(width: object) -> int | None:
    """A column's share of the row: a number or `stretch`; none for `auto` and pixels."""
    if isinstance(width, int):
        return max(width, 1)
    return 1 if width == "stretch" else None


def _container(node: Node, numbers: Numbers) -> RenderableType:
    inside = Group(*_items(node.get("items"), numbers))
    border = _BOXES.get(str(node.get("style", "")).lower())
    return Panel(inside, box=box.HEAVY, border_style=border) if border else inside


def _table(node: Node, numbers: Numbers) -> RenderableType:
    rows = node.get("rows", [])
    table = Table(box=box.SIMPLE, show_header=False, padding=(0, 1))
    for row in rows:
        table.add_row(*(Group(*_items(cell.get("items"), numbers)) for cell in row.get("cells", [])))
    return table


def _input(node: Node, _: Numbers) -> RenderableType:
    label = str(node.get("label") or node.get("title") or node.get("placeholder") or "")
    value = str(node.get("value", ""))
    lines = [Text(label, style="bold")] if label else []
    if not node.get("choices"):
        return Group(*lines, Text(f"[ {value or '…':<30} ]", style="cyan"))
    for choice in node["choices"]:
        mark = "◉" if str(choice.get("value")) == value else "○"
        lines.append(Text(f"  {mark} {choice.get('title', '')}", style="cyan"))
    return Group(*lines)


def _action_set(node: Node, numbers: Numbers) -> RenderableType:
    row, inside = Text(), list[RenderableType]()
    for action in node.get("actions", []):
        number = numbers.get(id(action))
        label = f" {number} · " if number else " "
        row.append(f"{label}{action.get('title', '')} ", style="reverse bold")
        row.append("  ")
        if isinstance(action.get("card"), dict):
            inside.append(Padding(_card(action["card"], numbers), (0, 0, 0, 4)))
    return Group(row, *inside) if row else Group()


def _image(node: Node, _: Numbers) -> RenderableType:
    return Text(f"[{node.get('altText') or 'image'}]", style="dim")


def _code(node: Node, _: Numbers) -> RenderableType:
    return Padding(Text(str(node.get("codeSnippet", "")), style="cyan"), (0, 2))


_DRAWERS: Final[dict[str, Drawer]] = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich_text,
    "FactSet": _fact_set,
    "ColumnSet": _column_set,
    "Container": _container,
    "Table": _table,
    "ActionSet": _action_set,
    "Image": _image,
    "CodeBlock": _code,
    "Input.Text": _input,
    "Input.Number": _input,
    "Input.Date": _input,
    "Input.Time": _input,
    "Input.Toggle": _input,
    "Input.ChoiceSet": _input,
}
