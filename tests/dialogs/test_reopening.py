from __future__ import annotations

from bot.domain.case import Stage, Stepped
from bot.domain.verb import Verb
from bot.domain.views import ClosingView, TriageView
from tests.support.owntalk import OwnTalk


def withdrawn() -> OwnTalk:
    """Withdrawn before the first form was answered."""
    talk = OwnTalk()
    talk >> "Bonjour, mon téléphone affiche « No internet »"
    return talk >> "annuler"


def test_fault_that_came_back_goes_on() -> None:
    talk = OwnTalk().fixed()
    case = talk.case.id
    talk.tap_on(case, "reopen")
    talk << "tell say.came_back" << "show safety!" << "helpdesk: tell say.reopened"
    assert (talk.case.id, talk.case.closed) == (case, False)
    assert talk.case.known("phone")
    assert "lookup" in {job.what for job in talk.case.running()}


def test_repair_that_did_not_hold_is_told_so() -> None:
    talk = OwnTalk().fixed().tap_on("D-1001", "reopen")
    repaired = [e.outcome for e in talk.case.all(Stepped) if e.step == "act.assign_licence"]
    assert repaired == ["fixed", "not_fixed"]


def test_words_reopen_it_too() -> None:
    talk = OwnTalk().fixed()
    talk >> "La panne est revenue !"
    talk.sees("tell say.came_back")
    assert talk.case.id == "D-1001"
    assert not talk.case.closed


def test_second_tap_on_old_card_changes_nothing() -> None:
    talk = OwnTalk().fixed().tap_on("D-1001", "reopen")
    before = talk.case
    talk.tap_on("D-1001", "reopen").sees("tell say.stale_card")
    assert talk.case == before


def test_long_after_a_new_case_cites_it() -> None:
    talk = OwnTalk().fixed().later(days=8).tap_on("D-1001", "reopen")
    talk << "tell say.opened_again"
    assert talk.told("say.opened_again") == {"case": "D-1002", "earlier": "D-1001"}
    assert talk.case.id == "D-1002"
    assert talk.case.known("earlier") == {"case": "D-1001"}
    assert (talk.case.site, talk.case.symptom) == ("lyon", "no_internet_banner")
    card = talk.view("triage")
    assert isinstance(card, TriageView)
    assert card.earlier == "D-1001"


def test_within_the_week_it_still_reopens() -> None:
    talk = OwnTalk().fixed().later(days=6, hours=23).tap_on("D-1001", "reopen")
    assert (talk.case.id, talk.case.closed) == ("D-1001", False)


def test_withdrawn_early_begins_with_first_form() -> None:
    talk = withdrawn().tap_on("D-1001", "reopen")
    talk.sees("show intake")
    assert (talk.asked, talk.case.stage) == ("intake", Stage.guiding)


def test_reopened_case_is_mended_again() -> None:
    talk = OwnTalk().fixed().tap_on("D-1001", "reopen").looked_up().probes()
    talk.until(Stage.microsoft)
    assert talk.stage is Stage.microsoft


def test_stale_card_of_closed_case_shows_its_end() -> None:
    talk = OwnTalk().reported()
    nonce = next(e.nonce for e in talk.case.all(Stepped) if e.step == "intake")
    talk >> "annuler"
    before = talk.case
    talk.tap_on("D-1001", "start", nonce, site="lyon").expect()  # the answer given before
    talk.tap_on("D-1001", "start", "an older one", site="lyon").expect("tell say.closed", "show closing")
    talk.tap_on("D-1001", "cancel").expect("tell say.closed", "show closing")
    talk.tap_on("D-1001", "status").expect("show status")
    assert talk.case == before


def test_old_card_never_touches_the_new_case() -> None:
    talk = withdrawn()
    talk >> "Bonjour, mon téléphone affiche « No internet »"
    before = talk.case
    for verb in ("cancel", "restart", "reopen", "fixed", "answer"):
        talk.tap_on("D-1001", verb).expect("tell say.stale_card", "show intake")
    assert talk.case == before
    assert before.id == "D-1002"


def test_closing_offers_to_reopen() -> None:
    view = OwnTalk().fixed().view("closing")
    assert isinstance(view, ClosingView)
    assert view.buttons == (Verb.reopen,)


def test_stranger_words_open_nothing_old() -> None:
    talk = OwnTalk()
    (talk >> "la panne est revenue").expect("show welcome")
