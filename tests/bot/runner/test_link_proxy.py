"""Many sites let a box out only through a proxy: HTTPS to the bot goes through CONNECT, the bot's certificate is still checked."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.runner.link import Unreachable, connect
from tests.support.certificates import Authority
from tests.support.netservers import HOST, http, tcp


class Proxy:
    """A CONNECT proxy that leads every host to one port of this machine."""

    def __init__(self, port: int, status: str = "200 Connection established") -> None:
        self.asked: list[str] = []
        self._port, self._status = port, status

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split(b"\r\n", 1)[0].decode())
        writer.write(f"HTTP/1.1 {self._status}\r\n\r\n".encode())
        if not self._status.startswith("200"):
            writer.close()
            return
        there, back = await asyncio.open_connection(HOST, self._port)
        await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(4096):
            sink.write(data)
            await sink.drain()
        sink.close()


@pytest.fixture(autouse=True)
def _no_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


async def test_https_goes_through_the_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path, "Bellecour Root")
    async with tcp(http("204 No Content"), authority.server("bot.bellecour.example")) as bot:
        proxy = Proxy(bot)
        async with tcp(proxy.serve) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"http://{HOST}:{port}")
            async with connect("https://bot.bellecour.example", "lyon", "r1", "t", authority.file) as link:
                assert await link.next_job() is None
    assert proxy.asked == ["CONNECT bot.bellecour.example:443 HTTP/1.1"]


async def test_a_proxy_that_refuses_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    async with tcp(Proxy(0, "407 Proxy Authentication Required").serve) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{HOST}:{port}")
        async with connect("https://bot.bellecour.example", "lyon", "r1", "t") as link:
            with pytest.raises(Unreachable, match="407"):
                await link.next_job()
