from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reason import IDS, Reason, read_reason


def test_silent_runner_names_its_last_sign() -> None:
    reason = read_reason("no_runner_since 2026-11-22T13:58+00:00")
    assert reason == Reason(id="no_runner_since", since=datetime(2026, 11, 22, 13, 58, tzinfo=UTC))


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-11-22T13:58"])
def test_sign_of_life_without_time_is_dropped(stamp: str) -> None:
    assert read_reason(f"no_runner_since {stamp}") == Reason(id="no_runner")


@pytest.mark.parametrize(
    ("why", "id_"),
    [
        ("no_such_person", "no_such_person"),
        ("the application lacks the permission AuditLog.Read.All", "no_permission"),
        ("no sign-in in the log of the last 30 days", "other"),
        ("", "other"),
    ],
)
def test_reason_is_known_by_its_words(why: str, id_: str) -> None:
    assert read_reason(why).id == id_


def test_lacking_permission_is_named() -> None:
    why = "the application lacks the permission AuditLog.Read.All (request-id 8f-1)"
    assert read_reason(why) == Reason(id="no_permission", permission="AuditLog.Read.All")


@given(st.text())
def test_any_words_give_a_known_reason(why: str) -> None:
    assert read_reason(why).id in IDS
