"""The next day's question: two buttons, and once answered what the answer was."""

from __future__ import annotations

from bot.domain.own_views import FollowupView
from bot.domain.verb import Verb
from cards.elements import Block
from cards.layout import Button, Origin, Page, Pen, box, row


def followup(pen: Pen, view: FollowupView) -> Page:
    """Asks whether the phone still works."""
    body: list[Block] = [pen.title(pen.say("followup.title"))]
    if view.answered is not None:
        answer = pen.say("followup.answered_yes" if view.answered == "fixed" else "followup.answered_no")
        given = pen.labelled(f"\u2713\u2002{pen.say('step.answered')}", answer)
        return Page([*body, box("emphasis", [given])], pen.say("followup.summary"))
    body.append(pen.words(pen.say("followup.ask")))
    if view.cause:
        body.append(pen.labelled(pen.say("followup.cause"), view.cause))
    yes = Button(verb=Verb.fixed, title=pen.say("followup.yes"))
    no = Button(verb=Verb.not_fixed, title=pen.say("followup.no"))
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce)
    return Page([*body, *row(origin, [yes, no])], pen.say("followup.summary"))
