from __future__ import annotations

import pytest

from bot.domain.case import Stage
from bot.domain.own_views import HistoryView, PastView
from dialogs import history
from dialogs.views import view_of
from tests.support.cases import CaseBuilder
from tests.support.dialogue import CAMILLE
from tests.support.owntalk import OwnTalk

OLD = (
    CaseBuilder("D-7")
    .opened("no_power")
    .known("site", id="lyon")
    .known("phone", label="4217")
    .moved(Stage.fixed)
    .case
)
OPEN = CaseBuilder("D-9").opened().case
PAST = (OPEN, OLD)
SLOT = history.list_slot(CAMILLE)


@pytest.mark.parametrize("words", ["mes demandes", "historique", "my cases"])
def test_list_is_shown_at_any_time(words: str) -> None:
    for talk in (OwnTalk(), OwnTalk().reported(), OwnTalk().fixed()):
        (talk >> words).sees("show history")


def test_list_names_every_case_and_its_end() -> None:
    view = view_of(None, SLOT, OwnTalk().rules, "fr", PAST)
    assert isinstance(view, HistoryView)
    assert [(row.case, row.stage, row.phone) for row in view.rows] == [
        ("D-9", "intake", ""),
        ("D-7", "fixed", "4217"),
    ]
    assert all(row.title for row in view.rows)


def test_tap_shows_one_of_them() -> None:
    talk = OwnTalk().reported()
    talk.tap_on("D-7", "past", value="D-7").sees("show past")
    view = view_of(None, f"past:D-7:{CAMILLE.key}", talk.rules, "en", PAST)
    assert isinstance(view, PastView)
    assert (view.case, view.where, view.stage) == ("D-7", "Lyon", "fixed")
    assert view.ended is not None


def test_case_of_somebody_else_is_never_shown() -> None:
    view = view_of(None, f"past:D-8:{CAMILLE.key}", OwnTalk().rules, "fr", PAST)
    assert isinstance(view, HistoryView)


@pytest.mark.parametrize(
    ("slot", "owner"),
    [
        ("history:29:1x", "29:1x"),
        ("past:D-7:29:1x", "29:1x"),
        ("past:D-7:aad", "aad"),
        ("status:3", ""),
        ("welcome", ""),
    ],
)
def test_slot_says_whose_cases(slot: str, owner: str) -> None:
    assert history.owner_of(slot) == owner


def test_colon_in_a_button_names_nobody_else() -> None:
    talk = OwnTalk()
    event = talk._tapped(CAMILLE, "past", "", {"value": "D-7:aad-noor"}, "employee")
    assert history.owner_of(history.slot_tapped(event)) == CAMILLE.key
