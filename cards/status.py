"""Where a case stands, and how it ended, for the employee."""

from __future__ import annotations

from bot.domain.views import ClosingView, StatusView
from cards import when
from cards.elements import Block
from cards.layout import Origin, Page, Pen, box, row
from cards.texts import word


def status(pen: Pen, view: StatusView) -> Page:
    """What is done, what is under way, what comes next and who has it in hand."""
    stage = word(pen.locale, "stage", view.stage)
    body: list[Block] = [
        pen.title(pen.say("status.title", case=view.case)),
        pen.labelled(pen.say("status.stage"), stage),
        pen.labelled(pen.say("status.since"), when.at_with_zone(view.since, view.time_zone, pen.locale)),
    ]
    if view.owner:
        body.append(pen.labelled(pen.say("status.owner"), view.owner))
    body += pen.section(pen.say("status.done"), [pen.item(words, mark="\u2713") for words in view.done])
    body += pen.section(
        pen.say("status.running"), [pen.item(word(pen.locale, "job", name)) for name in view.running]
    )
    if view.next:
        body.append(box("emphasis", [pen.heading(pen.next_step(view.who_acts)), pen.words(view.next)]))
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce)
    body += row(origin, [pen.button(verb) for verb in view.buttons])
    return Page(body, pen.say("status.summary", case=view.case, stage=stage))


def closing(pen: Pen, view: ClosingView) -> Page:
    """How it ended; for a repair, the measurements that prove it."""
    title = pen.say(f"closing.{view.how}")
    ending = [pen.title(title), pen.words(pen.say(f"closing.{view.how}_text"))]
    body: list[Block] = [box("good", ending)] if view.how == "fixed" else ending
    if view.cause:
        label = pen.say("closing.cause" if view.how == "fixed" else "closing.cause_open")
        body.append(pen.labelled(label, view.cause))
    body += pen.section(pen.say("closing.proof"), pen.evidence(view.proof, view.time_zone))
    body.append(pen.words(pen.say("closing.case", case=view.case), subtle=True))
    body += row(Origin(case=view.case, v=view.v), [pen.button(verb) for verb in view.buttons])
    return Page(body, pen.say("closing.summary", case=view.case, title=title))
