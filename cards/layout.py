"""What every card is made of: headings, paragraphs, lists and buttons, in one language and within one size.

Words that are not ours are only ever put in text runs (see `cards.plain`). A list or a text that is
too long for its `Room` is folded and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import msgspec

from bot.domain.diagnosis import Locale, Who
from bot.domain.own_views import Picture
from bot.domain.reason import IDS, OTHER
from bot.domain.verb import Verb
from bot.domain.views import Choice, Evidence, Unchecked
from cards import when
from cards.elements import (
    ActionSet,
    AssociatedInputs,
    Block,
    Colour,
    Container,
    Execute,
    Image,
    InputChoiceSet,
    Option,
    RichTextBlock,
    Style,
    Submit,
    TextBlock,
    TextRun,
    Weight,
)
from cards.plain import clean, cut, plain
from cards.texts import text

T = TypeVar("T")

TITLE: Final = 120
BUTTON: Final = 80

# Characters that the buttons of one line may have in all on a phone 360 points wide, and what a frame costs.
_LINE: Final = 42
_FRAME: Final = 5
_MOST: Final = 8


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """How much one card may hold: lines in a list, characters in a text, options in a choice."""

    lines: int
    characters: int
    options: int


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What every button of a card carries back."""

    case: str = ""
    v: int = 0
    nonce: str = ""
    step: str = ""


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A verb with its title; `values` go along, `sends` says that the card's inputs do too."""

    verb: Verb
    title: str
    values: dict[str, str] = {}
    sends: bool = False


class Page(msgspec.Struct, frozen=True):
    """A card's body and the sentence that is read aloud for it."""

    body: Sequence[Block]
    summary: str


class Pen(msgspec.Struct, frozen=True, kw_only=True):
    """Draws in one language and within one room."""

    locale: Locale
    room: Room

    def say(self, text_id: str, **values: object) -> str:
        """Our own words, by id."""
        return text(self.locale, text_id, **values)

    def short(self, words: str) -> str:
        """Foreign words, cleaned and cut to the room."""
        return cut(clean(words), self.room.characters)

    def title(self, words: str) -> Block:
        """The card's first heading."""
        return _heading(words, large=True)

    def heading(self, words: str) -> Block:
        """The heading of a section."""
        return _heading(words, large=False)

    def words(self, words: str, *, subtle: bool = False, bold: bool = False) -> Block:
        """A paragraph."""
        weight: Weight | None = "bolder" if bold else None
        return RichTextBlock(inlines=[TextRun(text=self.short(words), subtle=subtle or None, weight=weight)])

    def labelled(self, label: str, words: str, colour: Colour = "default") -> Block:
        """`Label: words` on one line."""
        runs = [
            TextRun(text=f"{self.say('layout.label', label=label)} ", subtle=True),
            TextRun(text=self.short(words) or "\u2013", color=colour, weight="bolder"),
        ]
        return RichTextBlock(inlines=runs, spacing="small")

    def caution(self, words: str) -> list[Block]:
        """What must be read before anything is begun; nothing when there is nothing to fear."""
        if not words:
            return []
        return [box("warning", [self.labelled(self.say("step.caution"), words)])]

    def picture(self, picture: Picture | None) -> list[Block]:
        """A drawing of where to look; nothing where it cannot be fetched."""
        if picture is None or not picture.url:
            return []
        return [Image(url=picture.url, alt=self.say(f"picture.{picture.name}"), size="stretch")]

    def item(self, words: str, origin: str = "", mark: str = "\u2022") -> Block:
        """One line of a list, with where it comes from in a lighter shade."""
        runs = [TextRun(text=f"{mark}\u2002{self.short(words)}")]
        if origin:
            runs.append(TextRun(text=f"\u2002{cut(clean(origin), TITLE)}", subtle=True, size="small"))
        return RichTextBlock(inlines=runs, spacing="small")

    def bullets(self, items: Iterable[str]) -> list[Block]:
        """A list, folded when it is too long."""
        return self.folded([self.item(words) for words in items])

    def folded(self, lines: Sequence[Block], share: int = 1) -> list[Block]:
        """The lines for which there is room (`share` times that of a list), then how many more there are."""
        limit = self.room.lines * share
        if len(lines) <= limit + 1:
            return list(lines)
        rest = self.say("more.items", count=len(lines) - limit)
        return [*lines[:limit], self.words(rest, subtle=True)]

    def section(self, heading: str, lines: Sequence[Block]) -> list[Block]:
        """A heading over its lines; nothing at all without lines."""
        return [self.heading(heading), *self.folded(lines)] if lines else []

    def evidence(self, facts: Iterable[Evidence], zone: str, *, cites: bool = False) -> list[Block]:
        """Facts in words, each with its source and time; `cites` adds the ledger entry, for the helpdesk."""
        return [self.item(self._said(fact), self._origin(fact, zone, cites=cites)) for fact in facts]

    def next_step(self, who: Who | None) -> str:
        """The heading of what comes next; it names who acts, so that nobody takes another's work for theirs."""
        if who is None or who == "user":
            return self.say("next.yours")
        return self.say("next.by", who=self.say(f"who.{who}"))

    def reason(self, gap: Unchecked, zone: str) -> str:
        """Why something could not be checked, with the permission that would let it, where the view names it."""
        since = when.at(gap.since, zone, self.locale) if gap.since else ""
        said = self.say(f"why.{gap.why if gap.why in IDS else OTHER}", when=since)
        return f"{said} ({self.short(gap.permission)})" if gap.permission else said

    def _said(self, fact: Evidence) -> str:
        if fact.outcome is None:
            return fact.text
        asked = self.short(fact.text).removesuffix("?").rstrip()
        return self.say("evidence.act", text=asked, outcome=self.say(f"outcome.{fact.outcome}"))

    def _origin(self, fact: Evidence, zone: str, *, cites: bool) -> str:
        source = self.say(f"source.{fact.source}")
        if cites and fact.by:
            source = self.say("evidence.measured_by", runner=fact.by)
        name = "evidence.cited" if cites else "evidence.origin"
        return self.say(name, source=source, when=when.at(fact.at, zone, self.locale), n=fact.n)

    def button(self, verb: Verb) -> Button:
        """The button of a verb under its usual title."""
        return Button(verb=verb, title=self.say(f"button.{verb}"))

    def choices(
        self,
        name: str,
        choices: Sequence[Choice],
        label: str,
        error: str,
        *,
        chosen: str | None = None,
        placeholder: str | None = None,
    ) -> InputChoiceSet:
        """A choice of one; not compulsory when there is no room for all of them."""
        shown = choices[: self.room.options]
        return InputChoiceSet(
            id=name,
            label=label,
            required=len(shown) == len(choices),
            error=error,
            choices=[Option(title=_title(choice.title, TITLE), value=choice.value) for choice in shown],
            value=chosen if chosen in {choice.value for choice in shown} else None,
            style="compact" if placeholder else "expanded",
            placeholder=placeholder,
            wrap=True,
        )


def _title(words: str, limit: int) -> str:
    return cut(clean(words), limit) or "\u2013"


def _heading(words: str, *, large: bool) -> Block:
    return TextBlock(
        text=_title(plain(words), TITLE),
        style="heading",
        weight="bolder",
        size="large" if large else "default",
        spacing="default" if large else "medium",
        wrap=True,
    )


def group(items: Sequence[Block]) -> Block:
    """Elements that belong together, set a little apart from the rest."""
    return Container(items=items)


def box(style: Style, items: Sequence[Block]) -> Block:
    """Elements on a background."""
    return Container(items=items, style=style)


def row(origin: Origin, buttons: Sequence[Button]) -> list[Block]:
    """Buttons side by side, on as many lines as a narrow phone needs; more than eight are no choice but a wall."""
    return [
        ActionSet(actions=[_action(origin, button) for button in line], spacing="small" if n else None)
        for n, line in enumerate(_lines(buttons[:_MOST]))
    ]


def _lines(buttons: Sequence[Button]) -> list[list[Button]]:
    lines: list[list[Button]] = []
    for button in buttons:
        if lines and sum(len(b.title) + _FRAME for b in (*lines[-1], button)) <= _LINE:
            lines[-1].append(button)
        else:
            lines.append([button])
    return lines


def stack(origin: Origin, buttons: Sequence[Button]) -> list[Block]:
    """Buttons one below the other, for titles that are long."""
    return [ActionSet(actions=[_action(origin, b)], spacing="small") for b in buttons]


def _action(origin: Origin, button: Button) -> Execute:
    title = _title(button.title, BUTTON)
    data = {**button.values, **msgspec.to_builtins(origin), "verb": button.verb.value}
    inputs: AssociatedInputs | None = None if button.sends else "none"
    submit = Submit(title=title, data=data, inputs=inputs)
    return Execute(title=title, verb=button.verb.value, data=data, inputs=inputs, fallback=submit)
