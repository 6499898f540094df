"""A person takes over: who and since when, what comes next, and when somebody answers."""

from __future__ import annotations

from bot.domain.own_views import HandoverView
from bot.domain.verb import Verb
from cards import when
from cards.elements import Block
from cards.layout import Origin, Page, Pen, row


def handover(pen: Pen, view: HandoverView) -> Page:
    """Nothing is promised about when, unless the helpdesk's hours are known."""
    body: list[Block] = [
        pen.title(pen.say("handover.title")),
        pen.labelled(pen.say("handover.sent"), when.at_with_zone(view.since, view.time_zone, pen.locale)),
        pen.labelled(pen.say("handover.owner"), _owner(pen, view)),
        *(pen.words(line, bold=bool(n)) for n, line in enumerate(_hours(pen, view))),
        *pen.section(
            pen.say("handover.next"),
            [pen.item(pen.say(f"handover.{n}")) for n in ("answers_here", "repeat", "write")],
        ),
        pen.words(pen.say("handover.mobile"), subtle=True),
    ]
    buttons = () if view.closed else (Verb.detail, Verb.status)
    body += row(Origin(case=view.case, v=view.v), [pen.button(verb) for verb in buttons])
    return Page(body, pen.say("handover.summary", case=view.case))


def _owner(pen: Pen, view: HandoverView) -> str:
    if not view.owner or view.owner_since is None:
        return pen.say("handover.nobody")
    since = when.at(view.owner_since, view.time_zone, pen.locale)
    return pen.say("handover.owner_since", name=view.owner, when=since)


def _hours(pen: Pen, view: HandoverView) -> list[str]:
    if not view.opens:
        return []
    lines = [pen.say("handover.hours", opens=view.opens, closes=view.closes)]
    if view.resumes is not None:
        lines.append(pen.say("handover.resumes", when=when.at(view.resumes, view.time_zone, pen.locale)))
    return lines
