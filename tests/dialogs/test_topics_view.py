from __future__ import annotations

import pytest

from bot.diagnosis.fill import PLACEHOLDER
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.views import TopicView
from cards.render import MAX_BYTES, render, size
from dialogs.topics_view import slot_of_topic, topic_view
from tests.support.dialogue import Dialogue
from tests.support.drawn import words

BOOK = load()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", [t.id for t in BOOK.topics.values()])
def test_every_page_is_filled_and_small(topic: str, locale: Locale) -> None:
    talk = Dialogue().checked(dns="fail")
    view = topic_view(talk.case, "guide", topic, talk.rules, locale)
    assert isinstance(view, TopicView)
    card = render(view).card
    assert card is not None
    assert size(card) < MAX_BYTES
    assert not PLACEHOLDER.search(words(card))


def test_account_stands_in_the_commands() -> None:
    talk = Dialogue().checked()
    view = topic_view(talk.case, "guide", "ref.accounts", talk.rules, "fr")
    assert isinstance(view, TopicView)
    assert any("camille@contoso.fr" in line.text for line in view.commands)


def test_employee_sees_no_command() -> None:
    talk = Dialogue().checked()
    for topic in talk.rules.playbook.topics:
        view = topic_view(talk.case, "topic", topic, talk.rules, "fr")
        assert view is None or (isinstance(view, TopicView) and not view.commands)


def test_page_of_the_helpdesk_is_not_the_employees() -> None:
    assert topic_view(None, "topic", "ref.switch", Dialogue().rules, "fr") is None


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (slot_of_topic("employee"), "topics"),
        (slot_of_topic("employee", "faq.x"), "topic:faq.x"),
        (slot_of_topic("helpdesk"), "guide"),
        (slot_of_topic("helpdesk", "ref.x"), "guide:ref.x"),
    ],
)
def test_slots_differ_by_reader(slot: str, expected: str) -> None:
    assert slot == expected
