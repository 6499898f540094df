"""What agents do with a case besides its step, with a button or by typing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.case import Claimed, JobStarted, Noted, Remarked, Said, Stage
from bot.domain.events import Heard, StartLookup, StartProbes, Tapped
from bot.domain.fact import Source
from dialogs import service
from tests.support.dialogue import NOOR, SAMIR, Dialogue


def handed_over() -> Dialogue:
    return Dialogue().checked(dns="fail")


def assigned(talk: Dialogue, typed: bool, knows: bool = True) -> Dialogue:
    """Samir gives the case to Noor; the desk knows her, or does not."""
    subject = NOOR if knows else None
    if typed:
        said = Heard(
            at=talk.now,
            person=SAMIR,
            conversation="19:desk",
            text="attribuer à Noor",
            locale="fr",
            role="helpdesk",
        )
        return talk.happens(replace(said, subject=subject))
    tap = Tapped(
        at=talk.now, person=SAMIR, conversation="19:desk", verb="assign", locale="fr", role="helpdesk"
    )
    return talk.happens(replace(tap, subject=subject))


@pytest.mark.parametrize("typed", [False, True])
def test_case_is_given_to_another_agent(typed: bool) -> None:
    talk = assigned(handed_over(), typed).expect("tell say.agent_claimed", "refresh handover")
    assert talk.case.owner == NOOR
    claimed = talk.case.last(Claimed)
    assert claimed is not None
    assert claimed.by == "agent:Samir"
    assigned(talk, typed).expect()


@pytest.mark.parametrize("typed", [False, True])
def test_nobody_else_can_be_given_a_case(typed: bool) -> None:
    talk = assigned(handed_over(), typed, knows=False).expect("helpdesk: tell say.no_such_agent")
    assert talk.case.owner is None


def test_priority_is_noted_once() -> None:
    talk = handed_over().agent("priority", priority="urgent")
    assert service.priority(talk.case) == "urgent"
    version = talk.case.version
    assert talk.agent_writes("priorité urgente").case.version == version
    assert service.priority(talk.agent_writes("priorité normale").case) == "normal"


def test_unknown_priority_is_said() -> None:
    handed_over().agent_writes("priorité cosmique").expect("helpdesk: tell say.no_such_priority")


@pytest.mark.parametrize("typed", [False, True])
def test_question_reaches_the_employee_and_back(typed: bool) -> None:
    talk = handed_over()
    if typed:
        talk.agent_writes("demander : êtes-vous au bureau ?")
    else:
        talk.agent("ask", ask=" êtes-vous au bureau ? ")
    talk.expect("tell say.agent_wrote!", "helpdesk: tell trail.asked")
    assert talk.told("say.agent_wrote") == {"name": "Samir", "text": "êtes-vous au bureau ?"}
    said = talk.case.last(Said)
    assert said is not None
    assert (said.text, said.role) == ("êtes-vous au bureau ?", "helpdesk")
    talk >> "Oui, jusqu'à midi"
    talk.expect("helpdesk: tell say.employee_wrote!", "tell say.passed_on")


@pytest.mark.parametrize("verb", ["ask", "finding"])
def test_empty_text_is_not_taken(verb: str) -> None:
    talk = handed_over()
    version = talk.case.version
    (talk.agent("ask", ask="  ") if verb == "ask" else talk.agent("finding", finding="  ")).expect(
        "helpdesk: tell say.nothing_written"
    )
    assert talk.case.version == version


@pytest.mark.parametrize("typed", [False, True])
def test_everything_is_checked_again(typed: bool) -> None:
    talk = handed_over()
    talk = talk.agent_writes("vérifier") if typed else talk.agent("check")
    assert {type(effect) for effect in talk.effects} >= {StartProbes, StartLookup}
    lookup = [job for job in talk.case.all(JobStarted) if job.what == "lookup"][-1]
    assert lookup.by == "agent:Samir"
    talk.looked_up().probes()
    assert talk.fact("dns") == "ok"
    assert talk.stage is Stage.helpdesk


def test_check_in_progress_is_not_begun_twice() -> None:
    talk = handed_over().agent("check").agent("check")
    talk.expect("helpdesk: tell say.check_running")
    assert [job.what for job in talk.case.running()].count("probes") == 1


def test_lost_check_is_no_news_for_the_employee() -> None:
    talk = handed_over().agent("check")
    talk.lost("probes")
    assert not any(did.startswith("tell") for did in talk.did)
    assert talk.stage is Stage.helpdesk


def test_check_without_a_site_looks_up_only() -> None:
    talk = Dialogue()
    talk >> "je veux parler à quelqu'un, mon téléphone affiche No internet"
    if talk.to_do == "":
        talk >> "un technicien"
    talk.looked_up().agent("check").sees("helpdesk: tell say.check_no_site")
    assert [job.what for job in talk.case.running()] == ["lookup"]


def test_check_during_the_proof_asks_nothing_twice() -> None:
    talk = handed_over().agent("resolve").probes()
    assert talk.asked == "verify.test_call"
    talk.agent("check").looked_up().probes()
    assert talk.asked == "verify.test_call"
    talk.agent("check").looked_up().probes(dns="fail")
    assert talk.stage is not Stage.verifying


def test_finding_in_words_becomes_facts() -> None:
    talk = handed_over().agent("finding", finding="En fait il a déménagé hier")
    noted = [entry for entry in talk.case.all(Noted) if entry.about == "finding"]
    assert [(entry.fact, entry.value, entry.source, entry.by) for entry in noted] == [
        ("moved_recently", "yes", Source.told, "agent:Samir")
    ]
    remark = talk.case.last(Remarked)
    assert remark is not None
    assert remark.text == "En fait il a déménagé hier"


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("switch.port = err_disabled", "switch.port", "err_disabled"),
        ("clock_offset_s=-7200", "clock_offset_s", -7200),
        ("switch.port = purple", "switch.port", None),
        ("clock_offset_s = soon", "clock_offset_s", None),
        ("nonsense = yes", "nonsense", None),
    ],
)
def test_exact_finding_is_taken_if_it_may_be(text: str, fact: str, value: object) -> None:
    talk = handed_over().agent("finding", finding=text)
    assert (
        next((e.value for e in talk.case.all(Noted) if e.about == "finding" and e.fact == fact), None)
        == value
    )
    assert talk.case.last(Remarked) is not None


def test_finding_is_heard_by_the_engine() -> None:
    talk = handed_over()
    before = talk.view("triage")
    talk.agent_writes("constat : switch.port = err_disabled")
    assert talk.view("triage") != before


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("je prends", "tell say.agent_claimed"),
        ("escalader", "write bundle"),
        ("réparé", "tell say.agent_resolved"),
    ],
)
def test_typed_order_does_what_its_button_does(text: str, sign: str) -> None:
    handed_over().agent_writes(text).sees(sign)


def test_typed_resolve_concludes_a_proof() -> None:
    talk = handed_over().agent("resolve").probes().agent_writes("résolu")
    assert talk.stage is Stage.fixed


def test_other_words_still_go_to_the_employee() -> None:
    handed_over().agent_writes("check the cable please").expect("tell say.agent_wrote!")
