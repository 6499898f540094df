"""One question or action for one person."""

from __future__ import annotations

from bot.domain.verb import Verb
from bot.domain.views import Field, StepView
from cards.commands import commands
from cards.elements import Block, InputText, RichTextBlock, TextRun
from cards.fields import fields
from cards.layout import Button, Origin, Page, Pen, box, row, stack
from cards.texts import word

_FEW = 4
_ANSWER_LENGTH = 300


def step(pen: Pen, view: StepView) -> Page:
    """What to do or to answer and how; once answered, only what the reply was."""
    return _asked(pen, view) if view.answered is None else _answered(pen, view, view.answered)


def _asked(pen: Pen, view: StepView) -> Page:
    body: list[Block] = [pen.title(view.title)]
    if view.minutes and view.kind != "ask":
        body.append(pen.words(pen.say("step.minutes", count=view.minutes), subtle=True))
    body += [*pen.caution(view.caution), *_instructions(pen, view), *commands(pen, view.commands)]
    body += pen.picture(view.picture)
    if view.why:
        body.append(pen.words(f"{pen.say('step.why')} {view.why}", subtle=True))
    return Page([*body, *_reply(pen, view)], _summary(pen, view))


def _summary(pen: Pen, view: StepView) -> str:
    """The title; of a form its questions too, so that one may answer without seeing the card."""
    if not view.fields:
        return pen.short(view.title)
    questions = " ".join(pen.short(field.title) for field in view.fields)
    return pen.say("form.summary", title=pen.short(view.title), questions=questions)


def _instructions(pen: Pen, view: StepView) -> list[Block]:
    if view.kind == "ask" or len(view.body) == 1:
        return pen.folded([pen.words(line) for line in view.body], share=2)
    return pen.folded([pen.item(line, mark=f"{n}.") for n, line in enumerate(view.body, 1)], share=2)


def _reply(pen: Pen, view: StepView) -> list[Block]:
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce, step=view.step)
    others = [_button(pen, view, verb) for verb in view.buttons if verb is not Verb.answer]
    if view.fields:
        send = Button(verb=Verb.answer, title=pen.say("button.answer"), sends=True)
        return [*fields(pen, view.fields), *row(origin, [send, *others])]
    if view.choices and view.input in {"none", "choice"} and len(view.choices) <= _FEW:
        return [*stack(origin, _answers(view)), *row(origin, others)]
    question = _input(pen, view)
    if question is None:
        return row(origin, others)
    send = Button(verb=Verb.answer, title=pen.say("button.answer"), sends=True)
    return [question, *row(origin, [send, *others])]


def _button(pen: Pen, view: StepView, verb: Verb) -> Button:
    """Who cannot answer a question does not know; only an act is something that one cannot do."""
    if verb is Verb.cannot and view.kind == "ask":
        return Button(verb=verb, title=pen.say("button.dont_know"))
    return pen.button(verb)


def _answers(view: StepView) -> list[Button]:
    return [Button(verb=Verb.answer, title=c.title, values={"value": c.value}) for c in view.choices]


def _input(pen: Pen, view: StepView) -> Block | None:
    if view.input in {"time", "text"}:
        return _typed(pen, view.input)
    if not view.choices:
        return None
    return pen.choices("value", view.choices, pen.say("step.choose"), pen.say("step.choose_missing"))


def _typed(pen: Pen, what: str) -> Block:
    """A line to write on; a time too, because Teams' own picker knows half-hours only (AdaptiveCards#9042)."""
    return InputText(
        id="value",
        label=pen.say(f"step.{what}"),
        placeholder=pen.say(f"step.{what}_hint"),
        required=True,
        error=pen.say(f"step.{what}_missing"),
        max_length=_ANSWER_LENGTH,
    )


def _answered(pen: Pen, view: StepView, answer: str) -> Page:
    if answer == "refused":
        return Page([pen.heading(view.title), pen.words(pen.say("step.set_aside"), subtle=True)], view.title)
    reply = word(pen.locale, "outcome", answer)
    if answer == "cannot" and view.kind == "ask":
        reply = pen.say("button.dont_know")
    if view.fields and answer == "answered":
        return _filled_in(pen, view)
    given = pen.labelled(f"\u2713\u2002{pen.say('step.answered')}", reply)
    summary = pen.say("step.summary_answered", title=pen.short(view.title), answer=pen.short(reply))
    return Page([pen.heading(view.title), box("emphasis", [given])], summary)


def _filled_in(pen: Pen, view: StepView) -> Page:
    """What was answered to each question of a form."""
    summary = pen.say("form.summary_answered", title=pen.short(view.title))
    lines = [_line(pen, field) for field in view.fields]
    return Page([pen.heading(view.title), box("emphasis", lines)], summary)


def _line(pen: Pen, field: Field) -> Block:
    mark = "\u2713" if field.value else "\u2013"
    question = TextRun(text=f"{mark}\u2002{pen.short(field.title)}\u2002", subtle=True)
    answer = TextRun(text=pen.short(field.value) or pen.say("button.dont_know"), weight="bolder")
    return RichTextBlock(inlines=[question, answer], spacing="small")
