"""The guide's topics as cards: a list to tap, and one answer, filled for the case that it is read in."""

from __future__ import annotations

from typing import Final

from bot.diagnosis.spec import TopicSpec
from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.people import Role
from bot.domain.views import Choice, TopicsView, TopicView
from dialogs.draft import Rules
from dialogs.filling import Filled, filled
from dialogs.questions import topics_for

# `topics` and `topic:ID` are the employee's, `guide` and `guide:ID` the helpdesk's.
SLOTS: Final[dict[str, Role]] = {"topics": "employee", "topic": "employee", "guide": "helpdesk"}


def slot_of_topic(audience: Role, topic: str = "") -> str:
    """The slot of an answer, or of the list when no topic is named."""
    if audience == "helpdesk":
        return f"guide:{topic}" if topic else "guide"
    return f"topic:{topic}" if topic else "topics"


def topic_view(
    case: Case | None, kind: str, topic: str, rules: Rules, locale: Locale
) -> TopicsView | TopicView | None:
    """The list, or the answer of one topic; None when there is no such topic for these readers."""
    audience, in_words = SLOTS[kind], filled(case, rules, locale)
    topics = topics_for(in_words.book, audience)
    if topic:
        spec = next((spec for spec in topics if spec.id == topic), None)
        return _answer(case, spec, audience, in_words) if spec else None
    if kind == "topic":
        return None
    choices = tuple(Choice(value=spec.id, title=in_words.text(spec.title)) for spec in topics)
    return TopicsView(
        locale=locale,
        case=case.id if case else "",
        v=case.version if case else 0,
        audience=audience,
        topics=choices,
    )


def _answer(case: Case | None, spec: TopicSpec, audience: Role, in_words: Filled) -> TopicView:
    steps = [step for name in spec.steps if (step := in_words.book.steps.get(name))]
    mine = [step for step in steps if audience == "helpdesk" or step.who == "user"]
    commands = spec.commands or tuple(command for step in mine for command in step.commands)
    return TopicView(
        locale=in_words.locale,
        case=case.id if case else "",
        v=case.version if case else 0,
        audience=audience,
        title=in_words.text(spec.title),
        answer=in_words.lines(spec.answer),
        steps=tuple(in_words.text(step.title) for step in mine),
        commands=in_words.commands(commands) if audience == "helpdesk" else (),
    )
