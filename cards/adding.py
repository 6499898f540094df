"""Room for one more detail at any time, under what has been said so far."""

from __future__ import annotations

from bot.domain.own_views import AddingView
from bot.domain.verb import Verb
from cards.elements import Block, InputText
from cards.layout import Button, Origin, Page, Pen, row

_LENGTH = 1000


def adding(pen: Pen, view: AddingView) -> Page:
    """What the person has told, and a line to write on."""
    body: list[Block] = [
        pen.title(pen.say("adding.title")),
        *pen.section(pen.say("adding.told"), [pen.item(words) for words in view.told]),
        pen.words(pen.say("adding.correct"), subtle=True),
        InputText(
            id="detail",
            label=pen.say("adding.ask"),
            placeholder=pen.say("adding.hint"),
            required=True,
            error=pen.say("adding.missing"),
            max_length=_LENGTH,
        ),
    ]
    send = Button(verb=Verb.detail, title=pen.say("adding.send"), sends=True)
    body += row(Origin(case=view.case, v=view.v), [send])
    return Page(body, pen.say("adding.summary"))
