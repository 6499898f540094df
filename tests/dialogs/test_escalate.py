"""Handing over to Microsoft: what is still asked, the ticket, and what follows."""

from __future__ import annotations

from bot.domain.case import Bundled, Offered, Stage, Stepped
from tests.support.dialogue import Dialogue


def details() -> Dialogue:
    return Dialogue().checked().until("details")


def test_ticket_is_written_after_the_form() -> None:
    talk = details()
    talk.sees("show details")
    talk.tap("answer", serial="64167F000001", mac="64:16:7F:00:00:01")
    talk.expect("refresh details", "write bundle", "tell say.escalating")
    assert talk.case.known("phone")["serial"] == "64167F000001"


def test_form_also_asks_facts() -> None:
    talk = details().tap("answer", changed_recently="yes")
    assert talk.fact("changed_recently") in {"yes", None}
    assert talk.jobs()[-1] == "bundle"


def test_form_left_empty_is_no_answer() -> None:
    talk = details().tap("answer", serial="", mac=" ")
    assert [e.outcome for e in talk.case.all(Stepped) if e.step == "details"] == ["cannot"]
    assert "serial" not in talk.case.known("phone")
    assert talk.jobs()[-1] == "bundle"


def test_form_refused_in_words_goes_on() -> None:
    talk = details()
    talk >> "je ne peux pas"
    assert talk.jobs()[-1] == "bundle"


def test_words_keep_the_form() -> None:
    talk = details()
    talk >> "attendez, je cherche"
    talk.expect("tell say.noted", "show details")


def test_form_is_asked_once() -> None:
    talk = details().until("microsoft")
    assert len([e for e in talk.case.all(Offered) if e.step == "details"]) == 1


def test_written_ticket_hands_over() -> None:
    talk = details().tap("answer").bundle()
    talk.expect("helpdesk: show bundle!", "show closing")
    assert (talk.stage, talk.to_do) == (Stage.microsoft, "escalate.microsoft")
    assert len(list(talk.case.all(Bundled))) == 1


def test_ticket_written_twice_counts_once() -> None:
    talk = details().tap("answer").bundle()
    version = talk.case.version
    talk.again().expect()
    assert talk.case.version == version


def test_first_sight_of_case_brings_its_card() -> None:
    talk = Dialogue().reported().agent("escalate", nonce="x").bundle()
    talk << "helpdesk: show triage!" << "helpdesk: show bundle!"


def test_open_step_of_helpdesk_is_closed() -> None:
    talk = Dialogue().checked(dns="fail").agent("escalate").bundle()
    assert [e.outcome for e in talk.case.all(Stepped) if e.step == "act.fix_dns"] == ["cannot"]


def test_failed_ticket_is_told_to_helpdesk() -> None:
    talk = Dialogue().checked(dns="fail").agent("escalate").lost("bundle", "failed", "disk_full")
    talk.sees("helpdesk: tell say.bundle_failed")
    talk.agent("escalate").sees("write bundle")


def test_failed_ticket_leaves_no_dead_end() -> None:
    talk = details().tap("answer").lost("bundle", "failed", "disk_full")
    assert talk.to_do or talk.asked


def test_words_at_microsoft_reach_the_helpdesk() -> None:
    talk = details().until("microsoft")
    talk >> "Des nouvelles de Microsoft ?"
    talk.expect("helpdesk: tell say.employee_wrote!", "tell say.passed_on")
