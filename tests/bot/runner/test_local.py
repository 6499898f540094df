"""Probes from this machine, as `decroche probe` runs them."""

from __future__ import annotations

import contextlib
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import ProbeSpec
from bot.errors import ConfigurationError
from bot.runner.local import parse_targets, run_specs
from tests.support.mutation import inputs, malformed
from tests.support.netservers import HOST, free_port, silence, stay, stun_reply, tcp, udp


def test_targets_are_read() -> None:
    specs = parse_targets(
        b'[{"prober": "dns", "host": "a.example"}, {"prober": "tcp", "host": "b", "port": 1}]'
    )
    assert specs == (ProbeSpec(prober="dns", host="a.example"), ProbeSpec(prober="tcp", host="b", port=1))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cannot be read"),
        (b"{}", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b'[{"prober": "dns"}]', "host"),
        (b'[{"prober": "dns", "host": ""}]', "target 0"),
        (b'[{"prober": "tcp", "host": "a", "port": 70000}]', "target 0"),
        (b'[{"prober": "tcp", "host": "a", "port": "443"}]', "cannot be read"),
        (b'[{"prober": "tcp", "host": "a", "options": {"timeout_s": -1}}]', "target 0"),
        (b"[" * 5000, "cannot be read"),
    ],
)
def test_a_bad_file_says_why(data: bytes, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        parse_targets(data)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(ConfigurationError):
        assert parse_targets(data) == ()


async def test_results_keep_the_order() -> None:
    async with tcp(stay) as port, udp(stun_reply) as relay:
        specs = [
            ProbeSpec(prober="tcp", host=HOST, port=port),
            ProbeSpec(prober="stun", host=HOST, port=relay),
            ProbeSpec(prober="tcp", host=HOST, port=free_port()),
            ProbeSpec(prober="gopher", host=HOST),
        ]
        results = await run_specs(specs)
    assert [result.ok for result in results] == [True, True, False, None]
    assert [result.prober for result in results] == [spec.prober for spec in specs]


async def test_results_are_plain_json() -> None:
    async with udp(stun_reply) as relay:
        results = await run_specs([ProbeSpec(prober="stun", host=HOST, port=relay)])
    told = msgspec.json.decode(msgspec.json.encode(results))[0]
    assert list(told) == ["prober", "host", "port", "ok", "failure", "at", "ms", "details"]


async def test_slow_probes_run_at_once() -> None:
    began = time.monotonic()
    async with udp(silence) as port:
        spec = ProbeSpec(prober="ntp", host=HOST, port=port, options={"timeout_s": 0.3})
        await run_specs([spec] * 10)
    assert time.monotonic() - began < 1.5


@pytest.mark.fuzz
def test_no_malformed_file_breaks_the_reader() -> None:
    seed = (
        b'[{"prober":"tls","host":"a.example","port":443,"options":{"timeout_s":2,"resolver":"10.0.0.53:53",'
        b'"ranges":["52.112.0.0/14"],"at_clock":"2026-11-22T12:00:00","tls_version":"1.3","count":5}},'
        b'{"prober":"dns","host":"b","options":{"at_clock":1e9,"reference_resolver":"[::1]:53"}}]'
    )
    read = 0
    for data in malformed((seed,)):
        with contextlib.suppress(ConfigurationError):
            read += len(parse_targets(data))
    assert read > inputs() / 1000
