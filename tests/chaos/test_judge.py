"""The judge itself: it must see what is lost, doubled or out of order, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.judge import Line, _compare

A, B, C = ("text", "a"), ("card", "step:7"), ("text", "c")


@pytest.mark.parametrize(
    ("meant", "seen", "found"),
    [
        ([A, B, C], [A, B, C], []),
        ([A, A], [A, A], []),
        ([A, B], [A], [f"lost for the employee: {B}"]),
        ([A, B], [A, B, B], [f"too often for the employee: {B}"]),
        ([A, A], [A], [f"lost for the employee: {A}"]),
        ([A, B], [B, A], [f"out of order for the employee: {[B, A]} instead of {[A, B]}"]),
        ([], [C], [f"too often for the employee: {C}"]),
    ],
)
def test_judge_names_every_difference(meant: list[Line], seen: list[Line], found: list[str]) -> None:
    assert list(_compare("employee", meant, seen, Counter())) == found


@pytest.mark.parametrize("seen", [[A, C], [A, B, C], [A, B, C, B]])
def test_doubt_covers_only_its_own_message(seen: list[Line]) -> None:
    assert list(_compare("employee", [A, B, C], seen, Counter([B]))) == []
    assert list(_compare("employee", [A, B, C], seen[1:], Counter([B]))) == [f"lost for the employee: {A}"]


def test_doubt_covers_one_message_once() -> None:
    assert list(_compare("employee", [B], [B, B, B], Counter([B]))) == [f"too often for the employee: {B}"]
