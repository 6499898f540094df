from __future__ import annotations

from typing import Any

import pytest

from bot.domain.pace import Pace, number, pace_of, slowest
from bot.domain.probe import ProbeResult


def result(ms: float | None, **details: Any) -> ProbeResult:
    return ProbeResult(prober="dns", host="a.example", port=None, ok=True, ms=ms, details=details)


SLOWER = {"usual_ms": 4.0, "slower": True}
SLOW = {"slow": True, "slow_ms": 50.0}


@pytest.mark.parametrize(
    ("ms", "details", "pace"),
    [
        (60.0, SLOWER, Pace(ms=60.0, usual_ms=4.0)),
        (60.0, SLOW, Pace(ms=60.0, limit_ms=50.0)),
        (60.0, {**SLOW, **SLOWER}, Pace(ms=60.0, usual_ms=4.0, limit_ms=50.0)),
        (60.0, {"usual_ms": 4.0}, None),
        (60.0, {"slow": False, "slow_ms": 50.0}, None),
        (60.0, {"slower": "yes", "usual_ms": 4.0}, None),
        (60.0, {"slower": True, "usual_ms": "4"}, None),
        (None, SLOWER, None),
    ],
)
def test_only_what_stands_out_is_told(ms: float | None, details: dict[str, Any], pace: Pace | None) -> None:
    assert pace_of(result(ms, **details)) == pace


def test_the_slowest_speaks_for_all() -> None:
    found = slowest([result(60.0, **SLOWER), result(90.0), result(80.0, **SLOWER)])
    assert found == Pace(ms=80.0, usual_ms=4.0)
    assert slowest([result(9000.0)]) is None


@pytest.mark.parametrize(("value", "read"), [(4, 4.0), (0.5, 0.5), (True, None), ("4", None), (None, None)])
def test_only_figures_are_numbers(value: object, read: float | None) -> None:
    assert number(value) == read
