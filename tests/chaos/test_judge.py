"""The judge itself: it must see what is lost, doubled or out of order, and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.domain.case import Case, JobEnd, JobEnded
from tests.chaos.judge import Line, _compare, lost_jobs

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


@pytest.mark.parametrize(("how", "count"), [("done", 0), ("expired", 1), ("offline", 1)])
def test_lost_job_ends_the_comparison(how: JobEnd, count: int) -> None:
    ended = JobEnded(n=1, at=datetime.now(UTC), by="bot", job="D-1-1", how=how)
    assert len(lost_jobs(Case(id="D-1", ledger=(ended,)))) == count
    assert lost_jobs(None) == []
