"""The guide within a conversation: which message or button asks for it, and which card answers."""

from __future__ import annotations

from typing import Final

from bot.diagnosis.recogniser import NOT_A_PHONE, OTHER_PROBLEM
from bot.diagnosis.spec import TopicSpec
from bot.domain.case import Case
from bot.domain.diagnosis import Recognition
from bot.domain.events import Heard, Show, Tapped
from bot.domain.verb import Verb
from dialogs.draft import Advance, Rules
from dialogs.questions import find, nearest, topics_for, wanted_of_guide
from dialogs.topics_view import slot_of_topic

# Symptoms that a mere question about telephones may seem to state.
_VAGUE: Final = frozenset({None, OTHER_PROBLEM, NOT_A_PHONE})


def tapped(case: Case | None, event: Tapped, rules: Rules) -> str | None:
    """The slot that a button of the guide asks for; None for any other button."""
    if event.verb == Verb.topics:
        return slot_of_topic(event.role)
    if event.verb != Verb.topic:
        return None
    wanted = event.values.get("value", "")
    known = any(topic.id == wanted for topic in topics_for(rules.book(case), event.role))
    return slot_of_topic(event.role, wanted if known else "")


def asked(case: Case | None, text: str, understood: Recognition, rules: Rules) -> str | None:
    """The slot that answers an employee's question; None for a message that says something else.

    Without a case, a fault that has a name is reported, even in the form of a question.
    """
    found = find(rules.book(case), text, "employee")
    fault = understood.symptom not in _VAGUE
    if found is None or (case is None and fault):
        return None
    if found.how == "likely" and (fault or understood.facts):
        return None
    return slot_of_topic("employee", found.topic.id)


def of_helpdesk(case: Case | None, event: Heard, rules: Rules) -> str | None:
    """The slot that answers an agent: to « guide », to « guide » and a word or two, or to a known question."""
    book, wanted = rules.book(case), wanted_of_guide(event.text)
    topic: TopicSpec | None = None
    if wanted:
        topic = nearest(book, wanted)
        if topic is None and event.text.strip()[:1] != "/":
            return None
    elif wanted is None:
        found = find(book, event.text, "helpdesk")
        if found is None or found.how != "sure":
            return None
        topic = found.topic
    return slot_of_topic("helpdesk", topic.id if topic else "")


def for_helpdesk(case: Case | None, event: Heard | Tapped, rules: Rules) -> Advance | None:
    """The guide where the helpdesk asked for it, in a case's thread or anywhere else; None for all other events."""
    slot = of_helpdesk(case, event, rules) if isinstance(event, Heard) else tapped(case, event, rules)
    if slot is None:
        return None
    # Without a case there is no thread of one: the answer goes where the question was put.
    return Advance(case=case, effects=(Show(to="helpdesk" if case else "employee", slot=slot),))
