from __future__ import annotations

from msgspec.structs import replace

from bot.domain.own_views import HandoverView
from tests.support.dialogue import LYON
from tests.support.owntalk import OwnTalk

OPEN = replace(LYON, helpdesk_hours="08:00-18:00")


def handed() -> OwnTalk:
    talk = OwnTalk(OPEN).reported()
    return talk >> "parler à quelqu'un"


def shown(talk: OwnTalk) -> HandoverView:
    view = talk.view("handover")
    assert isinstance(view, HandoverView)
    return view


def test_hand_over_says_what_comes_next() -> None:
    talk = handed().sees("show handover!")
    view = shown(talk)
    assert (view.owner, view.opens, view.closes) == ("", "08:00", "18:00")
    assert view.resumes is None
    assert not view.closed


def test_agent_who_takes_it_is_named() -> None:
    talk = handed().agent("claim")
    talk.sees("refresh handover")
    assert shown(talk).owner == "Samir"
    assert shown(talk).owner_since is not None


def test_closed_helpdesk_says_when_it_opens() -> None:
    talk = OwnTalk(OPEN).reported().later(hours=8)
    talk >> "parler à quelqu'un"
    resumes = shown(talk).resumes
    assert resumes is not None
    assert resumes.isoformat() == "2026-11-24T07:00:00+00:00"


def test_unknown_hours_promise_nothing() -> None:
    talk = OwnTalk().reported()
    talk >> "parler à quelqu'un"
    assert (shown(talk).opens, shown(talk).resumes) == ("", None)


def test_agent_and_employee_write_both_ways() -> None:
    talk = handed().agent_writes("J'arrive dans dix minutes").sees("tell say.agent_wrote!")
    (talk >> "merci, je suis au 3e étage").sees("helpdesk: tell say.employee_wrote!")
