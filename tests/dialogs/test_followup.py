from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.case import Offered, Stage
from bot.domain.own_views import FollowupView
from dialogs.followup import waiting
from dialogs.verify import mark
from tests.support.owntalk import OwnTalk

TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)


def next_day() -> OwnTalk:
    """Mended on Monday afternoon, asked on Tuesday morning."""
    talk = OwnTalk().fixed()
    ((key, due),) = talk.wakes.items()
    assert due == TUESDAY
    return talk.wake(key, due)


def nonce(talk: OwnTalk) -> str:
    offered = waiting(talk.case)
    assert offered is not None
    return offered.nonce


def view(talk: OwnTalk) -> FollowupView:
    number = next(e.n for e in reversed(talk.case.ledger) if isinstance(e, Offered) and e.step == "followup")
    shown = talk.view(f"followup:{number}")
    assert isinstance(shown, FollowupView)
    return shown


def test_next_morning_asks_once() -> None:
    talk = next_day().expect("show followup")
    assert talk.case.closed
    assert view(talk).cause
    talk.again().expect()


def test_yes_ends_it_for_good() -> None:
    talk = next_day()
    talk.tap_on("D-1001", "fixed", nonce(talk)).expect("refresh followup", "tell say.still_fine")
    assert (talk.stage, view(talk).answered) == (Stage.fixed, "fixed")
    talk.again().expect()


def test_no_opens_the_case_again() -> None:
    talk = next_day()
    talk.tap_on("D-1001", "not_fixed", nonce(talk)) << "refresh followup" << "tell say.came_back"
    assert talk.stage is not Stage.fixed
    assert view(talk).answered == "not_fixed"


def test_words_answer_it_too() -> None:
    (next_day() >> "oui").expect("refresh followup", "tell say.still_fine")
    (next_day() >> "ça marche").expect("refresh followup", "tell say.still_fine")
    (next_day() >> "non").sees("tell say.came_back")


def test_other_words_open_a_new_case() -> None:
    talk = next_day()
    talk >> "Mon téléphone n'a plus de tonalité"
    assert talk.case.id == "D-1002"


def test_case_opened_again_is_not_asked() -> None:
    talk = OwnTalk().fixed()
    ((key, due),) = talk.wakes.items()
    talk.tap_on("D-1001", "reopen").wake(key, due).expect()


def test_second_repair_is_asked_about_anew() -> None:
    talk = next_day()
    talk.tap_on("D-1001", "not_fixed", nonce(talk)).looked_up().probes()
    talk >> "ça marche"
    talk.proved()
    ((key, due),) = talk.wakes.items()
    talk.wake(key, due).expect("show followup")
    assert view(talk).answered is None


def test_earlier_repair_is_asked_about_no_more() -> None:
    talk = OwnTalk().fixed()
    ((old, due),) = talk.wakes.items()
    talk.tap_on("D-1001", "reopen").looked_up().probes()
    talk >> "ça marche"
    talk.proved().wake(old, due).expect()


def test_agent_who_concludes_leads_to_it_too() -> None:
    talk = OwnTalk().checked(licence_teams="missing").agent("resolve")
    talk.agent("resolve", nonce=mark(talk.case))
    assert [key.partition(":")[0] for key in talk.wakes] == ["followup"]


def test_withdrawn_case_is_left_alone() -> None:
    talk = OwnTalk().reported()
    talk >> "annuler"
    assert not talk.wakes
