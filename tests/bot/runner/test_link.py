"""The runner's calls, against servers that are not the bot at its best."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.probe import ProbeReport
from bot.errors import ConfigurationError
from bot.runner.link import Link, Unreachable, Unwelcome, connect
from tests.support.certificates import Authority
from tests.support.netservers import HOST, Stream, cut_on_data, free_port, http, tcp

REPORT = ProbeReport(job="j1", runner="r1", results={})
CALLS: list[Callable[[Link], Awaitable[object]]] = [
    lambda link: link.hello(),
    lambda link: link.next_job(),
    lambda link: link.report(REPORT),
]


async def _say(answer: Stream, call: Callable[[Link], Awaitable[object]]) -> object:
    async with tcp(answer) as port, connect(f"http://{HOST}:{port}/", "lyon", "r1", "token") as link:
        return await call(link)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Later", "429 Slowly", "407 Proxy", "302 Found"])
async def test_a_bad_moment_is_unreachable(call: Callable[[Link], Awaitable[object]], status: str) -> None:
    with pytest.raises(Unreachable):
        await _say(http(status), call)


@pytest.mark.parametrize("call", CALLS)
async def test_a_cut_connection_is_unreachable(call: Callable[[Link], Awaitable[object]]) -> None:
    with pytest.raises(Unreachable):
        await _say(cut_on_data, call)


async def test_no_server_is_unreachable() -> None:
    async with connect(f"http://{HOST}:{free_port()}", "lyon", "r1", "token") as link:
        with pytest.raises(Unreachable):
            await link.hello()


@pytest.mark.parametrize(("status", "token"), [("401 No", True), ("410 Gone", False), ("400 Bad", False)])
async def test_a_refusal_is_unwelcome(status: str, token: bool) -> None:
    with pytest.raises(Unwelcome) as caught:
        await _say(http(status, "no"), CALLS[2])
    assert caught.value.token_refused is token


@pytest.mark.parametrize("call", CALLS[:2])
async def test_another_servers_page_is_unreachable(call: Callable[[Link], Awaitable[object]]) -> None:
    with pytest.raises(Unreachable, match="not an answer of the bot"):
        await _say(http("200 OK", "<html>Bienvenue</html>"), call)


async def test_no_job_is_none() -> None:
    assert await _say(http("204 No Content"), CALLS[1]) is None


async def test_the_bots_clock_is_compared() -> None:
    answer = http("200 OK", '{"site": {"id": "lyon"}, "time": "2020-01-01T00:00:00Z"}')
    async with tcp(answer) as port, connect(f"http://{HOST}:{port}", "lyon", "r1", "token") as link:
        hello, ahead = await link.hello()
    assert hello.site.id == "lyon"
    assert abs((datetime.now(UTC) + ahead - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds()) < 2


async def test_an_extra_ca_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "Bellecour Root")
    async with tcp(http("204 No Content"), authority.server("localhost")) as port:
        url = f"https://localhost:{port}"
        async with connect(url, "lyon", "r1", "token", authority.file) as link:
            assert await link.next_job() is None
        async with connect(url, "lyon", "r1", "token") as link:
            with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
                await link.next_job()


async def test_a_missing_ca_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.pem"):
        async with connect("https://localhost", "lyon", "r1", "token", tmp_path / "none.pem"):
            pass


async def test_the_proxy_of_the_machine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with tcp(http("204 No Content")) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://{HOST}:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with connect("http://bot.bellecour.example", "lyon", "r1", "token") as link:
            assert await link.next_job() is None
