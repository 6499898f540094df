"""Are the texts whole? Missing translations, holes that nothing fills, words too long for a card."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from bot.diagnosis.fill import OF_THE_CASE, PLACEHOLDER
from bot.diagnosis.pieces import Piece, pieces
from bot.diagnosis.playbook import Playbook
from bot.domain.diagnosis import LOCALES

OF_A_VALUE: Final = frozenset({"title", "amount", "value"})
OWN_LENGTH: Final = frozenset({"phrase"})
SAME_ANYWHERE: Final = frozenset({"command", "phrase", "menu"})

_BRACES: Final = re.compile(r"\{[^{}]*\}|[{}]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")

Finding = tuple[str, str]


class TextLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most characters of a text and lines of a list, by kind."""

    characters: dict[str, int]
    lines: dict[str, int]


@cache
def text_limits() -> TextLimits:
    """`text_limits.toml` (read once)."""
    data = tomllib.loads((Path(__file__).parent / "text_limits.toml").read_text("utf-8"))
    return msgspec.convert(data, TextLimits)


def texts(playbook: Playbook) -> Iterator[Finding]:
    """What is wrong with single texts, then with what phone models must know for them."""
    for piece in pieces(playbook):
        faults = (*_empty(piece), *_translation(piece), *_length(piece), *_holes(playbook, piece))
        yield from ((piece.key, f"{piece.where}{fault}") for fault in faults)
    yield from _models(playbook)


def _empty(piece: Piece) -> Iterator[str]:
    for language, lines in zip(LOCALES, (piece.fr, piece.en), strict=True):
        if not all(line.strip() for line in lines):
            yield f".{language} is empty"


def _translation(piece: Piece) -> Iterator[str]:
    if len(piece.fr) != len(piece.en) and piece.kind not in OWN_LENGTH:
        yield " has not as many lines in French as in English"
        return
    if piece.kind in OWN_LENGTH and bool(piece.fr) != bool(piece.en):
        yield " is in one language only"
    if holes(piece.fr) != holes(piece.en):
        yield " has not the same {placeholders} in French as in English"
    if piece.kind not in SAME_ANYWHERE and any(_untranslated(*pair) for pair in zip(piece.fr, piece.en)):  # noqa: B905
        yield " is the same in English as in French"


def _untranslated(fr: str, en: str) -> bool:
    return fr.strip() == en.strip() and len(_WORD.findall(fr)) > 3


def _length(piece: Piece) -> Iterator[str]:
    most = text_limits().characters[piece.kind]
    for language, lines in zip(LOCALES, (piece.fr, piece.en), strict=True):
        longest = max(map(len, lines), default=0)
        if longest > most:
            yield f".{language} has {longest} characters, {most} at most"
        if len(lines) > text_limits().lines.get(piece.kind, len(lines)):
            yield f".{language} has {len(lines)} lines, {text_limits().lines[piece.kind]} at most"


def holes(lines: Iterable[str]) -> set[str]:
    """Every `{placeholder}` of a text, braces included."""
    return {found for line in lines for found in _BRACES.findall(line)}


def _holes(playbook: Playbook, piece: Piece) -> Iterator[str]:
    for hole in sorted(holes((*piece.fr, *piece.en))):
        if not _filled(playbook, piece, hole):
            yield f" has {hole}, which nothing fills"


def _filled(playbook: Playbook, piece: Piece, hole: str) -> bool:
    found = PLACEHOLDER.fullmatch(hole)
    if found is None:
        return piece.kind == "command"  # braces mean something else in PowerShell
    if piece.holes == "case":
        return bool(found["menu"]) or found["name"] in OF_THE_CASE or _somewhere(playbook, found["name"])
    return piece.holes == "value" and not found["menu"] and found["name"] in OF_A_VALUE


def _somewhere(playbook: Playbook, name: str) -> bool:
    return any(name in model.texts for model in playbook.models.values())


def wanted(playbook: Playbook) -> dict[tuple[bool, str], str]:
    """What texts want of a phone model: (is it a menu path, its name) and the first text that wants it."""
    found: dict[tuple[bool, str], str] = {}
    for piece in pieces(playbook):
        if piece.holes == "case":
            for match in PLACEHOLDER.finditer("\n".join((*piece.fr, *piece.en))):
                found.setdefault((bool(match["menu"]), match["name"]), f"{piece.key} {piece.where}")
    return found


def _models(playbook: Playbook) -> Iterator[Finding]:
    """What one phone model lacks, and what no text of the playbook asks it for."""
    needs = wanted(playbook)
    if not playbook.models:
        yield from ((where.split()[0], f"wants {{menu:{name}}}, but there is no phone model")
                    for (menu, name), where in needs.items() if menu)  # fmt: skip
    for model in playbook.models.values():
        key, paths = f"model:{model.id}", {path.id for path in model.menu}
        for (menu, name), where in needs.items():
            if menu and name not in paths:
                yield key, f"menu has no path {name}, which {where} shows"
            if (
                not menu
                and name not in OF_THE_CASE
                and name not in model.texts
                and _somewhere(playbook, name)
            ):
                yield key, f"texts has no {name}, which {where} shows"
        yield from (
            (key, f"menu.{name} is shown by no text") for name in sorted(paths) if (True, name) not in needs
        )
        yield from (
            (key, f"texts.{name} is shown by no text") for name in model.texts if (False, name) not in needs
        )
