"""NTP against chrony."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.daemons import chrony
from tests.support.netservers import HOST, ntp_reply, udp
from tests.support.probing import probe, verdict

pytestmark = pytest.mark.peers


async def test_chrony_and_its_like_agree(tmp_path: Path) -> None:
    with (
        chrony(tmp_path / "a", "local stratum 5") as port,
        chrony(tmp_path / "b", "local stratum 7") as other,
    ):
        result = await probe("ntp", port, reference=f"{HOST}:{other}")
    assert verdict(result) == (True, None, None)
    assert result.details["stratum"] == 5
    assert result.details["reference"]["stratum"] == 7
    assert abs(result.details["offset_s"]) < 0.1


async def test_chrony_without_time_is_unsynchronised(tmp_path: Path) -> None:
    with chrony(tmp_path) as port:
        assert verdict(await probe("ntp", port)) == (False, "ntp_unsynchronised", "target")


async def test_chrony_contradicts_a_wrong_server(tmp_path: Path) -> None:
    with chrony(tmp_path, "local stratum 5") as port:
        async with udp(ntp_reply(-420)) as wrong:
            result = await probe("ntp", wrong, reference=f"{HOST}:{port}")
    assert verdict(result) == (None, "ntp_disagreement", "target")
    assert result.details["disagreement_s"] == pytest.approx(-420, abs=0.5)
