"""NTP against servers that are right, wrong, rude, asleep or silent."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.finding import Failed
from bot.runner.probers.ntp import judge, read_reply, together
from tests.support.mutation import inputs, malformed
from tests.support.netservers import HOST, Names, Reply, free_port, ntp_reply, resolver, silence, udp
from tests.support.probing import probe, verdict

REQUEST = bytes(40) + bytes(range(1, 9))


async def test_a_good_server_is_ok() -> None:
    async with udp(ntp_reply()) as port:
        result = await probe("ntp", port)
    assert verdict(result) == (True, None, None)
    assert abs(result.details["offset_s"]) <= result.details["error_s"] < 0.5
    assert result.details["stratum"] == 2


@pytest.mark.parametrize("offset", [-420.0, 3.5, 86_400.0])
async def test_an_offset_is_measured(offset: float) -> None:
    async with udp(ntp_reply(offset)) as port:
        details = (await probe("ntp", port)).details
    assert abs(details["offset_s"] - offset) <= details["error_s"]


@pytest.mark.parametrize(
    ("reply", "kiss"),
    [
        (ntp_reply(leap=3), None),
        (ntp_reply(stratum=16), None),
        (ntp_reply(stratum=0, ref_id=int.from_bytes(b"RATE", "big")), "RATE"),
    ],
)
async def test_a_server_without_time_is_named(reply: Reply, kiss: str | None) -> None:
    async with udp(reply) as port:
        result = await probe("ntp", port)
    assert verdict(result) == (False, "ntp_unsynchronised", "target")
    assert result.details.get("kiss") == kiss


async def test_silence_is_named() -> None:
    async with udp(silence) as port:
        assert verdict(await probe("ntp", port, timeout_s=0.2)) == (False, "ntp_no_reply", "path")


async def test_garbage_is_named() -> None:
    async with udp(lambda data: data[:20]) as port:
        assert verdict(await probe("ntp", port)) == (False, "ntp_bad_reply", "target")


async def test_a_closed_port_refuses() -> None:
    assert verdict(await probe("ntp", free_port())) == (False, "connection_refused", "target")


async def test_an_unresolved_name_proves_nothing() -> None:
    async with resolver(Names()) as at:
        result = await probe("ntp", 123, "time.windows.com", resolver=at)
    assert verdict(result) == (None, "dns_nxdomain", "resolver")


@pytest.mark.parametrize("reply", [ntp_reply(mode=3), ntp_reply(mode=5)])
def test_only_servers_answer(reply: Reply) -> None:
    assert read_reply(reply(REQUEST) or b"", REQUEST, 0.0) is None


def test_an_answer_to_another_is_refused() -> None:
    answer = ntp_reply()(bytes(48)) or b""
    assert read_reply(answer, REQUEST, 0.0) is None


@given(st.binary(max_size=100))
def test_no_datagram_breaks_the_reader(data: bytes) -> None:
    read = read_reply(data, REQUEST, 1.8e9)
    assert read is None or data[24:32] == REQUEST[40:48]


@given(st.binary(min_size=24, max_size=24), st.binary(min_size=16, max_size=60))
def test_no_answer_breaks_the_arithmetic(head: bytes, tail: bytes) -> None:
    stats = read_reply(head + REQUEST[40:48] + tail, REQUEST, 1.8e9)
    assert stats is None or isinstance(stats.offset + stats.delay, float)


@pytest.mark.fuzz
def test_no_malformed_answer_breaks_the_verdict() -> None:
    seeds = tuple(reply(REQUEST) or b"" for reply in (ntp_reply(), ntp_reply(leap=3), ntp_reply(stratum=0)))
    good = 0
    for keep in (0, 40):
        for data in malformed(seeds, keep=keep):
            stats = read_reply(data, REQUEST, 1.8e9)
            if stats is None:
                continue
            with contextlib.suppress(Failed):
                good += math.isfinite(together(judge(stats, {}), {}).details["offset_s"])
    assert good > inputs() / 100


async def test_two_servers_that_agree_are_combined() -> None:
    async with udp(ntp_reply()) as port, udp(ntp_reply()) as other:
        details = (await probe("ntp", port, reference=f"{HOST}:{other}")).details
    combined = details["combined"]
    assert combined["error_s"] <= details["error_s"]
    assert abs(combined["offset_s"]) <= 2 * combined["error_s"] + details["error_s"]


async def test_two_servers_apart_are_named() -> None:
    async with udp(ntp_reply(-420)) as port, udp(ntp_reply()) as other:
        result = await probe("ntp", port, reference=f"{HOST}:{other}")
    assert verdict(result) == (None, "ntp_disagreement", "target")
    assert result.details["disagreement_s"] == pytest.approx(-420, abs=0.5)
    assert result.details["offset_s"] == pytest.approx(-420, abs=0.5)


async def test_a_silent_reference_spoils_nothing() -> None:
    async with udp(ntp_reply()) as port, udp(silence) as other:
        result = await probe("ntp", port, reference=f"{HOST}:{other}", timeout_s=0.3)
    assert (result.ok, result.details["reference"]["failure"]) == (True, "ntp_no_reply")


async def test_a_reference_that_answers_is_told() -> None:
    async with udp(silence) as port, udp(ntp_reply()) as other:
        result = await probe("ntp", port, reference=f"{HOST}:{other}", timeout_s=0.3)
    assert verdict(result) == (False, "ntp_no_reply", "path")
    assert result.details["reference"] == "answers"


async def test_a_small_disagreement_does_not_matter() -> None:
    async with udp(ntp_reply(0.3)) as port, udp(ntp_reply()) as other:
        result = await probe("ntp", port, reference=f"{HOST}:{other}")
    assert verdict(result) == (True, None, None)
    assert result.details["disagreement_s"] == pytest.approx(0.3, abs=0.05)
