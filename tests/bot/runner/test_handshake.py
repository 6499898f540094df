"""TLS below the probers: who answered, and where it went wrong."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from bot.probes.options import Options
from bot.runner.finding import Failed
from bot.runner.handshake import Route, chain_of, secured, seen, trust
from bot.runner.trace import Phases
from tests.support.certificates import Authority
from tests.support.lag import loop_lag
from tests.support.netservers import HOST, http, stay, tcp

NAME = "teams.microsoft.com"


@pytest.fixture(scope="module")
def microsoft(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("microsoft"), "Microsoft Corporation")


def _route(port: int) -> Route:
    deadline = asyncio.get_running_loop().time() + 1
    return Route((HOST,), port, NAME, deadline, {"server_name": NAME}, Phases())


async def test_the_chain_reaches_the_root(microsoft: Authority) -> None:
    options = Options(ca_file=str(microsoft.file))
    async with (
        tcp(stay, microsoft.server(NAME)) as port,
        secured(_route(port), await trust(options), options) as line,
    ):
        assert line.tls is not None
        chains = [chain_of(line.tls, verified=verified) for verified in (True, False)]
    assert [len(chain) for chain in chains] == [2, 1]
    assert chains[0][-1].self_signed


async def test_a_system_that_trusts_the_inspector_is_not_fooled(tmp_path: Path) -> None:
    proxy = Authority(tmp_path, "Bellecour Inspection")
    options = Options(ca_file=str(proxy.file), issuers=("Microsoft Corporation",))
    async with tcp(stay, proxy.server(NAME)) as port:
        with pytest.raises(Failed) as caught:
            async with secured(_route(port), await trust(options), options):
                raise AssertionError
    assert caught.value.finding.failure == "tls_intercepted"
    assert caught.value.finding.details["issuer_organisation"] == "Bellecour Inspection"


async def test_the_answer_to_the_hello_is_read(microsoft: Authority) -> None:
    options = Options(ca_file=str(microsoft.file))
    async with tcp(http("407 Proxy Authentication Required", Server="squid")) as port:
        with pytest.raises(Failed) as caught:
            async with secured(_route(port), await trust(options), options):
                raise AssertionError
    assert caught.value.finding.details["http"] == {"status": 407, "location": "", "server": "squid"}


async def test_roots_are_read_once(microsoft: Authority) -> None:
    options = Options(ca_file=str(microsoft.file), tls_version="1.3")
    contexts = await asyncio.gather(*(trust(options) for _ in range(20)))
    assert len(set(map(id, contexts))) == 1
    assert contexts[0].minimum_version is ssl.TLSVersion.TLSv1_3


async def test_reading_roots_leaves_the_loop_free(microsoft: Authority) -> None:
    with loop_lag() as lag:
        for version in ("1.2", None):
            await trust(Options(ca_file=str(microsoft.file), tls_version=version))
    assert lag.longest_s < 0.1


def test_no_chain_says_nothing() -> None:
    assert seen((), Options(at_clock=0)) == {}
