"""The helpdesk's side: who may act, what each button does, and words in both directions."""

from __future__ import annotations

from bot.domain.case import Claimed, Denied, Said, Stage, Stepped
from bot.domain.events import Refresh
from bot.domain.verb import Verb
from bot.domain.views import TriageView
from tests.support.dialogue import NOOR, SAMIR, Dialogue


def handed_over() -> Dialogue:
    return Dialogue().checked(dns="fail")


def test_claim_is_told_once() -> None:
    talk = handed_over().agent("claim").expect("tell say.agent_claimed", "refresh handover")
    assert talk.case.owner == SAMIR
    talk.agent("claim").expect()
    assert len(list(talk.case.all(Claimed))) == 1


def test_another_agent_may_take_over() -> None:
    talk = handed_over().agent("claim").agent("claim", NOOR)
    assert talk.told("say.agent_claimed") == {"name": "Noor"}
    assert talk.case.owner == NOOR


def test_repair_is_named_after_its_author() -> None:
    talk = handed_over().agent("resolve")
    assert [e.by for e in talk.case.all(Stepped) if e.step == "act.fix_dns"] == ["agent:Samir"]


def test_second_click_decides_nothing() -> None:
    talk = handed_over().agent("resolve")
    version = talk.case.version
    talk.again().expect()
    assert talk.case.version == version


def test_two_agents_decide_once() -> None:
    talk = handed_over()
    waiting = talk.case.offer("helpdesk")
    assert waiting is not None
    talk.agent("resolve")
    talk.agent("not_fixed", NOOR, nonce=waiting.nonce)
    assert [e.outcome for e in talk.case.all(Stepped) if e.nonce == waiting.nonce] == ["fixed"]


def test_failed_repair_brings_the_next_step() -> None:
    talk = handed_over().agent("not_fixed").probes(dns="fail")
    assert {talk.asked, talk.to_do} - {"", "act.fix_dns"}


def test_repair_that_cannot_be_done_goes_on() -> None:
    talk = handed_over().agent("cannot")
    assert [e.outcome for e in talk.case.all(Stepped)][-1] == "cannot"


def test_trial_of_agent_becomes_a_fact() -> None:
    talk = Dialogue().checked().until("act.update_firmware").agent("not_fixed")
    assert talk.fact("after.update") == "fails"


def test_agent_answers_a_question() -> None:
    talk = handed_over().puts_to_helpdesk("ask.switch_port").agent("answer", value="err_disabled")
    talk << "refresh ask.switch_port"
    assert talk.fact("switch.port") == "err_disabled"
    assert talk.to_do != "ask.switch_port"


def test_senseless_answer_of_agent_is_not_taken() -> None:
    talk = handed_over().puts_to_helpdesk("ask.switch_port").agent("answer", value="purple")
    talk.expect("refresh ask.switch_port")
    assert talk.to_do == "ask.switch_port"


def test_agent_may_escalate_at_once() -> None:
    talk = handed_over().agent("escalate").expect("write bundle", "tell say.escalating")
    talk.agent("escalate").expect()
    talk.bundle().expect("helpdesk: show bundle!", "show closing")
    assert (talk.stage, talk.to_do) == (Stage.microsoft, "escalate.microsoft")


def test_ticket_is_not_escalated_again() -> None:
    talk = handed_over().agent("escalate").bundle()
    for verb in ("escalate", "not_fixed", "cannot"):
        talk.agent(verb).expect()
    assert talk.stage is Stage.microsoft


def test_answer_of_microsoft_is_proved() -> None:
    talk = handed_over().agent("escalate").bundle().agent("resolve").probes()
    assert talk.proved().stage is Stage.fixed


def test_outsider_is_denied_and_recorded() -> None:
    talk = handed_over()
    before = (talk.stage, talk.to_do, talk.case.owner)
    for verb in ("claim", "resolve", "escalate"):
        talk.outsider(verb).expect()
    assert [entry.verb for entry in talk.case.all(Denied)] == ["claim", "resolve", "escalate"]
    assert (talk.stage, talk.to_do, talk.case.owner) == before


def test_denial_is_recorded_once_in_a_row() -> None:
    talk = handed_over().outsider("claim").outsider("claim")
    assert len(list(talk.case.all(Denied))) == 1


def test_agent_writes_to_employee() -> None:
    talk = handed_over().agent_writes("Pouvez-vous redémarrer votre ordinateur ?")
    talk.expect("tell say.agent_wrote!")
    assert talk.told("say.agent_wrote") == {
        "name": "Samir",
        "text": "Pouvez-vous redémarrer votre ordinateur ?",
    }
    assert [e.role for e in talk.case.all(Said)][-1] == "helpdesk"


def test_agents_words_are_no_command() -> None:
    talk = handed_over().agent_writes("annuler")
    talk.expect("tell say.agent_wrote!")
    assert talk.stage is Stage.helpdesk


def test_employee_writes_to_helpdesk() -> None:
    talk = handed_over()
    talk >> "Vous en êtes où ? Merci d'avance"
    talk.expect("helpdesk: tell say.employee_wrote!", "tell say.passed_on")
    assert talk.told("say.employee_wrote") == {
        "name": "Camille Durand",
        "text": "Vous en êtes où ? Merci d'avance",
    }


def test_facts_in_a_message_to_helpdesk_count() -> None:
    talk = handed_over()
    talk >> "j'ai oublié de dire que j'ai déménagé"
    talk.sees("helpdesk: tell say.employee_wrote!")
    assert talk.fact("moved_recently") == "yes"
    assert talk.to_do == "act.fix_dns"


def test_unknown_button_only_refreshes() -> None:
    talk = handed_over().agent("nonsense")
    assert set(talk.effects) == {Refresh(slot="triage")}


def test_case_comes_back_to_the_same_card() -> None:
    talk = handed_over()
    talk >> "recommencer"
    talk.tap("start", site="lyon").looked_up().probes(dns="fail")
    talk.sees("tell say.person_again")
    assert "helpdesk: show triage!" not in talk.did


def test_closed_case_has_no_buttons() -> None:
    talk = handed_over()
    talk >> "annuler"
    view = talk.view("triage")
    assert isinstance(view, TriageView)
    assert (view.closed, view.buttons) == (True, ())
    assert talk.agent("resolve").expect().stage is Stage.withdrawn


def test_buttons_fit_the_step() -> None:
    view = handed_over().view("triage")
    assert isinstance(view, TriageView)
    assert view.buttons == (Verb.claim, Verb.resolve, Verb.not_fixed, Verb.cannot, Verb.escalate)
