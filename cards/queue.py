"""The helpdesk's queue: who waits, since when, for what, and who has it; filters and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.desk_views import QueueRow, QueueView
from bot.domain.verb import Verb
from bot.domain.views import Choice
from cards import when
from cards.elements import ActionSet, Block, Container, InputChoiceSet, Option, ToggleVisibility
from cards.layout import Button, Origin, Page, Pen, row
from cards.plain import clean, cut
from cards.texts import word

FOLD: Final = "queue_filters"
AGES: Final = ("1", "4", "24", "72")
UNKNOWN: Final = "?"
TITLE: Final = 60
MOST: Final = 8  # rows: as many as a page has


def queue(pen: Pen, view: QueueView) -> Page:
    """The page, oldest first."""
    title = pen.say("queue.title", total=view.total) if view.total else pen.say("queue.empty")
    body: list[Block] = [pen.title(title), *_in_force(pen, view)]
    for line in view.rows[:MOST]:
        body += _row(pen, line, view.time_zone)
    if view.unread:
        body.append(pen.words(pen.say("queue.unread", count=view.unread), subtle=True))
    return Page([*body, *_turn(pen, view), *_filters(pen, view)], title)


def _in_force(pen: Pen, view: QueueView) -> list[Block]:
    """Which filters are set, and which page this is."""
    named = [
        _title_of(view.causes, view.cause, pen.say("queue.unknown_cause")) if view.cause else "",
        _title_of(view.sites, view.site, pen.say("queue.unknown_site")) if view.site else "",
        pen.say("queue.older", hours=view.age) if view.age in AGES else "",
        pen.say("queue.mine") if view.mine else "",
    ]
    shown = [name for name in named if name]
    if view.pages > 1:
        shown.append(pen.say("queue.page", page=view.page, pages=view.pages))
    return [pen.words(" · ".join(shown), subtle=True)] if shown else []


def _title_of(choices: Sequence[Choice], value: str, unknown: str) -> str:
    return next((choice.title for choice in choices if choice.value == value), unknown)


def _row(pen: Pen, line: QueueRow, zone: str) -> list[Block]:
    marks = [
        pen.say("queue.emergency") if line.emergency else "",
        pen.say(f"priority.{line.priority}") if line.priority != "normal" else "",
        pen.say("queue.overdue") if line.overdue else "",
    ]
    facts = [
        when.at_with_zone(line.since, zone, pen.locale),
        line.cause or pen.say("queue.unknown_cause"),
        line.owner or pen.say("triage.nobody"),
        word(pen.locale, "stage", line.stage),
    ]
    who = " · ".join(
        cut(clean(part), TITLE) for part in (line.who, line.where or pen.say("queue.unknown_site"))
    )
    open_it = Button(verb=Verb.show_case, title=pen.say("queue.open", case=line.case))
    warning = " · ".join(mark for mark in marks if mark)
    items = [
        pen.words(f"{line.case} · {who}", bold=True),
        *([pen.labelled(pen.say("queue.marks"), warning, "attention")] if warning else []),
        pen.words(" · ".join(cut(clean(fact), TITLE) for fact in facts), subtle=True),
        *row(Origin(case=line.case), [open_it]),
    ]
    return [Container(items=items, separator=True)]


def _turn(pen: Pen, view: QueueView) -> list[Block]:
    """To the page before and after, under the same filters."""
    same = {
        "cause": cut(view.cause, TITLE),
        "site": cut(view.site, TITLE),
        "age": view.age if view.age in AGES else "",
        "mine": "true" if view.mine else "false",
    }
    near = {"queue.before": view.page - 1, "queue.after": view.page + 1}
    return row(
        Origin(),
        [
            Button(verb=Verb.queue, title=pen.say(name), values={**same, "page": str(page)})
            for name, page in near.items()
            if 1 <= page <= view.pages
        ],
    )


def _filters(pen: Pen, view: QueueView) -> list[Block]:
    ages = [Choice(value=age, title=pen.say("queue.older", hours=age)) for age in AGES]
    whose = [Choice(value="true", title=pen.say("queue.mine"))]
    unknown = Choice(value=UNKNOWN, title=pen.say("queue.unknown_cause"))
    nowhere = Choice(value=UNKNOWN, title=pen.say("queue.unknown_site"))
    items: list[Block] = [
        _choice(pen, "cause", (*view.causes[: pen.room.options], unknown), view.cause),
        _choice(pen, "site", (*view.sites[: pen.room.options], nowhere), view.site),
        _choice(pen, "age", ages, view.age),
        _choice(pen, "mine", whose, "true" if view.mine else ""),
    ]
    apply = Button(verb=Verb.queue, title=pen.say("queue.apply"), sends=True)
    unfold = ToggleVisibility(title=pen.say("queue.filters"), targets=[FOLD])
    folded = Container(items=[*items, *row(Origin(), [apply])], id=FOLD, visible=False)
    return [ActionSet(actions=[unfold]), folded]


def _choice(pen: Pen, name: str, choices: Sequence[Choice], chosen: str) -> Block:
    """One filter; « all » is a choice too, because some clients cannot empty a field."""
    everything = Choice(value="", title=pen.say("queue.all"))
    known = {choice.value for choice in choices}
    return InputChoiceSet(
        id=name,
        label=pen.say(f"queue_by.{name}"),
        choices=[
            Option(title=cut(clean(one.title), TITLE), value=one.value or "all")
            for one in (everything, *choices)
        ],
        value=chosen if chosen in known else "all",
        style="compact",
    )
