"""The first card that a person sees, and the reminder of what can be said."""

from __future__ import annotations

from bot.domain.verb import Verb
from bot.domain.views import HelpView, WelcomeView
from cards.elements import Block
from cards.layout import Button, Origin, Page, Pen, row, stack

_TAPPABLE = 6


def welcome(pen: Pen, view: WelcomeView) -> Page:
    """What the bot does and the commonest symptoms; each starts a case."""
    body: list[Block] = [
        pen.title(pen.say("welcome.title")),
        pen.words(pen.say("welcome.intro")),
        pen.words(pen.say("welcome.choose"), bold=True),
        *stack(Origin(), _starts(pen, view)),
        *row(Origin(), [*([pen.button(Verb.person)] if view.person else []), _language(pen)]),
        pen.words(pen.say("welcome.emergency"), subtle=True),
    ]
    return Page(body, pen.say("welcome.summary"))


def _starts(pen: Pen, view: WelcomeView) -> list[Button]:
    known = [
        Button(verb=Verb.start, title=symptom.title, values={"symptom": symptom.value})
        for symptom in view.symptoms[:_TAPPABLE]
    ]
    other = Button(verb=Verb.start, title=pen.say("button.other_problem" if known else "button.start"))
    return [*known, other]


def help_card(pen: Pen, view: HelpView) -> Page:
    """What can be said at any point, with buttons for the same."""
    lines = [
        pen.say(f"help.{name}")
        for name in ("status", "detail", "person", "back", "cancel", "history", "words")
    ]
    body: list[Block] = [pen.title(pen.say("help.title")), *(pen.item(line) for line in lines)]
    if view.topics:
        body.append(pen.item(pen.say("help.topics")))
    if view.case is not None:
        body.append(pen.words(pen.say("help.open_case", case=view.case), subtle=True))
    verbs: tuple[Verb, ...] = (Verb.start,)
    if view.case is not None:
        verbs = (Verb.status, Verb.detail, Verb.person, Verb.restart, Verb.cancel)
    if view.topics:
        verbs = (*verbs, Verb.topics)
    origin = Origin(case=view.case or "")
    buttons = [*(pen.button(verb) for verb in (*verbs, Verb.history)), _language(pen)]
    return Page([*body, *row(origin, buttons)], pen.say("help.summary"))


def _language(pen: Pen) -> Button:
    """The way to the other language, in that language."""
    other = "en" if pen.locale == "fr" else "fr"
    return Button(verb=Verb.language, title=pen.say("button.language"), values={"value": other})
