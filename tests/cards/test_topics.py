from __future__ import annotations

import msgspec

from bot.domain.diagnosis import Locale
from bot.domain.views import Choice
from cards.elements import walk
from cards.topics import FEW, FOLD
from tests.support.drawn import buttons, draw, titles, words
from tests.support.views import topic, topics


def folded(locale: Locale, count: int) -> list[str]:
    """The titles of the questions that one more tap shows."""
    nodes = list(walk(draw(topics(locale, "employee", count))))
    (box,) = [node for node in nodes if node.get("id") == FOLD]
    assert box["isVisible"] is False
    return [node["title"] for node in walk(box) if node["type"] == "Action.Execute"]


def test_each_question_carries_its_topic() -> None:
    drawn = buttons(draw(topics("fr", "employee", 3)))
    assert [(b["verb"], b["data"]["value"]) for b in drawn] == [("topic", f"faq.q{n}") for n in range(3)]


def test_many_questions_are_folded() -> None:
    assert len(folded("fr", FEW + 3)) == 3


def test_few_questions_need_no_fold() -> None:
    assert not [n for n in walk(draw(topics("fr", "employee", FEW))) if n.get("id") == FOLD]


def test_empty_list_says_so() -> None:
    assert "pas encore" in words(draw(topics("fr", "employee", 0)))


def test_hundreds_of_questions_fit() -> None:
    many = tuple(Choice(f"q{n}", "Question " * 9) for n in range(300))
    assert draw(msgspec.structs.replace(topics("en", "helpdesk", 0), topics=many))


def test_answer_leads_back_to_the_list() -> None:
    assert titles(draw(topic("fr", "employee"))) == ["Autres questions"]
    assert [b["verb"] for b in buttons(draw(topic("en", "helpdesk")))] == ["topics"]
