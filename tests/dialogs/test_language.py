from __future__ import annotations

import pytest

from bot.domain.diagnosis import Locale
from bot.domain.events import Heard, Tapped
from bot.domain.views import ClosingView
from dialogs.language import chosen, wanted
from tests.support.dialogue import CAMILLE
from tests.support.owntalk import OwnTalk


@pytest.mark.parametrize(
    ("text", "locale"),
    [("English please", "en"), ("in English, please!", "en"), ("en français", "fr"), ("Français, svp", "fr")],
)
def test_language_is_asked_for_in_words(text: str, locale: Locale) -> None:
    assert wanted(text) == locale


@pytest.mark.parametrize(
    "text", ["mon téléphone anglais est en panne", "bonjour", "", "the screen is in English " * 3]
)
def test_other_words_ask_for_none(text: str) -> None:
    assert wanted(text) is None


def test_unknown_language_of_button_is_none() -> None:
    talk = OwnTalk()
    tapped = talk._tapped(CAMILLE, "language", "", {"value": "de"}, "employee")
    assert isinstance(tapped, Tapped)
    assert chosen(tapped) is None


def test_helpdesk_never_switches_a_case() -> None:
    talk = OwnTalk()
    heard = Heard(
        at=talk.now, person=CAMILLE, conversation="19:desk", text="en anglais", locale="fr", role="helpdesk"
    )
    assert chosen(heard) is None


def spoken(talk: OwnTalk) -> Locale:
    """The language of the case's cards."""
    return talk.case.locale


def test_cards_on_the_screen_change_at_once() -> None:
    talk = OwnTalk()
    talk >> "Bonjour, mon téléphone affiche « No internet »"
    assert spoken(talk) == "fr"
    talk >> "English please"
    talk.sees("refresh safety").sees("refresh intake").sees("tell say.language")
    assert spoken(talk) == "en"
    assert talk.asked == "intake"


def test_button_switches_back_again() -> None:
    talk = OwnTalk().reported()
    talk.tap("language", value="en").tap("language", value="fr")
    assert talk.case.locale == "fr"
    assert talk.case.opened.locale == "fr"


def test_choice_counts_for_the_next_report() -> None:
    talk = OwnTalk()
    (talk >> "english").expect("tell say.language", "show welcome")
    talk >> "Bonjour, mon téléphone affiche « No internet »"
    assert talk.case.locale == "en"


def test_switch_answers_no_waiting_question() -> None:
    talk = OwnTalk().reported()
    before = talk.case.offer()
    talk >> "in english"
    assert talk.case.offer() == before


def test_closed_case_keeps_its_end_in_both_languages() -> None:
    talk = OwnTalk().fixed()
    talk >> "English please"
    talk.sees("refresh closing")
    assert talk.case.closed
    assert isinstance(talk.view("closing"), ClosingView)
