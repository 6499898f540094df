from __future__ import annotations

import pytest

from bot.domain.diagnosis import LOCALES, Locale
from dialogs.own import HARMLESS, of_another
from tests.support.dialogue import CAMILLE
from tests.support.owntalk import OwnTalk


@pytest.mark.parametrize("verb", sorted(HARMLESS))
def test_harmless_buttons_work_on_any_card(verb: str) -> None:
    talk = OwnTalk().reported()
    talk.tap_on("D-7", verb, value="en")
    assert "tell say.stale_card" not in talk.did
    assert not talk.case.closed


def test_card_of_this_case_is_its_own() -> None:
    talk = OwnTalk().reported()
    tapped = talk._tapped(CAMILLE, "cancel", "", {}, "employee")
    assert not of_another(talk.case, tapped)


def test_own_cancel_button_still_withdraws() -> None:
    talk = OwnTalk().reported()
    talk.tap_on(talk.case.id, "cancel").sees("show closing")
    assert talk.case.closed


STORY: dict[Locale, tuple[str, ...]] = {
    "fr": ("Mon téléphone affiche « No internet »", "ajouter un détail", "le téléphone est éteint",
           "en fait le téléphone est allumé", "parler à quelqu'un", "annuler", "mes demandes", "la panne est revenue"),
    "en": ("My desk phone says no internet", "add a detail", "the phone is off",
           "actually the phone is on", "talk to a person", "cancel", "my requests", "it's broken again"),
}  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_a_story_in_either_language(locale: Locale) -> None:
    report, detail, off, on, person, cancel, requests, back = STORY[locale]
    talk = OwnTalk(locale=locale)
    (talk >> report).expect("show safety!", "start lookup", "show intake")
    talk.tap("start", site="lyon", symptom="no_internet_banner").looked_up().probes()
    (talk >> detail).expect("show adding")
    talk.tap("detail", detail=off).sees("refresh adding")
    (talk >> on).sees("tell say.corrected")
    (talk >> person).sees("helpdesk: show triage!").sees("show handover!")
    talk.agent("claim").expect("tell say.agent_claimed", "refresh handover")
    (talk >> cancel).sees("show closing")
    (talk >> requests).expect("show history")
    (talk >> back) << "tell say.came_back" << "show safety!" << "helpdesk: tell say.reopened"
    assert talk.case.id == "D-1001"
    assert talk.case.locale == locale
    assert talk.to_do
