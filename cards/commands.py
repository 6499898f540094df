"""Lines to type on a console, for whoever administers it: folded, word for word, a change marked in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.domain.views import CommandLine
from cards.elements import ActionSet, Block, Container, RichTextBlock, TextRun, ToggleVisibility
from cards.layout import Pen
from cards.plain import verbatim
from cards.texts import word

FOLD = "commands"


def commands(pen: Pen, lines: Sequence[CommandLine]) -> list[Block]:
    """A button that unfolds them, console by console; a line without room is left out whole, never cut."""
    shown = [line for line in lines if len(line.text) <= pen.room.characters][: 2 * pen.room.lines]
    if not lines:
        return []
    blocks: list[Block] = []
    for console, group in groupby(shown, key=lambda line: line.on):
        blocks.append(pen.words(word(pen.locale, "console", console), bold=True))
        blocks += [block for line in group for block in _line(pen, line)]
    if len(shown) < len(lines):
        blocks.append(pen.words(pen.say("more.items", count=len(lines) - len(shown)), subtle=True))
    unfold = ToggleVisibility(title=pen.say("typed.show"), targets=[FOLD])
    return [ActionSet(actions=[unfold], spacing="small"), Container(items=blocks, id=FOLD, visible=False)]


def _line(pen: Pen, line: CommandLine) -> list[Block]:
    typed = TextRun(text=verbatim(line.text) or "\u2013", font="monospace")
    blocks: list[Block] = [RichTextBlock(inlines=[typed], spacing="small")]
    if line.changes:
        blocks.append(pen.words(pen.say("typed.changes"), bold=True))
    if line.shows:
        blocks.append(pen.labelled(pen.say("typed.shows"), line.shows))
    return blocks
