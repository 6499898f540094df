"""What an employee may say or tap while a case is open, and what comes of it at every stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest

from bot.domain.case import Moved, Offered, Said, Stage, Stepped
from bot.domain.diagnosis import Locale
from bot.domain.views import StepView
from tests.support.dialogue import LYON, PORTO, Dialogue


def intake() -> Dialogue:
    talk = Dialogue()
    return talk >> "Bonjour, mon téléphone affiche No internet"


STAGES: dict[str, Callable[[], Dialogue]] = {
    "first form": intake,
    "measuring": lambda: Dialogue().reported(),
    "question": lambda: Dialogue().checked(),
    "act": lambda: Dialogue().checked().until("act.restart_phone"),
    "helpdesk": lambda: Dialogue().checked(dns="fail"),
    "claimed": lambda: Dialogue().checked(dns="fail").agent("claim"),
    "measuring again": lambda: Dialogue().checked(dns="fail").agent("resolve"),
    "proof": lambda: Dialogue().checked(licence_teams="missing").agent("resolve"),
    "details": lambda: Dialogue().checked().until("details"),
    "ticket": lambda: Dialogue().checked().until("details").tap("answer", serial="64167F000001"),
    "microsoft": lambda: Dialogue().checked().until("microsoft"),
}


@cache
def _at(stage: str) -> Dialogue:
    return STAGES[stage]()


def at(stage: str) -> Dialogue:
    """A conversation that has come this far."""
    return _at(stage).copy()


at_every_stage = pytest.mark.parametrize("stage", STAGES)


@at_every_stage
@pytest.mark.parametrize("text", ["aide", "Help!"])
def test_help_changes_nothing(stage: str, text: str) -> None:
    talk = at(stage)
    before = (talk.asked, talk.to_do, talk.stage)
    talk >> text
    talk.expect("show help")
    assert (talk.asked, talk.to_do, talk.stage) == before


@at_every_stage
@pytest.mark.parametrize("text", ["où en est mon dossier ?", "status"])
def test_status_changes_nothing(stage: str, text: str) -> None:
    talk = at(stage)
    before = (talk.asked, talk.to_do, talk.stage)
    talk >> text
    talk.expect("show status")
    assert (talk.asked, talk.to_do, talk.stage) == before


@at_every_stage
@pytest.mark.parametrize("text", ["annuler", "never mind"])
def test_cancel_closes_the_case(stage: str, text: str) -> None:
    talk = at(stage)
    talk >> text
    assert talk.sees("show closing").stage is Stage.withdrawn
    assert talk.asked == ""


@at_every_stage
@pytest.mark.parametrize("text", ["recommencer", "start over"])
def test_restart_asks_the_first_form(stage: str, text: str) -> None:
    talk = at(stage)
    talk >> text
    talk << "tell say.restarted"
    assert (talk.asked, talk.stage, talk.case.facts()) == ("intake", Stage.intake, ())
    talk.tap("start", site="lyon").looked_up().probes()
    assert talk.asked.startswith("ask.")


@at_every_stage
@pytest.mark.parametrize("text", ["parler à quelqu'un", "I want to talk to someone"])
def test_person_is_called(stage: str, text: str) -> None:
    talk = at(stage)
    talk >> text
    assert talk.to_do
    assert talk.stage in {Stage.helpdesk, Stage.microsoft}
    assert talk.asked == ""
    talk >> text
    talk.expect("tell say.person_already")


def test_restart_twice_starts_once() -> None:
    talk = Dialogue().checked()
    talk >> "recommencer"
    talk >> "recommencer"
    talk.expect("tell say.restarted", "show intake")
    assert len([e for e in talk.case.all(Moved) if e.to is Stage.intake]) == 1


ANSWERS: list[tuple[str, str, str, str | int]] = [
    ("ask.phone_ip", "169.254.3.7", "phone.ip", "apipa"),
    ("ask.phone_ip", "c'est 10.20.7.9", "phone.ip", "valid"),
    ("ask.phone_ip", "192.168.1.20", "phone.ip", "wrong_subnet"),
    ("ask.phone_ip", "Aucune", "phone.ip", "none"),
    ("ask.phone_firmware", "7.1.3.0991", "phone.firmware", "7.1.3.0991"),
    ("ask.phone_signed_in", "oui", "phone.signed_in", "yes"),
    ("ask.phone_signed_in", "Yes, I see my name", "phone.signed_in", "yes"),
    ("ask.phone_signed_in", "Non.", "phone.signed_in", "no"),
    ("ask.other_device_same_account", "Oui, ça fonctionne", "other_device_same_account", "works"),
    ("ask.other_device_same_account", "ça marche", "other_device_same_account", "works"),
    ("ask.other_device_same_account", "Non", "other_device_same_account", "fails"),
    ("ask.scope", "Moi seulement", "scope", "one"),
    ("ask.scope", "je suis la seule", "scope", "one"),
    ("ask.scope", "je ne sais pas", "scope", "unknown"),
]


@pytest.mark.parametrize(("step", "text", "fact", "value"), ANSWERS)
def test_typed_words_answer_the_question(step: str, text: str, fact: str, value: str) -> None:
    talk = Dialogue().checked().puts(step)
    talk >> text
    talk << f"refresh {step}"
    assert talk.fact(fact) == value
    assert talk.asked != step


@pytest.mark.parametrize("text", ["{clock}", "il affiche {clock}"])
def test_typed_time_is_compared_at_the_phone(text: str) -> None:
    talk = Dialogue().checked().puts("ask.phone_time")
    talk >> text.format(clock=talk.clock())
    assert (talk.fact("phone.time"), talk.verdict) == ("ok", "undetermined")


def test_answer_stays_on_the_card() -> None:
    talk = Dialogue().checked().puts("ask.scope")
    (waiting,) = [e for e in talk.case.all(Offered) if e.step == "ask.scope"]
    talk >> "moi seulement"
    view = talk.view(f"step:{waiting.n}")
    assert isinstance(view, StepView)
    assert view.answered == "moi seulement"


def test_outcome_in_words_settles_an_act() -> None:
    talk = Dialogue().checked().until("act.restart_phone")
    talk >> "toujours en panne"
    talk << "refresh act.restart_phone"
    assert talk.case.done()[-1].outcome == "not_fixed"
    assert talk.asked != "act.restart_phone"


def test_act_that_helped_is_proved() -> None:
    talk = Dialogue().checked().until("act.restart_phone")
    talk >> "ça marche"
    talk.expect("refresh act.restart_phone", "show verify.test_call")


def test_act_that_cannot_be_done_is_left() -> None:
    talk = Dialogue().checked().until("act.restart_phone")
    talk >> "je ne peux pas"
    talk << "refresh act.restart_phone"
    assert talk.asked != "act.restart_phone"


def test_trial_that_works_is_no_repair() -> None:
    talk = Dialogue().checked().puts("act.try_other_account").tap("fixed")
    assert talk.fact("other_account") == "works"
    assert talk.stage is not Stage.verifying


def test_question_that_cannot_be_answered_is_left() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    talk >> "je ne peux pas"
    assert talk.asked != "ask.phone_ip"


def test_still_broken_is_no_answer_to_a_question() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    talk >> "toujours en panne"
    talk.expect("tell say.not_understood", "show ask.phone_ip")
    assert talk.asked == "ask.phone_ip"


def test_words_that_say_nothing_ask_again() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    talk >> "euh, attendez"
    talk.expect("tell say.not_understood", "show ask.phone_ip")


def test_card_with_senseless_input_asks_again() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    talk.answer("n'importe quoi").expect("tell say.not_understood")
    assert talk.asked == "ask.phone_ip"


def test_volunteered_fact_is_not_asked() -> None:
    talk = Dialogue()
    talk >> "No internet, mon adresse est 10.20.3.4 et j'ai déménagé"
    talk.tap("start", site="lyon").looked_up().probes().until("act.restart_phone")
    offered = {entry.step for entry in talk.case.all(Offered)}
    assert (talk.fact("phone.ip"), talk.fact("moved_recently")) == ("valid", "yes")
    assert not offered & {"ask.phone_ip", "ask.moved_recently"}


def test_volunteered_fact_overtakes_the_question() -> None:
    talk = Dialogue().checked().puts("ask.phone_time")
    talk >> "mon adresse est 169.254.3.7"
    talk << "tell say.noted"
    assert talk.fact("phone.ip") == "apipa"
    assert talk.asked != "ask.phone_ip"


def test_answer_and_other_facts_are_both_kept() -> None:
    talk = Dialogue().checked().puts("ask.phone_time")
    talk >> f"il affiche {talk.clock(ahead=timedelta(hours=2))}, et mon adresse est 169.254.3.7"
    assert (talk.fact("phone.time"), talk.fact("phone.ip")) == ("wrong", "apipa")


def test_what_is_said_twice_is_noted_once() -> None:
    talk = Dialogue().checked().puts("ask.phone_firmware")
    talk >> "j'ai déménagé"
    talk >> "j'ai déménagé"
    assert [fact.id for fact in talk.case.facts()].count("moved_recently") <= 2


def test_every_word_is_kept() -> None:
    talk = intake()
    talk >> "C'est le téléphone de l'accueil."
    talk.expect("tell say.noted", "show intake")
    assert [entry.text for entry in talk.case.all(Said)][-1] == "C'est le téléphone de l'accueil."


def test_double_tap_does_nothing() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip").answer("10.20.3.4")
    version = talk.case.version
    talk.again().expect()
    assert talk.case.version == version


def test_answered_card_points_to_the_next() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    old = talk.nonce
    talk.answer("10.20.3.4").nothing_helps()
    now = talk.asked
    talk.tap("answer", nonce=old, value="169.254.3.7").expect("tell say.already_answered", f"show {now}")
    assert talk.fact("phone.ip") == "valid"


def test_card_from_before_restart_is_stale() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    old = talk.nonce
    talk >> "recommencer"
    talk.tap("start", site="lyon")
    talk.tap("answer", nonce=old, value="169.254.3.7").expect("tell say.stale_card", "show status")


def test_unknown_card_is_stale() -> None:
    talk = Dialogue().checked()
    now = talk.asked
    talk.tap("answer", nonce="feedfacecafe", value="x").expect("tell say.stale_card", f"show {now}")


@pytest.mark.parametrize("verb", ["answer", "fixed", "not_fixed", "cannot", "claim", "resolve", "nonsense"])
def test_first_form_takes_only_its_button(verb: str) -> None:
    talk = intake().tap(verb)
    talk.expect()
    assert talk.asked == "intake"


@pytest.mark.parametrize("verb", ["fixed", "not_fixed", "claim", "resolve", "start", "nonsense"])
def test_question_takes_only_its_buttons(verb: str) -> None:
    talk = Dialogue().checked()
    before = talk.asked
    talk.tap(verb).expect()
    assert talk.asked == before


def test_second_report_joins_the_case() -> None:
    talk = Dialogue().checked()
    now = talk.asked
    talk >> "Au secours, mon téléphone affiche No internet"
    assert (talk.cases, talk.asked) == (1, now)


def test_welcome_card_joins_the_case() -> None:
    talk = Dialogue().checked()
    now = talk.asked
    talk.tap("start", nonce="", symptom="no_internet_banner").expect("tell say.opened", f"show {now}")
    assert talk.told("say.opened") == {"case": "D-1001"}


def test_symptom_said_later_is_understood() -> None:
    talk = Dialogue()
    talk >> "parler à quelqu'un"
    assert talk.case.symptom is None
    talk >> "les appels ne partent plus"
    assert talk.case.symptom == "cannot_call"


def test_other_device_is_no_symptom_of_the_phone() -> None:
    talk = Dialogue()
    talk >> "parler à quelqu'un"
    talk >> "mon imprimante est en panne"
    assert talk.case.symptom is None


@pytest.mark.parametrize(("locale", "shown", "value"), [("fr", "2:05", "wrong"), ("en", "2:05", "ok")])
def test_twelve_hour_clock_is_read_in_english(locale: Locale, shown: str, value: str) -> None:
    talk = Dialogue(locale=locale).checked().puts("ask.phone_time")
    assert talk.clock().startswith("14:0")
    talk >> shown
    assert talk.fact("phone.time") == value


def test_clock_is_that_of_the_site() -> None:
    talk = Dialogue(LYON, PORTO).reported(site="porto").looked_up().probes().puts("ask.phone_time")
    talk >> talk.clock(zone="Europe/Lisbon")
    assert talk.fact("phone.time") == "ok"


def test_withdrawn_question_shows_no_button() -> None:
    talk = Dialogue().checked().puts("ask.phone_ip")
    waiting = [e for e in talk.case.all(Offered) if e.step == "ask.phone_ip"][-1]
    talk >> "annuler"
    view = talk.view(f"step:{waiting.n}")
    assert isinstance(view, StepView)
    assert view.answered == "refused"
    assert [e.outcome for e in talk.case.all(Stepped)][-1] == "refused"
