"""The last form before a ticket to Microsoft: what it lacks, nothing of it compulsory."""

from __future__ import annotations

from bot.domain.verb import Verb
from bot.domain.views import DetailsView
from cards.fields import given
from cards.layout import Button, Origin, Page, Pen, row


def details(pen: Pen, view: DetailsView) -> Page:
    """Asks for everything in one go; once sent, only says so."""
    if view.answered:
        title = pen.say("details.title_answered" if view.given else "details.title_skipped")
        return Page([pen.title(title)], title)
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce, step=view.step)
    send = Button(verb=Verb.answer, title=pen.say("details.send"), sends=True)
    skip = Button(verb=Verb.cannot, title=pen.say("details.skip"))
    body = [
        pen.title(pen.say("details.title")),
        pen.words(pen.say("details.why")),
        *pen.picture(view.picture),
        *(given(pen, field) for field in view.fields[: pen.room.lines]),
        *row(origin, [send, skip]),
    ]
    return Page(body, pen.say("details.summary"))
