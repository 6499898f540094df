"""The first questions: what the screen says, where the phone is, which one it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.verb import Verb
from bot.domain.views import Choice, IntakeView
from cards.elements import Block, InputText
from cards.layout import Button, Origin, Page, Pen, row
from cards.plain import clean, cut

OTHER = "other"
_PHONE_LENGTH = 100


def intake(pen: Pen, view: IntakeView) -> Page:
    """A short form with what is known filled in; once answered, what was answered."""
    return _answered(pen, view) if view.answered else _form(pen, view)


def _form(pen: Pen, view: IntakeView) -> Page:
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce)
    known = bool(view.earlier and view.symptom and view.site)
    send = Button(verb=Verb.start, title=pen.say("intake.send_known" if known else "intake.send"), sends=True)
    body = [
        pen.title(pen.say("intake.title_known" if known else "intake.title")),
        *_choice(pen, "symptom", view.symptoms, view.symptom),
        *_earlier(pen, view),
        *_choice(pen, "site", view.sites, view.site),
        _phone(pen, view.phone, again=bool(view.phones)),
        *row(origin, [send, pen.button(Verb.person), pen.button(Verb.cancel)]),
    ]
    return Page(body, pen.say("intake.summary"))


def _choice(pen: Pen, name: str, choices: Sequence[Choice], chosen: str | None) -> list[Block]:
    if not choices:
        return []
    question = pen.choices(
        name,
        choices,
        pen.say(f"intake.{name}"),
        pen.say(f"intake.{name}_missing"),
        chosen=chosen,
        placeholder=pen.say(f"intake.{name}_choose"),
    )
    left_out = len(choices) - len(question.choices)
    return (
        [question, pen.words(pen.say("more.choices", count=left_out), subtle=True)]
        if left_out
        else [question]
    )


def _earlier(pen: Pen, view: IntakeView) -> list[Block]:
    """The phones of earlier cases, with room for another one."""
    if not view.phones:
        return []
    other = Choice(value=OTHER, title=pen.say("intake.other_phone"))
    return _choice(pen, "earlier", (*view.phones, other), view.earlier or OTHER)


def _phone(pen: Pen, known: str, *, again: bool) -> Block:
    return InputText(
        id="phone",
        label=pen.say("intake.other_phone" if again else "intake.phone"),
        placeholder=pen.say("intake.other_hint" if again else "intake.phone_hint"),
        value=cut(clean(known), _PHONE_LENGTH) or None,
        max_length=_PHONE_LENGTH,
    )


def _answered(pen: Pen, view: IntakeView) -> Page:
    nothing = pen.say("intake.not_said")
    body = [
        pen.title(pen.say("intake.title_answered")),
        pen.labelled(pen.say("intake.said_symptom"), _title(view.symptoms, view.symptom) or nothing),
        pen.labelled(pen.say("intake.said_site"), _title(view.sites, view.site) or nothing),
        pen.labelled(pen.say("intake.said_phone"), view.phone or nothing),
    ]
    return Page(body, pen.say("intake.summary_answered"))


def _title(choices: Sequence[Choice], value: str | None) -> str:
    return next((choice.title for choice in choices if choice.value == value), value or "")
