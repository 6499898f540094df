"""Proof that a repair holds, and what happens when it does not or cannot be had."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.case import Stage, Stepped
from bot.domain.events import ProbesReported, StartProbes
from bot.domain.fact import Fact
from bot.domain.views import ClosingView, TriageView
from tests.support.dialogue import LYON, Dialogue


def resolved() -> Dialogue:
    """The helpdesk says that the DNS is repaired; the site is being measured again."""
    return Dialogue().checked(dns="fail").agent("claim").agent("resolve")


def test_proof_is_measured_called_heard_restarted() -> None:
    talk = resolved().probes()
    talk.expect("refresh checks", "show verify.test_call")
    talk.tap("fixed").expect("refresh verify.test_call", "show verify.audio")
    talk.tap("fixed").expect("refresh verify.audio", "show verify.restart")
    talk.tap("fixed").expect("refresh verify.restart", "refresh handover", "show closing")
    assert talk.stage is Stage.fixed


def asked_to_measure(talk: Dialogue) -> list[tuple[str, str]]:
    """Plan and symptom of the measurement that was just asked for."""
    return [(e.plan, e.symptom) for e in talk.effects if isinstance(e, StartProbes)]


def test_only_what_was_bad_is_measured_again() -> None:
    assert asked_to_measure(resolved()) == [("fact:dns", "no_internet_banner")]


def test_first_measurement_follows_the_symptom() -> None:
    talk = Dialogue()
    talk >> "Mon téléphone grésille, le son est haché"
    talk.tap("start", site="lyon", symptom="bad_audio")
    assert asked_to_measure(talk) == [("", "bad_audio")]


def test_work_on_the_switch_is_looked_at() -> None:
    talk = Dialogue(replace(LYON, switches=("10.20.0.2",))).reported(phone="64:16:7F:00:00:01")
    talk.looked_up().probes().puts_to_helpdesk("act.clear_port_security").agent("resolve")
    talk.sees("tell say.rechecking")
    assert asked_to_measure(talk) == [("fact:switch.port", "no_internet_banner")]


def test_switch_that_is_still_shut_goes_on() -> None:
    talk = Dialogue(replace(LYON, switches=("10.20.0.2",))).reported(phone="64:16:7F:00:00:01")
    talk.looked_up().probes().puts_to_helpdesk("act.clear_port_security").agent("resolve")
    shut = (Fact(id="switch.port", value="err_disabled"),)
    job = talk.job("probes")
    talk.happens(ProbesReported(at=talk.now, job=job, runner="lyon", results={}, facts=shut, done=True))
    talk.sees("tell say.still_measured_bad")
    assert talk.stage is not Stage.verifying


def test_what_was_fine_is_not_measured_again() -> None:
    talk = Dialogue().checked(licence_teams="missing").agent("resolve")
    talk.expect("tell say.agent_resolved", "show verify.test_call")


def test_site_still_broken_goes_on() -> None:
    talk = resolved().probes(dns="fail")
    talk << "refresh checks" << "tell say.still_measured_bad"
    assert talk.stage is not Stage.verifying
    assert [(e.step, e.outcome) for e in talk.case.all(Stepped) if e.step == "act.fix_dns"] == [
        ("act.fix_dns", "fixed"),
        ("act.fix_dns", "not_fixed"),
    ]


def test_failed_call_goes_on_without_starting_again() -> None:
    talk = Dialogue().checked(licence_teams="missing").agent("resolve")
    asked = {entry.step for entry in talk.case.all(Stepped)}
    talk.tap("not_fixed") << "refresh verify.test_call" << "refresh checks" << "start lookup"
    talk.looked_up()
    assert talk.stage is not Stage.intake
    assert not {talk.asked, talk.to_do} & (asked - {"escalate.helpdesk"})


def test_failed_restart_goes_on_too() -> None:
    talk = resolved().probes().tap("fixed").tap("fixed").tap("not_fixed")
    assert talk.stage in {Stage.guiding, Stage.helpdesk}


def test_repair_is_tried_anew_after_failed_proof() -> None:
    talk = resolved().probes().tap("not_fixed").until("microsoft")
    assert talk.stage is Stage.microsoft


def test_measurement_that_cannot_be_had_is_skipped() -> None:
    talk = resolved().lost("probes", "offline", "runner_offline")
    talk.expect("refresh checks", "show verify.test_call")
    assert talk.proved().stage is Stage.fixed


def test_call_that_cannot_be_made_goes_to_helpdesk() -> None:
    talk = resolved().probes()
    talk >> "je ne peux pas"
    talk.expect("refresh verify.test_call", "helpdesk: tell say.back_to_helpdesk", "tell say.person_again")
    assert (talk.stage, talk.to_do) == (Stage.helpdesk, "escalate.helpdesk")


def test_restart_that_cannot_be_made_still_closes() -> None:
    talk = resolved().probes().tap("fixed").tap("fixed").tap("cannot")
    assert talk.stage is Stage.fixed


def test_helpdesk_proves_again_after_helping() -> None:
    talk = resolved().probes().tap("cannot").agent("resolve")
    assert talk.asked == "verify.test_call"
    assert talk.proved().stage is Stage.fixed


def test_hand_over_that_did_not_help_returns() -> None:
    talk = Dialogue().reported()
    talk >> "parler à quelqu'un"
    talk.looked_up().probes().agent("resolve").tap("not_fixed")
    assert (talk.stage, talk.to_do, talk.asked) == (Stage.helpdesk, "escalate.helpdesk", "")


def test_sound_in_words_is_an_answer() -> None:
    talk = resolved().probes()
    talk >> "ça marche"
    talk >> "oui"
    assert talk.asked == "verify.restart"


def test_sound_refused_in_words_goes_on() -> None:
    talk = resolved().probes().tap("fixed")
    talk >> "non"
    assert talk.stage is not Stage.verifying


def test_words_during_proof_do_not_end_it() -> None:
    talk = resolved().probes()
    talk >> "mon adresse est 169.254.3.7"
    talk.expect("tell say.noted", "show verify.test_call")


def test_person_can_be_asked_for_during_proof() -> None:
    talk = resolved()
    talk >> "parler à quelqu'un"
    talk.probes()
    assert (talk.stage, talk.to_do, talk.asked) == (Stage.helpdesk, "escalate.helpdesk", "")


def test_phone_that_works_by_itself_is_proved() -> None:
    talk = Dialogue().checked()
    asked = talk.asked
    talk >> "ça marche"
    talk << f"refresh {asked}" << "show verify.test_call"
    assert talk.proved().stage is Stage.fixed


def test_phone_that_works_before_first_form_is_proved() -> None:
    talk = Dialogue()
    talk >> "Mon téléphone affiche No internet"
    talk >> "c'est bon"
    talk.expect("refresh intake", "show verify.test_call")
    talk.tap("not_fixed")
    assert talk.asked == "intake"
    assert talk.tap("start", site="lyon").jobs()[-1] == "probes"


def test_helpdesk_keeps_case_that_did_not_work_by_itself() -> None:
    talk = Dialogue().checked(licence_teams="missing")
    talk >> "ça marche"
    assert talk.asked == "verify.test_call"
    talk.tap("not_fixed").sees("tell say.person_already")
    assert (talk.stage, talk.to_do) == (Stage.helpdesk, "act.assign_licence")


def test_helpdesk_resolving_during_proof_asks_nothing_twice() -> None:
    talk = Dialogue().checked(licence_teams="missing")
    talk >> "ça marche"
    talk.agent("resolve").expect("tell say.agent_resolved")
    assert talk.proved().stage is Stage.fixed


def test_recurrence_at_microsoft_stays_there() -> None:
    talk = Dialogue().checked().until("microsoft")
    talk >> "ça marche"
    assert talk.stage is Stage.verifying
    talk.tap("not_fixed")
    assert (talk.stage, talk.to_do) == (Stage.microsoft, "escalate.microsoft")


def test_closing_shows_only_later_proof() -> None:
    talk = resolved().probes().proved()
    view = talk.view("closing")
    assert isinstance(view, ClosingView)
    began = max(entry.n for entry in talk.case.all(Stepped) if entry.step == "act.fix_dns")
    assert all(proof.n > began for proof in view.proof)
    assert [proof.outcome for proof in view.proof].count("fixed") == 3


def mark(talk: Dialogue) -> str:
    view = talk.view("triage")
    assert isinstance(view, TriageView)
    return view.mark


def test_agent_concludes_for_silent_employee() -> None:
    talk = resolved().probes()
    talk.agent("resolve", nonce=mark(talk))
    talk.expect("refresh verify.test_call", "refresh handover", "tell say.agent_concluded", "show closing")
    assert talk.stage is Stage.fixed
    talk.again().expect()


def test_agent_says_that_proof_failed() -> None:
    talk = resolved().probes()
    talk.agent("not_fixed", nonce=mark(talk))
    assert talk.stage in {Stage.guiding, Stage.helpdesk}
    assert talk.asked != "verify.test_call"


def test_second_click_concludes_nothing() -> None:
    talk = resolved().probes().agent("resolve", nonce="")
    assert talk.stage is Stage.verifying
    talk.agent("resolve", nonce="0ld").expect()
    assert talk.stage is Stage.verifying


def test_mark_is_of_one_proof_only() -> None:
    talk = resolved().probes()
    first = mark(talk)
    talk.tap("not_fixed")
    assert mark(talk) == ""
    talk >> "ça marche"
    assert mark(talk) not in {"", first} or talk.to_do


def test_helpdesk_may_look_afterwards() -> None:
    talk = resolved().probes().proved()
    view = talk.view("triage")
    assert isinstance(view, TriageView)
    assert view.afterwards
