"""The last form before a ticket to Microsoft: what it lacks, nothing of it compulsory."""

from __future__ import annotations

from bot.domain.views import DetailsView, Field, Verb
from cards.elements import Block, InputText
from cards.layout import Button, Origin, Page, Pen, row
from cards.plain import clean, cut
from cards.texts import ids, word

LENGTH = 80


def details(pen: Pen, view: DetailsView) -> Page:
    """Asks for everything in one go; once sent, only says so."""
    if view.answered:
        title = pen.say("details.title_answered" if view.given else "details.title_skipped")
        return Page([pen.title(title)], title)
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce, step=view.step)
    send = Button(verb=Verb.answer, title=pen.say("details.send"), sends=True)
    skip = Button(verb=Verb.cannot, title=pen.say("details.skip"))
    body = [
        pen.title(pen.say("details.title")),
        pen.words(pen.say("details.why")),
        *(_input(pen, field) for field in view.fields[: pen.room.lines]),
        *row(origin, [send, skip]),
    ]
    return Page(body, pen.say("details.summary"))


def _input(pen: Pen, field: Field) -> Block:
    label = cut(clean(field.title or word(pen.locale, "details", field.id)), LENGTH) or "\u2013"
    if field.choices:
        question = pen.choices(
            field.id, field.choices, label, label, chosen=field.value, placeholder=pen.say("details.choose")
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
    name = f"details.{field.id}_hint"
    return None if field.title or name not in ids() else pen.say(name)
