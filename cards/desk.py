"""Answers to agents besides a case: a site measured, a person's account, who is on call, what can be typed."""

from __future__ import annotations

from bot.domain.desk_views import CommandsView, OnCallView, PersonView, SiteView
from bot.domain.verb import Verb
from cards import when
from cards.checks import check_row
from cards.elements import Block
from cards.layout import Button, Origin, Page, Pen, row


def site(pen: Pen, view: SiteView) -> Page:
    """What was measured, good and bad, and what could not be."""
    title = pen.say("site.title", site=pen.short(view.site))
    moment = when.at_with_zone(view.at, view.time_zone, pen.locale)
    by = pen.say("site.by", when=moment, runner=view.runner) if view.runner else moment
    body: list[Block] = [pen.title(title), pen.words(by, subtle=True)]
    if view.lost:
        body.append(pen.words(pen.say("site.lost")))
    body += [check_row(pen, one) for one in view.rows]
    body += _missing(pen, view)
    return Page(body, title)


def person(pen: Pen, view: PersonView) -> Page:
    """What the directory says of somebody, and what it would not say."""
    title = pen.say("person.title", who=pen.short(view.name or view.upn))
    body: list[Block] = [
        pen.title(title),
        pen.words(" · ".join((view.upn, *view.particulars)), subtle=True),
        *pen.folded(pen.evidence(view.facts, view.time_zone), share=2),
        *_missing(pen, view),
        pen.words(pen.say("person.audited"), subtle=True),
    ]
    return Page(body, title)


def _missing(pen: Pen, view: SiteView | PersonView) -> list[Block]:
    gaps = [pen.item(", ".join(gap.titles), pen.reason(gap, view.time_zone)) for gap in view.missing]
    return pen.section(pen.say("triage.not_checked"), gaps)


def on_call(pen: Pen, view: OnCallView) -> Page:
    """Who is on call, and how to change that."""
    title = pen.say("on_call.title") if view.people else pen.say("on_call.nobody")
    body: list[Block] = [
        pen.title(title),
        *pen.bullets(view.people),
        pen.words(pen.say("on_call.how"), subtle=True),
    ]
    return Page(body, title)


def commands(pen: Pen, view: CommandsView) -> Page:
    """What can be typed, here and in the thread of a case."""
    title = pen.say("orders.title")
    lines = [pen.item(pen.say(f"orders.{name}")) for name in view.names]
    queue = Button(verb=Verb.queue, title=pen.say("button.queue"))
    body: list[Block] = [pen.title(title), *lines, pen.words(pen.say("orders.where"), subtle=True)]
    return Page([*body, *row(Origin(), [queue])], title)
