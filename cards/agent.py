"""The helpdesk's clock and tools on the triage card: priority and due time, remarks, and what an agent may do besides the step."""

from __future__ import annotations

from typing import Final

from bot.domain.standing import Standing
from bot.domain.verb import Verb
from bot.domain.views import TriageView
from cards import when
from cards.elements import (
    ActionSet,
    Block,
    Container,
    InputChoiceSet,
    InputText,
    Option,
    PeoplePicker,
    ToggleVisibility,
)
from cards.layout import Button, Origin, Pen, row
from cards.texts import text

FOLD: Final = "agent_tools"
LONGEST: Final = 2000
CRAMPED: Final = 30  # characters of the smallest room
PEOPLE: Final = {"type": "Data.Query", "dataset": "graph.microsoft.com/users?scope=currentContext"}
PRIORITIES: Final = ("normal", "high", "urgent")


def clock(pen: Pen, view: TriageView) -> list[Block]:
    """How urgent, and until when; that it is late is said in words."""
    standing = view.standing
    if standing is None or view.closed:
        return []
    due = when.at_with_zone(standing.due, view.time_zone, pen.locale)
    late = standing.overdue
    return [
        pen.labelled(pen.say("triage.priority"), pen.say(f"priority.{standing.priority}")),
        pen.labelled(
            pen.say("triage.due"),
            pen.say("triage.overdue", due=due) if late else due,
            "attention" if late else "default",
        ),
    ]


def remarks(pen: Pen, view: TriageView) -> list[Block]:
    """What agents noted, the newest first."""
    noted = view.standing.remarks[::-1] if view.standing else ()
    return pen.section(
        pen.say("triage.remarks"),
        [
            pen.item(
                one.text,
                pen.say(
                    "triage.remark", by=one.by, when=when.at(one.at, view.time_zone, pen.locale), n=one.n
                ),
            )
            for one in noted
        ],
    )


def tools(pen: Pen, view: TriageView) -> list[Block]:
    """Check again, rank, assign, ask, note: behind one button, because the step comes first.

    Where there is no room at all they are left out: all of it can be typed.
    """
    if view.standing is None or view.closed or pen.room.characters <= CRAMPED:
        return []
    origin = Origin(case=view.case, v=view.v)
    unfold = ToggleVisibility(title=pen.say("triage.tools"), targets=[FOLD])
    items = [
        *row(origin, [pen.button(Verb.check)]),
        *_priority(pen, origin, view.standing),
        *_assign(pen, origin),
        *_write(pen, origin, Verb.ask),
        *_write(pen, origin, Verb.finding),
    ]
    return [ActionSet(actions=[unfold]), Container(items=items, id=FOLD, visible=False)]


def _sends(pen: Pen, verb: Verb) -> Button:
    return Button(verb=verb, title=pen.say(f"button.{verb}"), sends=True)


def _priority(pen: Pen, origin: Origin, standing: Standing) -> list[Block]:
    choices = [Option(title=text(pen.locale, f"priority.{one}"), value=one) for one in PRIORITIES]
    return [
        InputChoiceSet(
            id=Verb.priority.value,
            label=pen.say("triage.priority"),
            choices=choices,
            value=standing.priority,
            style="compact",
        ),
        *row(origin, [_sends(pen, Verb.priority)]),
    ]


def _assign(pen: Pen, origin: Origin) -> list[Block]:
    """Teams' people picker, and a line to type in for clients that have none."""
    return [
        PeoplePicker(id="agent", label=pen.say("triage.assign"), choices=[], data=PEOPLE, style="compact"),
        InputText(
            id=Verb.assign.value,
            label=pen.say("triage.assign_typed"),
            placeholder=pen.say("triage.assign_hint"),
            max_length=200,
        ),
        *row(origin, [_sends(pen, Verb.assign)]),
    ]


def _write(pen: Pen, origin: Origin, verb: Verb) -> list[Block]:
    return [
        InputText(
            id=verb.value,
            label=pen.say(f"triage.{verb}"),
            placeholder=pen.say(f"triage.{verb}_hint"),
            max_length=LONGEST,
            multiline=True,
        ),
        *row(origin, [_sends(pen, verb)]),
    ]
