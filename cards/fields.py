"""The inputs of a form, one below the other: none is compulsory, and what cannot be understood says so."""

from __future__ import annotations

from typing import Final

from bot.domain.views import Choice, Field
from cards.elements import Block, InputText
from cards.layout import Pen, box, group
from cards.plain import clean, cut
from cards.texts import ids, word

LENGTH: Final = 80
UNKNOWN: Final = "unknown"


def fields(pen: Pen, asked: tuple[Field, ...]) -> list[Block]:
    """Every question of a step with where to look, as far as there is room; an answer once chosen can be taken back."""
    return [_question(pen, field) for field in asked[: pen.room.options]]


def _question(pen: Pen, field: Field) -> Block:
    if field.choices:
        open_ = Choice(UNKNOWN, pen.say("button.dont_know"))
        known = any(choice.value == UNKNOWN for choice in field.choices)
        asked = given(pen, field, choices=field.choices if known else (*field.choices, open_))
    else:
        asked = given(pen, field)
    hints = [pen.words(line, subtle=True) for line in field.hint[: pen.room.lines]]
    if field.wrong:
        return box("warning", [pen.words(pen.say("form.wrong"), bold=True), asked, *hints])
    return group([asked, *hints])


def given(pen: Pen, field: Field, choices: tuple[Choice, ...] = ()) -> Block:
    """One input that may stay empty, with what is known of it filled in."""
    label = cut(clean(field.title or word(pen.locale, "details", field.id)), LENGTH) or "\u2013"
    offered = choices or field.choices
    if offered:
        question = pen.choices(
            field.id, offered, label, label, chosen=field.value, placeholder=pen.say("details.choose")
        )
        question.required = False
        return question
    return InputText(
        id=field.id,
        label=label,
        placeholder=_hint(pen, field),
        value=cut(clean(field.value), LENGTH) or None,
        max_length=LENGTH,
    )


def _hint(pen: Pen, field: Field) -> str | None:
    """An example of the answer, where there is one."""
    if field.input is not None:
        return pen.say(f"step.{field.input}_hint")
    name = f"details.{field.id}_hint"
    return None if field.title or name not in ids() else pen.say(name)
