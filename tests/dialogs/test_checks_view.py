from __future__ import annotations

from typing import Any

from bot.domain.case import JobStarted
from bot.domain.pace import Pace
from bot.domain.views import CheckRow, CheckState
from dialogs.checks_view import CHECKS, checks_view
from tests.support.cases import CaseBuilder
from tests.support.dialogue import Dialogue

RULES = Dialogue().rules
SLOWER: dict[str, Any] = {"usual_ms": 4.0, "slower": True}


def rows(builder: CaseBuilder) -> dict[str, CheckRow]:
    return {row.id: row for row in checks_view(builder.case, 0, RULES, "fr").rows}


def found(value: str = "ok", **details: Any) -> CaseBuilder:
    """The name server answered in 60 ms; job j1 is over."""
    builder = CaseBuilder().opened().started().probed("dns", "a.example", ms=60.0, **details)
    return builder.fact("dns", value, about="j1").ended()


def test_a_slow_answer_is_told_beside_good() -> None:
    row = rows(found(**SLOWER))["dns"]
    assert (row.state, row.pace) == (CheckState.ok, Pace(ms=60.0, usual_ms=4.0))


def test_the_usual_time_is_not_told() -> None:
    assert rows(found(usual_ms=50.0))["dns"].pace is None


def test_what_is_broken_needs_no_time() -> None:
    row = rows(found("fail", **SLOWER))["dns"]
    assert (row.state, row.pace) == (CheckState.bad, None)
    assert row.detail


def test_times_of_an_earlier_job_are_forgotten() -> None:
    builder = found(**SLOWER).started("j2").fact("dns", "ok", about="j2").ended("j2")
    assert rows(builder)["dns"].pace is None


def test_only_what_is_measured_anew_waits() -> None:
    builder = found().fact("ntp", "ok", about="j1")
    builder = builder.add(JobStarted, job="j2", what="probes", step="probe.network", facts=("dns",))
    states = {fact: row.state for fact, row in rows(builder).items()}
    assert (states["dns"], states["ntp"]) == (CheckState.waiting, CheckState.ok)


def test_every_check_has_its_line() -> None:
    assert list(rows(CaseBuilder().opened())) == list(CHECKS)
