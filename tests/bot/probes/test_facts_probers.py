"""What the newer findings mean: filtered and slow names, clocks that disagree, samples and pings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.probe import Failure, ProbeResult, ProbeSpec, Where
from bot.probes.facts import facts_of

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def _values(prober: str, fact: str, *results: dict[str, Any]) -> dict[str, object]:
    specs = [ProbeSpec(prober=prober, host="10.20.0.1", options={"fact": fact})] * len(results)
    made = {
        index: ProbeResult(prober=prober, host="10.20.0.1", port=None, **{"ok": None, **told})
        for index, told in enumerate(results)
    }
    return {found.id: found.value for found in facts_of(made, specs, AT, "runner:1", ended=True)}


@pytest.mark.parametrize(
    ("failure", "at"),
    [
        (Failure.dns_filtered, Where.resolver),
        (Failure.dns_hijacked, Where.resolver),
        (Failure.dns_nxdomain, Where.target),
    ],
)
def test_a_name_that_fails_is_a_failure(failure: Failure, at: Where) -> None:
    assert _values("dns", "dns", {"ok": False, "failure": failure, "at": at}) == {"dns": "fail"}


def test_a_slow_answer_is_an_answer() -> None:
    slow = {"ok": True, "ms": 80.0, "details": {"slow": True, "slow_ms": 50, "usual_ms": 4.0}}
    assert _values("dns", "dns", slow) == {"dns": "ok"}


def test_a_chain_judged_at_the_phones_clock_is_its_own_matter() -> None:
    assert _values("tls", "tls", {"ok": True, "details": {"at_clock": "not_yet_valid"}}) == {"tls": "ok"}


@pytest.mark.parametrize("prober", ["quality", "icmp"])
def test_samples_and_pings_decide_nothing(prober: str) -> None:
    assert _values(prober, "", {"ok": False, "failure": Failure.quality_loss, "at": Where.path}) == {}


def _apart(offset: float, apart: float, **more: Any) -> dict[str, Any]:
    """A server that the second one contradicts."""
    told = {"offset_s": offset, "error_s": 0.01, "disagreement_s": apart, **more}
    return {"failure": Failure.ntp_disagreement, "at": Where.target, "details": told}


@pytest.mark.parametrize(
    ("result", "offset"),
    [
        (_apart(-420.0, -420.1, runner_clock_s=0.0), -420.0),
        (_apart(0.05, 420.0, runner_clock_s=0.0), 0.05),
        (_apart(-120.0, -420.0, runner_clock_s=300.0), -420.0),
        (_apart(-420.0, -100.0, runner_clock_s=0.0), "unknown"),
        (_apart(-420.0, -420.1), "unknown"),
        (_apart(-420.0, -420.1, runner_clock_s="x"), "unknown"),
    ],
)
def test_of_three_clocks_two_decide(result: dict[str, Any], offset: object) -> None:
    assert _values("ntp", "ntp", result) == {"ntp": "ok", "ntp.offset_s": offset}


def test_servers_that_say_nothing_are_a_failure() -> None:
    silent = {"ok": False, "failure": Failure.ntp_no_reply, "at": Where.path}
    assert _values("ntp", "ntp", silent) == {"ntp": "fail", "ntp.offset_s": "unknown"}
