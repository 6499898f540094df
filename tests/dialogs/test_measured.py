from __future__ import annotations

from typing import Any

from bot.domain.case import Stage
from bot.domain.pace import Pace
from bot.domain.probe import Failure
from bot.domain.views import Figure, Socket
from dialogs.measured import measures, socket
from tests.support.cases import CaseBuilder

CALL: dict[str, Any] = {"rtt_ms": 80.0, "loss_pct": 4.0, "jitter_ms": 3.0}
LIMITS = {"rtt_ms": 100.0, "loss_pct": 1.0, "jitter_ms": 30.0}


def test_calls_are_told_against_microsofts_limits() -> None:
    builder = CaseBuilder().opened().probed("dns", "a.example", ms=4.0)
    case = builder.probed("quality", "relay", 3478, Failure.quality_loss, **CALL, thresholds=LIMITS).case
    (call,) = measures(case)
    assert (call.prober, call.host, call.ok, call.by, call.n) == ("quality", "relay", False, "lyon", 3)
    assert call.figures == tuple(Figure(name=n, value=CALL[n], limit=LIMITS[n]) for n in CALL)  # type: ignore[arg-type]  # the three names


def test_silence_is_told_without_figures() -> None:
    case = CaseBuilder().opened().probed("icmp", "10.0.0.1", None, Failure.icmp_no_reply, ms=None).case
    assert [(one.host, one.figures) for one in measures(case)] == [("10.0.0.1", ())]


def test_what_was_slow_is_told() -> None:
    case = CaseBuilder().opened().probed("dns", "a.example", ms=180.0, slow=True, slow_ms=50.0).case
    assert [one.pace for one in measures(case)] == [Pace(ms=180.0, limit_ms=50.0)]


def test_only_the_newest_of_a_probe_counts() -> None:
    builder = CaseBuilder().opened().probed("icmp", "10.0.0.1", rtt_ms=1.0)
    builder = builder.probed("icmp", "a.example", rtt_ms=9.0).probed("icmp", "10.0.0.1", rtt_ms=2.0)
    assert [(one.host, one.figures[0].value) for one in measures(builder.case)] == [
        ("a.example", 9.0),
        ("10.0.0.1", 2.0),
    ]


def test_figures_that_are_none_are_left_out() -> None:
    case = CaseBuilder().opened().probed("quality", "relay", 3478, rtt_ms="fast", thresholds="high").case
    assert measures(case)[0].figures == ()


def test_earlier_rounds_are_forgotten() -> None:
    case = CaseBuilder().opened().probed("icmp", "10.0.0.1", rtt_ms=1.0).moved(Stage.intake).case
    assert measures(case) == ()


def test_the_socket_is_what_the_switch_says() -> None:
    builder = CaseBuilder().opened().known("switch", "runner:lyon", name="sw-2", port="Gi1/0/12")
    assert socket(builder.case) == Socket(name="sw-2 Gi1/0/12")
    builder = builder.known(
        "switch", "runner:lyon", vlan_untagged="20", vlan_voice="120", poe="delivering", poe_w="6.2"
    )
    assert socket(builder.case) == Socket(
        name="sw-2 Gi1/0/12", untagged="20", voice="120", poe="delivering", watts="6.2"
    )
    assert socket(CaseBuilder().opened().case) is None
