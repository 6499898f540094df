from __future__ import annotations

from datetime import timedelta

from bot.domain.case import Stage, Told
from bot.domain.views import TriageView
from tests.support.owntalk import OwnTalk


def proving() -> OwnTalk:
    """The helpdesk gave the licence; a test call is asked for."""
    return OwnTalk().checked(licence_teams="missing").agent("resolve")


def woken(talk: OwnTalk) -> OwnTalk:
    ((key, due),) = talk.wakes.items()
    return talk.wake(key, due)


def test_silence_is_asked_about_twice() -> None:
    talk = proving()
    ((_, due),) = talk.wakes.items()
    assert timedelta(minutes=29) < due - talk.now < timedelta(minutes=31)
    woken(talk).expect("tell say.reminder", "show verify.test_call")
    woken(talk).expect("tell say.reminder", "show verify.test_call")
    assert talk.now.hour == 8  # nine o'clock in Lyon


def test_helpdesk_learns_that_nobody_answers() -> None:
    talk = woken(woken(woken(proving()))).expect("helpdesk: tell say.no_answer")
    card = talk.view("triage")
    assert isinstance(card, TriageView)
    assert card.silent is not None
    assert card.mark
    assert not talk.wakes


def test_helpdesk_that_never_had_it_gets_its_card() -> None:
    talk = OwnTalk().reported().looked_up().probes()
    talk >> "ça marche"
    assert talk.stage is Stage.verifying
    woken(woken(woken(talk))).expect("helpdesk: show triage")
    talk.tap("fixed").sees("show verify.audio")


def test_answer_ends_the_reminders() -> None:
    talk = proving()
    ((key, due),) = talk.wakes.items()
    talk.tap("fixed").wake(key, due).expect()
    assert not list(talk.case.all(Told))[1:]


def test_answer_after_all_clears_the_card() -> None:
    talk = woken(woken(woken(proving()))).tap("fixed")
    card = talk.view("triage")
    assert isinstance(card, TriageView)
    assert card.silent is None


def test_same_wake_twice_reminds_once() -> None:
    woken(proving()).again().expect()
