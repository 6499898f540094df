"""STUN and call quality against coturn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.daemons import coturn
from tests.support.netservers import HOST, silence, udp
from tests.support.probing import probe, verdict

pytestmark = pytest.mark.peers


async def test_coturn_answers_and_is_a_reference(tmp_path: Path) -> None:
    with coturn(tmp_path) as port:
        direct = await probe("stun", port)
        async with udp(silence) as deaf:
            filtered = await probe("stun", deaf, reference=f"{HOST}:{port}")
    assert verdict(direct) == (True, None, None)
    assert direct.details["mapped_address"] == HOST
    assert (verdict(filtered), filtered.details["reference"]) == ((False, "stun_no_reply", "path"), "answers")


async def test_a_good_path_has_good_quality(tmp_path: Path) -> None:
    with coturn(tmp_path) as port:
        result = await probe("quality", port, count=50, interval_ms=20, timeout_s=3)
    assert verdict(result) == (True, None, None)
    assert result.details["received"] == 50
