"""A pack of probes takes as long as its slowest, and every prober keeps its time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.domain.probe import ProbeSpec
from bot.runner.local import run_specs
from bot.runner.probe import run_probe
from tests.support.certificates import Authority
from tests.support.netservers import (
    HOST,
    Names,
    black_hole,
    http,
    ntp_reply,
    resolver,
    silence,
    stay,
    stun_reply,
    tcp,
    udp,
)

NAME = "teams.microsoft.com"


async def test_a_pack_of_thirty_takes_as_long_as_its_slowest(tmp_path: Path) -> None:
    microsoft = Authority(tmp_path, "Microsoft Corporation")
    async with (
        tcp(stay, microsoft.server(NAME)) as tls,
        tcp(http("200 OK")) as web,
        udp(stun_reply) as relay,
        udp(ntp_reply()) as clock,
        udp(silence) as deaf,
        resolver(Names({NAME: HOST})) as at,
    ):
        own = {"tls": {"server_name": NAME, "ca_file": str(microsoft.file)}, "dns": {"resolver": at}}
        ports = {"tcp": tls, "tls": tls, "http": web, "stun": relay, "ntp": clock}
        some = [
            ProbeSpec(
                prober=kind, host=NAME if kind == "dns" else HOST, port=ports.get(kind), options=options
            )
            for kind in ("dns", "tcp", "tls", "http", "stun", "ntp")
            for options in [{"timeout_s": 1.0, **own.get(kind, {})}]
        ]
        slow = ProbeSpec(prober="stun", host=HOST, port=deaf, options={"timeout_s": 1.0})
        specs = [*some * 4, *[slow] * 6]
        began = time.perf_counter()
        results = await run_specs(specs)
        whole_ms = (time.perf_counter() - began) * 1000
    slowest_ms = max(result.ms or 0 for result in results)
    assert [result.ok for result in results] == [True] * 24 + [None] * 6
    print(f"\n30 probes {whole_ms:.0f} ms, the slowest {slowest_ms:.0f} ms")
    assert len(specs) == 30
    assert slowest_ms >= 900
    assert whole_ms <= slowest_ms * 1.1 + 100


@pytest.mark.parametrize("prober", ["dns", "tcp", "tls", "http", "stun", "ntp", "quality"])
async def test_every_prober_keeps_the_deadline(prober: str) -> None:
    with black_hole() as port:
        async with udp(silence, port):
            at = {"resolver": f"{HOST}:{port}"} if prober == "dns" else {}
            spec = ProbeSpec(
                prober=prober,
                host=NAME if prober == "dns" else HOST,
                port=port,
                options={"timeout_s": 0.3, **at},
            )
            began = time.perf_counter()
            result = await run_probe(spec)
    assert result.ok is not True
    assert 0.25 < time.perf_counter() - began < 0.5
