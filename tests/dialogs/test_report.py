"""How a case begins, and what does not begin one."""

from __future__ import annotations

import pytest

from bot.domain.case import Known, Said, Stage, Told
from bot.domain.diagnosis import Locale
from bot.domain.events import Heard, Show
from bot.domain.views import IntakeView, SafetyView, TriageView, WelcomeView
from tests.support.dialogue import CAMILLE, LYON, PORTO, Dialogue


@pytest.mark.parametrize("text", ["Bonjour", "Hello!", "👋", "", "recommencer", "merci"])
def test_greeting_opens_no_case(text: str) -> None:
    talk = Dialogue()
    talk >> text
    talk.expect("show welcome")
    assert talk.maybe is None
    assert isinstance(talk.view("welcome"), WelcomeView)


@pytest.mark.parametrize("text", ["aide", "?"])
def test_help_opens_no_case(text: str) -> None:
    talk = Dialogue()
    talk >> text
    talk.expect("show help")
    assert talk.maybe is None


@pytest.mark.parametrize("text", ["où en est mon dossier ?", "annuler"])
def test_nothing_to_follow_or_cancel(text: str) -> None:
    talk = Dialogue()
    talk >> text
    talk.expect("tell say.no_open_case", "show welcome")
    assert talk.maybe is None


@pytest.mark.parametrize("text", ["Mon imprimante est en panne", "Teams plante sur mon ordinateur"])
def test_other_trouble_opens_no_case(text: str) -> None:
    talk = Dialogue()
    talk >> text
    talk.expect("tell say.not_a_phone", "show welcome")
    assert talk.maybe is None


def test_safety_comes_first_and_is_recorded() -> None:
    talk = Dialogue()
    talk >> "Mon téléphone affiche No internet. Emergency calls aren't supported"
    talk << "show safety!"
    assert [entry.what for entry in talk.case.all(Told)] == ["safety"]
    view = talk.view("safety")
    assert isinstance(view, SafetyView)
    assert view.numbers == ("112", "15")


def test_numbers_of_unknown_site_are_common() -> None:
    talk = Dialogue(LYON, PORTO)
    talk >> "No internet"
    view = talk.view("safety")
    assert isinstance(view, SafetyView)
    assert view.numbers == ("112",)


def test_choppy_sound_needs_no_safety_notice() -> None:
    talk = Dialogue()
    talk >> "Le son est haché sur mon téléphone"
    talk.expect("start lookup", "show intake")


def test_notice_follows_when_it_proves_unsafe() -> None:
    talk = Dialogue()
    talk >> "Le son est haché sur mon téléphone"
    talk.tap("start", symptom="no_internet_banner", site="lyon") << "show safety!"
    assert talk.case.symptom == "no_internet_banner"


def test_notice_is_given_once() -> None:
    talk = Dialogue().reported()
    talk >> "recommencer"
    talk.tap("start", site="lyon", symptom="cannot_call")
    assert len(list(talk.case.all(Told))) == 1


def test_welcome_card_opens_a_case() -> None:
    talk = Dialogue().tap("start", symptom="cannot_call")
    talk.expect("show safety!", "start lookup", "show intake")
    assert talk.case.symptom == "cannot_call"


@pytest.mark.parametrize("symptom", ["", "nonsense", "not_a_phone_problem"])
def test_unknown_symptom_is_asked(symptom: str) -> None:
    talk = Dialogue().tap("start", symptom=symptom)
    assert (talk.case.symptom, talk.asked) == (None, "intake")


def test_person_wanted_at_once_gets_one() -> None:
    talk = Dialogue()
    talk >> "Je veux parler à quelqu'un"
    talk.expect("show safety!", "start lookup", "helpdesk: show triage!", "show handover!")
    assert talk.stage is Stage.helpdesk


@pytest.mark.parametrize("verb", ["status", "cancel", "fixed", "answer", "claim", "nonsense"])
def test_button_without_case_opens_none(verb: str) -> None:
    talk = Dialogue().tap(verb)
    talk.expect("tell say.no_open_case", "show welcome")
    assert talk.maybe is None


def test_help_button_without_case_helps() -> None:
    talk = Dialogue().tap("help").expect("show help")
    assert talk.maybe is None


def test_person_and_words_are_kept() -> None:
    talk = Dialogue()
    talk >> "Mon téléphone affiche No internet"
    assert talk.case.opened.person == CAMILLE
    assert [entry.text for entry in talk.case.all(Said)] == ["Mon téléphone affiche No internet"]
    assert talk.case.known("account")["object_id"] == "aad-camille"


@pytest.mark.parametrize(
    ("client", "text", "locale"),
    [
        ("en", "Bonjour, mon téléphone ne marche plus, il affiche no internet", "fr"),
        ("fr", "Hello, my phone is not working since this morning, it says no internet", "en"),
        ("en", "no internet", "en"),
    ],
)
def test_case_speaks_the_language_written(client: Locale, text: str, locale: Locale) -> None:
    talk = Dialogue(locale=client)
    talk >> text
    assert talk.case.opened.locale == locale


def test_time_volunteered_is_local_time() -> None:
    talk = Dialogue()
    talk >> f"No internet, et le téléphone affiche {talk.clock()}"
    assert abs(float(talk.fact("clock_offset_s") or 0)) <= 60


def test_time_means_nothing_in_unknown_zone() -> None:
    talk = Dialogue(LYON, PORTO)
    talk >> f"No internet, et le téléphone affiche {talk.clock()}"
    assert talk.fact("clock_offset_s") is None


def test_address_volunteered_is_placed() -> None:
    talk = Dialogue()
    talk >> "No internet, mon adresse est 192.168.1.20"
    assert talk.fact("phone.ip") == "wrong_subnet"


def test_form_is_filled_with_what_is_known() -> None:
    talk = Dialogue().reported(phone="  Accueil  ", symptom="signed_out")
    talk >> "recommencer"
    waiting = talk.case.offer()
    view = talk.view(f"intake:{waiting.n}") if waiting else None
    assert isinstance(view, IntakeView)
    assert (view.symptom, view.site, view.phone) == ("signed_out", "lyon", "Accueil")


def test_form_left_empty_changes_nothing() -> None:
    talk = Dialogue().reported(symptom="", phone="")
    assert talk.case.symptom == "no_internet_banner"
    assert "label" not in talk.case.known("phone")


def test_long_label_is_cut() -> None:
    talk = Dialogue().reported(phone="x" * 5000)
    assert len(talk.case.known("phone")["label"]) == 80


@pytest.mark.parametrize("text", ["No internet", "parler à quelqu'un"])
def test_new_report_after_the_end_opens_anew(text: str) -> None:
    talk = Dialogue().reported()
    talk >> "annuler"
    talk >> text
    assert (talk.cases, talk.case.id) == (2, "D-1002")


def test_greeting_after_the_end_opens_nothing() -> None:
    talk = Dialogue().reported()
    talk >> "annuler"
    talk >> "merci, bonne journée"
    talk.expect("show welcome")
    assert talk.cases == 1


def test_welcome_card_after_the_end_opens_anew() -> None:
    talk = Dialogue().checked()
    talk >> "annuler"
    talk.tap("start", nonce="", symptom="no_internet_banner")
    assert talk.case.id == "D-1002"


def test_card_of_ended_case_opens_nothing() -> None:
    talk = Dialogue().checked()
    nonce = talk.nonce
    talk >> "annuler"
    talk.tap("answer", nonce=nonce, value="oui").expect()
    assert talk.cases == 1


def test_helpdesk_opens_no_case() -> None:
    talk = Dialogue()
    talk.happens(
        Heard(
            at=talk.now, person=CAMILLE, conversation="19:x", text="No internet", locale="fr", role="helpdesk"
        )
    ).expect()
    assert talk.maybe is None


def test_only_known_particulars_are_noted() -> None:
    talk = Dialogue()
    talk >> "No internet"
    (known,) = talk.case.all(Known)
    assert known.data == {"display_name": "Camille Durand", "object_id": "aad-camille"}


def test_vague_report_is_asked_with_guess() -> None:
    talk = Dialogue()
    talk >> "mon téléphone ne marche plus"
    talk << "show safety!"
    view = talk.view(f"intake:{talk.case.version}")
    assert isinstance(view, IntakeView)
    assert (talk.case.symptom, view.symptom) == (None, "other_phone_problem")


def test_other_trouble_offers_a_person() -> None:
    talk = Dialogue()
    talk >> "Mon imprimante est en panne"
    assert Show(to="employee", slot="welcome:person") in talk.effects
    view = talk.view("welcome:person")
    assert isinstance(view, WelcomeView)
    assert view.person


def test_other_language_keeps_what_is_readable() -> None:
    talk = Dialogue(locale="en")
    talk >> "Mein Telefon zeigt „No internet. Emergency calls aren't supported“, Adresse 169.254.10.3"
    assert (talk.case.opened.locale, talk.case.symptom) == ("en", "no_internet_banner")
    assert talk.fact("phone.ip") == "apipa"


def test_triage_says_what_was_not_asked() -> None:
    talk = Dialogue(LYON, PORTO)
    talk >> "Je veux parler à quelqu'un"
    view = talk.view("triage")
    assert isinstance(view, TriageView)
    assert view.unasked
