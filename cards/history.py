"""A person's own cases: a list to tap, and one of them in short."""

from __future__ import annotations

from bot.domain.own_views import HistoryView, PastRow, PastView
from bot.domain.verb import Verb
from cards import when
from cards.elements import Block
from cards.layout import Button, Origin, Page, Pen, group, row
from cards.texts import word


def history(pen: Pen, view: HistoryView) -> Page:
    """The newest first, each with how it ended."""
    body: list[Block] = [pen.title(pen.say("history.title"))]
    body += pen.folded([group(_row(pen, line)) for line in view.rows])
    if not view.rows:
        body.append(pen.words(pen.say("history.none")))
        body += row(Origin(), [pen.button(Verb.start)])
    return Page(body, pen.say("history.summary", count=len(view.rows)))


def _row(pen: Pen, line: PastRow) -> list[Block]:
    stage = word(pen.locale, "own_stage", line.stage)
    opened = when.at(line.since, line.time_zone, pen.locale)
    name = "history.line_phone" if line.phone else "history.line"
    show = Button(verb=Verb.past, title=f"{pen.say('button.past')} {line.case}", values={"value": line.case})
    return [
        pen.words(
            pen.say("history.row", case=line.case, title=line.title) if line.title else line.case, bold=True
        ),
        pen.words(pen.say(name, stage=stage, when=opened, phone=pen.short(line.phone)), subtle=True),
        *row(Origin(case=line.case), [show]),
    ]


def past(pen: Pen, view: PastView) -> Page:
    """What it was, how it ended and what helped; a tap takes it up again."""
    stage = word(pen.locale, "own_stage", view.stage)
    lines = [
        ("past.symptom", view.title),
        ("past.phone", view.phone),
        ("past.where", view.where),
        ("past.stage" if view.ended else "past.stage_open", stage),
        ("past.since", when.at_with_zone(view.since, view.time_zone, pen.locale)),
        ("past.ended", when.at_with_zone(view.ended, view.time_zone, pen.locale) if view.ended else ""),
        ("past.cause", view.cause),
        ("past.earlier", view.earlier),
    ]
    body: list[Block] = [pen.title(pen.say("past.title", case=view.case))]
    body += [pen.labelled(pen.say(name), words) for name, words in lines if words]
    body += pen.section(pen.say("past.done"), [pen.item(words, mark="\u2713") for words in view.done])
    body += row(
        Origin(case=view.case, v=view.v), [pen.button(Verb.reopen if view.ended else Verb.status), _list(pen)]
    )
    return Page(body, pen.say("past.summary", case=view.case, stage=stage))


def _list(pen: Pen) -> Button:
    return Button(verb=Verb.history, title=pen.say("past.list"))
