from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.simulator.listening import Listener
from bot.simulator.pki import Pki


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


def _app() -> web.Application:
    app = web.Application()
    app.router.add_get("/", _hello)
    return app


async def test_plain_application_answers_on_loopback() -> None:
    listener = Listener(_app())
    await listener.start()
    async with aiohttp.ClientSession() as session:
        async with session.get(listener.url) as response:
            assert await response.text() == "hello"
        await listener.close()
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(listener.url)


async def test_tls_application_has_https_address(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    listener = Listener(_app(), pki.context())
    await listener.start()
    async with (
        aiohttp.ClientSession() as session,
        session.get(listener.url, ssl=pki.client_context()) as response,
    ):
        assert (response.status, listener.url.split(":")[0]) == (200, "https")
    await listener.close()
