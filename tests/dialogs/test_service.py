"""Priorities, the time until which a case should be mended, and what is said when it has come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.case import Case, Prioritised, Priority, Stage, Told
from bot.domain.events import Wake, Woke
from bot.domain.standing import Remark
from dialogs import service
from tests.support.cases import START, CaseBuilder
from tests.support.dialogue import Dialogue


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("normale", "normal"), ("HAUTE", "high"), ("high", "high"), ("élevée", "high"), ("urgent", "urgent"),
        ("Urgente !", "urgent"), ("", None), ("very", None),
    ],
)  # fmt: skip
def test_priority_is_read_in_both_languages(word: str, level: Priority | None) -> None:
    assert service.priority_said(word) == level


@pytest.mark.parametrize(("level", "hours"), [("normal", 24), ("high", 8), ("urgent", 2)])
def test_more_urgent_is_due_sooner(level: Priority, hours: int) -> None:
    case = CaseBuilder().opened().add(Prioritised, priority=level).case
    assert service.due(case) == START + timedelta(hours=hours)
    assert service.wake(case) == Wake(key=f"due:{level}", due=service.due(case))


def test_priority_is_normal_until_said() -> None:
    assert service.priority(CaseBuilder().opened().case) == "normal"
    assert set(service.PRIORITIES) == {"normal", "high", "urgent"}


def handed_over() -> Dialogue:
    return Dialogue().checked(dns="fail")


def test_passed_time_is_said_once() -> None:
    talk = handed_over()
    talk.happens(Woke(at=talk.now, key="due:normal")).expect("helpdesk: tell trail.overdue")
    assert service.overdue(talk.case)
    talk.happens(Woke(at=talk.now, key="due:normal")).expect()


def test_time_of_another_priority_is_let_pass() -> None:
    talk = handed_over().agent("priority", priority="high")
    talk.happens(Woke(at=talk.now, key="due:normal")).expect()
    assert not service.overdue(talk.case)
    talk.happens(Woke(at=talk.now, key="due:high")).expect("helpdesk: tell trail.overdue")
    talk.agent("priority", priority="normal")
    assert not service.overdue(talk.case)


def test_closed_case_is_never_late() -> None:
    closed = CaseBuilder().opened().add(Told, what="overdue:normal").moved(Stage.fixed).case
    assert not service.overdue(closed)
    talk = handed_over()
    talk >> "annuler"
    version = talk.case.version
    talk.happens(Woke(at=talk.now, key="due:normal"))
    assert talk.case.version == version


def test_standing_tells_all_of_it() -> None:
    talk = handed_over().agent("finding", finding="câble écrasé").agent("priority", priority="urgent")
    standing = service.standing(talk.case)
    noted = remarks(talk.case)
    assert (standing.priority, standing.overdue, standing.remarks) == ("urgent", False, noted)
    assert [(one.text, one.by) for one in noted] == [("câble écrasé", "Samir")]


def remarks(case: Case) -> tuple[Remark, ...]:
    return service.standing(case).remarks
