from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.playbook import load
from dialogs.questions import find, is_question, nearest, topics_for, wanted_of_guide

BOOK = load()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Pourquoi un seul appareil est concerné ?", "faq.one_device"),
        ("bonjour, pourquoi moi seulement", "faq.one_device"),
        ("Why is only my phone affected?", "faq.one_device"),
        ("faut il toujours reinitialiser le telephone", "faq.reset_needed"),
        ("Do I always have to reset the phone?", "faq.reset_needed"),
        ("Peut-on ignorer l'UDP 3478-3481 ?", "faq.udp_ports"),
        ("Combien de temps ça va prendre ?", "faq.duration"),
        ("Who sees my answers?", "faq.data_who"),
    ],
)
def test_question_finds_its_topic(text: str, topic: str) -> None:
    found = find(BOOK, text, "employee")
    assert found is not None
    assert found.topic.id == topic


@pytest.mark.parametrize(
    "text",
    [
        "",
        "oui",
        "non, seulement le mien",
        "14:07",
        "169.254.3.7",
        "ça marche",
        "mon téléphone ne marche plus depuis ce matin",
        "The screen says No internet",
        "Bonjour",
        "J'ai essayé un autre câble et toujours rien",
        "Pourquoi " * 60,
    ],
)
def test_other_words_are_no_question(text: str) -> None:
    assert find(BOOK, text, "employee") is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("On fait quoi ?", True),
        ("faut-il attendre", True),
        ("Why", True),
        ("oui", False),
        ("outre cela", False),
    ],
)
def test_form_of_a_question(text: str, form: bool) -> None:
    assert is_question(text) is form


def test_reference_is_for_the_helpdesk() -> None:
    mine = {topic.id for topic in topics_for(BOOK, "employee")}
    assert "ref.switch" not in mine
    assert mine < {topic.id for topic in topics_for(BOOK, "helpdesk")}


@pytest.mark.parametrize(("topic"), topics_for(BOOK, "helpdesk"), ids=lambda topic: topic.id)
def test_every_phrase_finds_its_own_topic(topic: object) -> None:
    spec = next(t for t in BOOK.topics.values() if t is topic)
    for phrase in (*spec.phrases.fr, *spec.phrases.en):
        found = find(BOOK, phrase, "helpdesk")
        assert found is not None
        assert (found.topic.id, found.how) == (spec.id, "sure")


@pytest.mark.parametrize(
    ("text", "wanted"), [("guide", ""), ("Guide DNS", "dns"), ("la guide", None), ("guider", None)]
)
def test_guide_is_asked_for_by_name(text: str, wanted: str | None) -> None:
    assert wanted_of_guide(text) == wanted


def test_nonsense_is_near_nothing() -> None:
    assert nearest(BOOK, "xyzzy plugh") is None


@given(st.text())
def test_any_text_may_be_asked(text: str) -> None:
    found = find(BOOK, text, "employee")
    assert found is None or found.topic.id in BOOK.topics
