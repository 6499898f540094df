"""What an agent types is an order when it begins with one, and goes on as that order allows; all else is talk.

In a case's thread most words are for the employee. So an order is recognised narrowly: « check the cable » is no
`check`, « note que… » without a colon no `note`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

import msgspec

from bot.domain.conversation import Incoming
from bot.domain.order import ABOUT_CASE, Order, OrderName
from bot.domain.verb import Verb
from dialogs.commands import fold

Argument = Literal["none", "words", "number", "upn", "text"]

LONGEST_PHRASE: Final = 5  # words
FEW: Final = 6  # words that may follow an order which takes some
BUTTONS: Final[dict[str, OrderName]] = {Verb.queue: "queue", Verb.show_case: "case"}

_WORD: Final = re.compile(r"\S+")
_CASE: Final = re.compile(r"(?:D-?)?(\d{3,7})", re.IGNORECASE)
_NAMED: Final = re.compile(r"\s*D-?(\d{3,7})\b[\s:,]*", re.IGNORECASE)
_UPN: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_AROUND: Final = ' \t\u00a0\u202f«»“”"<>()[]?!.,;'
_QUOTED: Final = re.compile(r"[‘’'](.+)[‘’']")
_LEAD: Final = " \t\r\n:/"


class _Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    argument: Argument
    says: tuple[str, ...]


@cache
def _phrases() -> dict[str, tuple[OrderName, Argument]]:
    table = tomllib.loads(files("dialogs").joinpath("desk_commands.toml").read_text(encoding="utf-8"))
    specs = msgspec.convert(table, dict[str, _Spec])
    return {
        fold(phrase): (cast("OrderName", name), spec.argument)
        for name, spec in specs.items()
        for phrase in spec.says
    }


def parse(text: str) -> Order | None:
    """The order that a text is; None when it says something else."""
    bare = text.strip().lstrip("/")
    if alone := re.fullmatch(r"D-(\d{3,7})", bare, re.IGNORECASE):
        return Order(name="case", case=f"D-{alone[1]}")
    for end in reversed([word.end() for word in list(_WORD.finditer(bare))[:LONGEST_PHRASE]]):
        known = _phrases().get(fold(bare[:end]).strip(" :"))
        order = _order(*known, bare[:end], bare[end:]) if known else None
        if order is not None:
            return order
    return None


def _order(name: OrderName, argument: Argument, phrase: str, rest: str) -> Order | None:
    case = _NAMED.match(rest) if name in ABOUT_CASE else None
    number = f"D-{case[1]}" if case else ""
    said = rest[case.end() if case else 0 :]
    colon = ":" in phrase[-1:] + rest[: len(rest) - len(said)] or said.lstrip(" \t").startswith(":")
    said = said.strip(_LEAD)
    match argument:
        case "none":
            return Order(name=name, case=number) if not said else None
        case "words":
            few = len(said.split()) <= FEW
            return Order(name=name, case=number, text=said) if few else None
        case "number":
            found = _CASE.fullmatch(said)
            return Order(name=name, case=f"D-{found[1]}") if found else None
        case "upn":
            who = _QUOTED.sub(r"\1", said.strip(_AROUND)).removeprefix("mailto:")
            return Order(name=name, text=who) if _UPN.fullmatch(who) or _OBJECT_ID.fullmatch(who) else None
        case "text":
            return Order(name=name, case=number, text=said) if colon and said else None


def order_of(incoming: Incoming) -> Order | None:
    """The order that an activity may be, if whoever sent it is an agent.

    In a personal chat, where employees write too, one about a case must name it, and `help` is everybody's.
    """
    if incoming.kind == "tap":
        name = BUTTONS.get(incoming.verb)
        return Order(name=name, case=incoming.case, values=incoming.values) if name else None
    order = parse(incoming.text) if incoming.kind == "message" else None
    if order is None or incoming.conversation.kind != "personal":
        return order
    if order.name in ABOUT_CASE:
        return order if order.case else None
    return None if order.name == "commands" and not _agents_word(incoming.text) else order


def _agents_word(text: str) -> bool:
    return fold(text) in {"commandes", "commands", "les commandes"}
