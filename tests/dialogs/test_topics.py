"""The guide within a conversation: asked at any point, answered in the same chat, and the case goes on."""

from __future__ import annotations

import pytest

from bot.domain.case import Said, Stage
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.events import Heard, Show, Tapped
from bot.domain.views import TopicsView, TopicView
from dialogs.advance import advance
from tests.support.dialogue import SAMIR, Dialogue

RESET: dict[Locale, str] = {
    "fr": "Faut-il toujours réinitialiser le téléphone ?",
    "en": "Must the phone always be reset?",
}


@pytest.mark.parametrize("locale", LOCALES)
def test_question_is_answered_without_case(locale: Locale) -> None:
    talk = Dialogue(locale=locale)
    talk >> RESET[locale]
    talk.expect("show topic faq.reset_needed")
    assert talk.maybe is None
    assert isinstance(talk.view("topic:faq.reset_needed"), TopicView)


@pytest.mark.parametrize("locale", LOCALES)
def test_question_amid_case_loses_nothing(locale: Locale) -> None:
    talk = Dialogue(locale=locale).checked()
    asked, facts = talk.asked, talk.case.facts()
    talk >> RESET[locale]
    talk.expect("show topic faq.reset_needed", f"show {asked}")
    assert (talk.asked, talk.case.facts()) == (asked, facts)
    assert [e.text for e in talk.case.all(Said)][-1] == RESET[locale]


@pytest.mark.parametrize("words", ["faq", "Questions fréquentes", "guide", "common questions"])
def test_words_open_the_list(words: str) -> None:
    talk = Dialogue()
    talk >> words
    talk.expect("show topics")
    view = talk.view("topics")
    assert isinstance(view, TopicsView)
    assert "faq.one_device" in {topic.value for topic in view.topics}


def test_list_is_tapped_and_case_goes_on() -> None:
    talk = Dialogue().checked()
    asked = talk.asked
    talk.tap("topics", nonce="").expect("show topics")
    talk.tap("topic", nonce="", value="faq.one_device").expect("show topic faq.one_device", f"show {asked}")
    assert talk.asked == asked


def test_tap_on_list_opens_no_case() -> None:
    talk = Dialogue().tap("topic", nonce="", value="faq.one_device").expect("show topic faq.one_device")
    assert talk.maybe is None


def test_unknown_topic_shows_the_list() -> None:
    Dialogue().tap("topic", nonce="", value="ref.switch").expect("show topics")


def test_fault_put_as_question_opens_case() -> None:
    talk = Dialogue()
    talk >> "Pourquoi mon téléphone affiche-t-il No internet depuis ce matin ?"
    talk << "show safety!"
    assert talk.case.symptom == "no_internet_banner"


def test_answer_is_not_taken_for_a_question() -> None:
    talk = Dialogue().checked().puts("ask.scope")
    talk >> "oui, tout l'étage"
    assert talk.fact("scope") == "site"


def test_helpdesk_hears_question_too() -> None:
    talk = Dialogue().checked(dns="fail")
    talk >> RESET["fr"]
    talk.expect("helpdesk: tell say.employee_wrote!", "tell say.passed_on", "show topic faq.reset_needed")


def test_topic_of_closed_case_opens_none() -> None:
    talk = Dialogue().checked()
    talk >> "annuler"
    talk.tap("topics", nonce="").expect("show topics")
    assert (talk.stage, talk.cases) == (Stage.withdrawn, 1)


@pytest.mark.parametrize("words", ["guide", "Guide", "/guide", "faq"])
def test_agent_opens_the_guide(words: str) -> None:
    talk = Dialogue().checked(dns="fail")
    version = talk.case.version
    talk.agent_writes(words).expect("helpdesk: show guide")
    assert talk.case.version == version
    view = talk.view("guide")
    assert isinstance(view, TopicsView)
    assert {"ref.switch", "faq.message"} <= {topic.value for topic in view.topics}


def test_guide_with_a_word_finds_its_page() -> None:
    talk = Dialogue().checked(dns="fail")
    talk.agent_writes("guide arbre").expect("helpdesk: show guide ref.tree")


def test_word_for_employee_is_still_passed_on() -> None:
    talk = Dialogue().checked(dns="fail")
    talk.agent_writes("guidez-moi : que voyez-vous à l'écran ?").expect("tell say.agent_wrote!")


def test_guide_button_of_triage_card() -> None:
    talk = Dialogue().checked(dns="fail")
    talk.agent("topics", nonce="").expect("helpdesk: show guide")
    talk.agent("topic", nonce="", value="ref.switch").expect("helpdesk: show guide ref.switch")


def test_guide_of_closed_case_still_opens() -> None:
    talk = Dialogue().checked(dns="fail")
    talk >> "annuler"
    talk.agent("topics", nonce="").expect("helpdesk: show guide")
    assert talk.stage is Stage.withdrawn


def test_guide_in_channel_answers_where_asked() -> None:
    talk = Dialogue()
    heard = Heard(
        at=talk.now, person=SAMIR, conversation="19:desk", text="guide", locale="fr", role="helpdesk"
    )
    assert advance(None, heard, talk.rules).effects == (Show(to="employee", slot="guide"),)


def test_outsider_opens_no_guide() -> None:
    talk = Dialogue().checked(dns="fail").outsider("topics")
    talk.expect()
    tapped = Tapped(
        at=talk.now,
        person=SAMIR,
        conversation="19:desk",
        verb="topics",
        locale="fr",
        role="helpdesk",
        allowed=False,
    )
    assert advance(None, tapped, talk.rules).effects == ()
