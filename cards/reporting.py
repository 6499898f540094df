"""Before a message becomes a report: what will be said to the bot in its author's name, to read and correct."""

from __future__ import annotations

from bot.domain.desk_views import ReportView
from cards.elements import ActionSet, Block, InputText, Submit
from cards.layout import Page, Pen

_LENGTH = 2000


def reporting(pen: Pen, view: ReportView) -> Page:
    """The message and one button; a plain submit, the only action that a dialog of Teams takes."""
    who = pen.short(view.who) or pen.say("reporting.somebody")
    body: list[Block] = [
        pen.words(pen.say("reporting.what_happens", who=who)),
        InputText(
            id="text",
            label=pen.say("reporting.text"),
            value=view.text,
            multiline=True,
            required=True,
            error=pen.say("reporting.missing"),
            max_length=_LENGTH,
        ),
        ActionSet(actions=[Submit(title=pen.say("reporting.send"), data={"verb": "report"})]),
    ]
    return Page(body, pen.say("reporting.title"))
