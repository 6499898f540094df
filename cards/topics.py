"""The guide: questions to tap, and the answer to one."""

from __future__ import annotations

from bot.domain.verb import Verb
from bot.domain.views import TopicsView, TopicView
from cards.commands import commands
from cards.elements import ActionSet, Block, Container, ToggleVisibility
from cards.layout import Button, Origin, Page, Pen, row, stack

FEW = 8
FOLD = "more_topics"


def topics(pen: Pen, view: TopicsView) -> Page:
    """The first few questions to tap, the rest behind one more button."""
    title = pen.say(f"{view.audience}_topics.title")
    body: list[Block] = [pen.title(title), pen.words(pen.say(f"{view.audience}_topics.intro"))]
    origin = Origin(case=view.case, v=view.v)
    asks = [
        Button(verb=Verb.topic, title=topic.title, values={"value": topic.value})
        for topic in view.topics[: pen.room.options]
    ]
    body += stack(origin, asks[:FEW])
    if rest := asks[FEW:]:
        unfold = ToggleVisibility(title=pen.say("topics.more", count=len(rest)), targets=[FOLD])
        body += [
            ActionSet(actions=[unfold], spacing="small"),
            Container(items=stack(origin, rest), id=FOLD, visible=False),
        ]
    if not asks:
        body.append(pen.words(pen.say("topics.none"), subtle=True))
    return Page(body, title)


def topic(pen: Pen, view: TopicView) -> Page:
    """The answer in a few lines, what one can do, for the helpdesk what to type, and the way back to the list."""
    body: list[Block] = [
        pen.title(view.title),
        *pen.folded([pen.words(line) for line in view.answer], share=2),
    ]
    body += pen.section(pen.say("topics.steps"), [pen.item(step) for step in view.steps])
    body += commands(pen, view.commands)
    others = Button(verb=Verb.topics, title=pen.say(f"{view.audience}_topics.others"))
    return Page([*body, *row(Origin(case=view.case, v=view.v), [others])], pen.short(view.title))
