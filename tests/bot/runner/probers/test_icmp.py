"""Echoes to hosts that answer and to one that nobody can reach; what may not be sent is said."""

from __future__ import annotations

import pytest

from bot.runner.echo import open_socket
from bot.runner.finding import Failed
from tests.support.probing import probe, verdict


def _may_ping() -> bool:
    try:
        sock, _ = open_socket("127.0.0.1")
    except Failed:
        return False
    sock.close()
    return True


MAY_PING = _may_ping()
pings = pytest.mark.skipif(not MAY_PING, reason="this account may not send ICMP")


@pings
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_a_host_that_answers_is_ok(host: str) -> None:
    result = await probe("icmp", host=host, count=3, interval_ms=10)
    assert verdict(result) == (True, None, None)
    assert (result.details["received"], result.details["loss_pct"]) == (3, 0.0)
    assert result.ms == result.details["rtt_ms"] < 100
    assert result.details["socket"] in {"unprivileged", "raw"}


@pings
async def test_a_foreign_echo_is_no_answer() -> None:
    together = [probe("icmp", host="127.0.0.1", count=5, interval_ms=10) for _ in range(4)]
    assert [(await one).details["received"] for one in together] == [5] * 4


@pings
async def test_an_address_of_nobody_fails() -> None:
    result = await probe("icmp", host="240.0.0.1", count=2, interval_ms=10, timeout_s=0.3)
    assert result.ok is not True
    assert result.failure in {
        "icmp_no_reply",
        "network_unreachable",
        "host_unreachable",
        "connection_refused",
    }


@pytest.mark.skipif(MAY_PING, reason="this account may send ICMP")
async def test_what_is_forbidden_is_said() -> None:
    result = await probe("icmp", host="127.0.0.1")
    assert verdict(result) == (None, "unsupported", "runner")
    assert "ping_group_range" in result.details["error"]
