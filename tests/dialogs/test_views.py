"""Every card of every stage, in both languages, and what each may say."""

from __future__ import annotations

import pytest

from bot.domain.case import Judged, Offered
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.verb import Verb
from bot.domain.views import (
    BundleView,
    CheckState,
    ChecksView,
    ClosingView,
    DetailsView,
    HelpView,
    IntakeView,
    StatusView,
    StepView,
    VerdictView,
    WelcomeView,
)
from cards.render import render
from dialogs.checks_view import CHECKS
from dialogs.views import BUILDERS, view_of
from tests.support.always import slots
from tests.support.dialogue import Dialogue


def offered(talk: Dialogue, step: str) -> int:
    return next(entry.n for entry in talk.case.all(Offered) if entry.step == step)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_card_of_long_case_is_drawn(locale: Locale) -> None:
    talk = Dialogue(locale=locale).checked().until("microsoft")
    for slot in slots(talk.case):
        view = view_of(talk.case, slot, talk.rules, locale)
        assert view is None or render(view).card


@pytest.mark.parametrize(
    "slot", ["", "nonsense", "step", "step:", "step:0", "step:²", "step:99999", "intake:-1"]
)
def test_slot_that_leads_nowhere_is_harmless(slot: str) -> None:
    talk = Dialogue().reported()
    view = talk.view(slot)
    assert view is None or isinstance(view, WelcomeView)


@pytest.mark.parametrize("kind", ["intake", "step", "details"])
def test_form_is_drawn_only_for_its_offer(kind: str) -> None:
    talk = Dialogue().checked().until("microsoft")
    for entry in talk.case.all(Offered):
        drawn = talk.view(f"{kind}:{entry.n}") is not None
        mine = entry.step == kind or (kind == "step" and entry.step in talk.rules.playbook.steps)
        assert drawn == mine


def test_without_case_welcome_and_help() -> None:
    talk = Dialogue()
    assert isinstance(talk.view("help"), HelpView)
    for slot in (*(set(BUILDERS) - {"help"}), "welcome"):
        assert isinstance(talk.view(slot), WelcomeView)


def test_welcome_offers_no_other_device() -> None:
    view = Dialogue().view("welcome")
    assert isinstance(view, WelcomeView)
    assert "not_a_phone_problem" not in {choice.value for choice in view.symptoms}


def test_answered_form_shows_answers() -> None:
    talk = Dialogue().reported(phone="Accueil")
    view = talk.view(f"intake:{offered(talk, 'intake')}")
    assert isinstance(view, IntakeView)
    assert (view.answered, view.site, view.phone) == (True, "lyon", "Accueil")


def test_checks_wait_then_tell() -> None:
    talk = Dialogue().reported()
    assert rows(talk) == dict.fromkeys(CHECKS, CheckState.waiting)
    talk.looked_up().probes(dns="fail", tls="inconclusive", ntp="unknown")
    told = rows(talk)
    assert told["dns"] is CheckState.bad
    assert told["tls"] is CheckState.unsure
    assert told["ntp"] is CheckState.not_checked
    assert told["licence.teams"] is CheckState.ok


@pytest.mark.parametrize(
    ("value", "state"), [("degraded", CheckState.unsure), ("outage", CheckState.bad), ("ok", CheckState.ok)]
)
def test_health_of_service_is_shown(value: str, state: CheckState) -> None:
    talk = Dialogue().checked(service_health_teams=value)
    assert rows(talk)["service_health.teams"] is state


def rows(talk: Dialogue) -> dict[str, CheckState]:
    view = talk.view("checks")
    assert isinstance(view, ChecksView)
    return {row.id: row.state for row in view.rows}


def test_question_shows_its_choices() -> None:
    talk = Dialogue().checked().puts("ask.scope")
    view = talk.view(f"step:{offered(talk, 'ask.scope')}")
    assert isinstance(view, StepView)
    assert [choice.value for choice in view.choices] == ["one", "several", "site"]
    assert view.buttons == (Verb.answer, Verb.cannot, Verb.person)


def test_answered_question_shows_the_choice() -> None:
    talk = Dialogue().checked().puts("ask.scope").answer("one")
    view = talk.view(f"step:{offered(talk, 'ask.scope')}")
    assert isinstance(view, StepView)
    assert view.answered == "Moi seulement"


def test_act_shows_its_outcome() -> None:
    talk = Dialogue().checked().puts("act.restart_phone").tap("cannot")
    view = talk.view(f"step:{offered(talk, 'act.restart_phone')}")
    assert isinstance(view, StepView)
    assert view.answered == "cannot"


def test_helpdesk_is_not_offered_a_person() -> None:
    talk = Dialogue().checked(dns="fail").puts_to_helpdesk("ask.switch_port")
    view = talk.view(f"step:{offered(talk, 'ask.switch_port')}")
    assert isinstance(view, StepView)
    assert Verb.person not in view.buttons


def test_verdict_is_never_certain() -> None:
    talk = Dialogue().checked(dns="fail")
    view = talk.view("verdict")
    assert isinstance(view, VerdictView)
    assert 80 <= view.percent <= 99
    assert view.evidence_for
    assert view.next


def test_verdict_of_its_time_stays() -> None:
    talk = Dialogue().checked(dns="fail")
    (judged,) = talk.case.all(Judged)
    talk.agent("not_fixed").probes(dns="ok", udp3478="fail")
    view = talk.view(f"verdict:{judged.n}")
    assert isinstance(view, VerdictView)
    assert "DNS" in view.title


def test_no_verdict_before_one_is_reached() -> None:
    assert Dialogue().checked().view("verdict") is None


def test_status_names_next_and_owner() -> None:
    talk = Dialogue().checked(dns="fail").agent("claim")
    view = talk.view("status")
    assert isinstance(view, StatusView)
    assert (view.owner, view.stage) == ("Samir", "helpdesk")
    assert view.next


def test_status_of_closed_case_only_reopens() -> None:
    talk = Dialogue().reported()
    talk >> "annuler"
    view = talk.view("status")
    assert isinstance(view, StatusView)
    assert (view.buttons, view.running, view.next) == ((Verb.reopen,), (), "")


def test_closing_needs_an_end() -> None:
    assert Dialogue().reported().view("closing") is None


def test_closing_names_the_cause() -> None:
    talk = Dialogue().checked(licence_teams="missing").agent("resolve").proved()
    view = talk.view("closing")
    assert isinstance(view, ClosingView)
    assert view.how == "fixed"
    assert view.cause == "Il manque une licence au compte"


def test_closing_names_no_cause_without_verdict() -> None:
    talk = Dialogue().checked(dns="fail").agent("not_fixed").probes().until("microsoft")
    view = talk.view("closing")
    assert isinstance(view, ClosingView)
    assert (view.how, view.proof) == ("microsoft", ())
    assert "undetermined" not in view.cause


def test_withdrawn_case_proves_nothing() -> None:
    talk = Dialogue().checked()
    talk >> "annuler"
    view = talk.view("closing")
    assert isinstance(view, ClosingView)
    assert (view.how, view.cause, view.proof) == ("withdrawn", "", ())


def test_ticket_is_shown_once_written() -> None:
    talk = Dialogue().checked().until("details")
    assert talk.view("bundle") is None
    view = talk.until("microsoft").view("bundle")
    assert isinstance(view, BundleView)
    assert view.name.endswith(".zip")


def test_details_are_asked_in_words() -> None:
    talk = Dialogue().checked().until("details")
    view = talk.view(f"details:{offered(talk, 'details')}")
    assert isinstance(view, DetailsView)
    assert "serial" in {field.id for field in view.fields}
    assert not view.answered


@pytest.mark.parametrize("locale", LOCALES)
def test_every_symptom_fits_a_button(locale: Locale) -> None:
    view = Dialogue(locale=locale).view("welcome")
    assert isinstance(view, WelcomeView)
    assert [choice.title for choice in view.symptoms if len(choice.title) > 36] == []


def test_status_never_shows_an_id() -> None:
    talk = Dialogue().checked().until("details")
    view = talk.view("status")
    assert isinstance(view, StatusView)
    assert (view.next, view.who_acts) == ("", None)


def test_status_names_who_acts_next() -> None:
    view = Dialogue().checked(dns="fail").view("status")
    assert isinstance(view, StatusView)
    assert view.who_acts == "network"


def test_skipped_details_are_not_thanked_for() -> None:
    talk = Dialogue().checked().until("details").tap("cannot")
    view = talk.view(f"details:{offered(talk, 'details')}")
    assert isinstance(view, DetailsView)
    assert (view.answered, view.given) == (True, False)
