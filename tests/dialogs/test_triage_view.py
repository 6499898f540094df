"""What the helpdesk's card says of a case as it is now."""

from __future__ import annotations

from bot.domain.verb import Verb
from bot.domain.views import TriageView
from tests.support.dialogue import Dialogue


def card(talk: Dialogue) -> TriageView:
    view = talk.view("triage")
    assert isinstance(view, TriageView)
    return view


def test_card_says_who_where_and_what() -> None:
    view = card(Dialogue().checked(dns="fail"))
    assert (view.who, view.upn, view.where) == ("Camille Durand", "camille@contoso.fr", "Lyon")
    assert view.phone == "Poly CCX 500"
    assert (view.step, view.who_acts) == ("act.fix_dns", "network")
    assert view.asked_body


def test_likeliest_cause_comes_first() -> None:
    view = card(Dialogue().checked(dns="fail"))
    assert "DNS" in view.causes[0].title
    assert [cause.percent for cause in view.causes] == sorted(
        (cause.percent for cause in view.causes), reverse=True
    )
    assert [line.text for line in view.evidence_for]


def test_unlikely_causes_are_left_out() -> None:
    view = card(Dialogue().checked(licence_teams="missing"))
    assert 1 <= len(view.causes) <= 3
    assert all(3 <= cause.percent <= 99 for cause in view.causes)


def test_silence_of_the_phone_is_urgent() -> None:
    talk = Dialogue().checked(dns="fail")
    assert (card(talk).emergency, card(talk).told) == (True, True)
    talk >> "annuler"
    assert not card(talk).emergency


def test_choppy_sound_is_not_urgent() -> None:
    talk = Dialogue()
    talk >> "Le son est haché sur mon téléphone"
    talk >> "parler à quelqu'un"
    assert not card(talk).emergency


def test_what_was_not_checked_is_named() -> None:
    talk = Dialogue().reported().looked_up().lost("probes")
    talk >> "parler à quelqu'un"
    assert any("DNS" in title for gap in card(talk).not_checked for title in gap.titles)


def test_what_was_checked_since_is_not_named() -> None:
    talk = Dialogue().reported().looked_up().lost("probes")
    talk >> "recommencer"
    talk.tap("start", site="lyon").looked_up().probes()
    talk >> "parler à quelqu'un"
    assert card(talk).not_checked == ()


def test_trials_are_listed_in_order() -> None:
    talk = Dialogue().checked().puts("act.restart_phone").tap("not_fixed")
    talk >> "parler à quelqu'un"
    assert [line.outcome for line in card(talk).tried] == ["not_fixed"]


def test_running_work_is_shown() -> None:
    talk = Dialogue().checked(dns="fail").agent("resolve")
    assert card(talk).running == ("probes",)


def test_claimed_case_is_not_claimed_again() -> None:
    talk = Dialogue().checked(dns="fail").agent("claim")
    assert card(talk).owner == "Samir"
    assert Verb.claim not in card(talk).buttons


def test_ticket_is_not_escalated_again() -> None:
    talk = Dialogue().checked(dns="fail").agent("escalate").bundle()
    assert Verb.escalate not in card(talk).buttons
    assert card(talk).step == "escalate.microsoft"


def test_case_that_waits_for_employee_asks_nothing() -> None:
    talk = Dialogue().checked(dns="fail").agent("resolve").probes()
    view = card(talk)
    assert (view.step, view.asked, view.nonce) == ("", "", "")
    assert Verb.resolve not in view.buttons


def test_contradictions_are_said_aloud() -> None:
    talk = Dialogue().checked(dns="fail")
    talk >> "je suis le seul touché"
    talk >> "en fait tout l'étage est touché"
    assert len(card(talk).contradictions) == 1
