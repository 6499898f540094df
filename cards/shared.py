"""A case in short, dropped into a chat: nothing to tap, because who reads it there may have no say in it."""

from __future__ import annotations

from bot.domain.desk_views import SharedView
from cards import when
from cards.elements import Block
from cards.layout import Page, Pen, box
from cards.plain import clean, cut
from cards.texts import word

TITLE = 60


def shared(pen: Pen, view: SharedView) -> Page:
    """Who, what, where, since when, why, who has it; and when that was so."""
    row = view.row
    title = f"{row.case} · {cut(clean(row.who), TITLE)}" if row.who else row.case
    warning = [box("attention", [pen.words(pen.say("shared.emergency"), bold=True)])] if row.emergency else []
    body: list[Block] = [
        pen.title(title),
        *([pen.words(view.symptom)] if view.symptom else []),
        *warning,
        pen.labelled(pen.say("shared.cause"), row.cause or pen.say("queue.unknown_cause")),
        pen.labelled(pen.say("shared.where"), row.where or pen.say("queue.unknown_site")),
        pen.labelled(pen.say("shared.since"), when.at_with_zone(row.since, view.time_zone, pen.locale)),
        pen.labelled(pen.say("shared.stage"), word(pen.locale, "stage", row.stage)),
        pen.labelled(pen.say("shared.owner"), row.owner or pen.say("triage.nobody")),
        pen.words(
            pen.say("shared.at", when=when.at_with_zone(view.at, view.time_zone, pen.locale)), subtle=True
        ),
    ]
    return Page(body, title)
