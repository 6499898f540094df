from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace

from bot.channel.files import CloudFiles
from bot.channel.limits import limits
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from bot.domain.file import SentFile
from bot.errors import DeliveryError, FileRefused
from tests.support.signing import serving

BOUNDS = replace(limits().files, max_bytes=1000, read_s=0.2)


@dataclass
class Cloud:
    """A host that keeps files; `answer` is what it does next."""

    url: str = ""
    answer: web.StreamResponse | str = "file"
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    put: list[tuple[str, bytes]] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.raw_path, request.headers.get("Authorization", "")))
        if request.method == "PUT":
            self.put.append((request.headers["Content-Range"], await request.read()))
        if isinstance(self.answer, web.StreamResponse):
            answer, self.answer = self.answer, "file"
            return answer
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first ")
        if self.answer == "break":
            assert request.transport is not None
            request.transport.abort()
        elif self.answer == "hang":
            await self.hold.wait()
        await response.write(b"second")
        return response


@asynccontextmanager
async def cloud() -> AsyncIterator[Cloud]:
    made = Cloud()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made.serve)
    async with serving(app) as url:
        made.url = url
        yield made
        made.hold.set()


@pytest.fixture
async def host() -> AsyncIterator[Cloud]:
    async with cloud() as made:
        yield made


@pytest.fixture
async def other() -> AsyncIterator[Cloud]:
    async with cloud() as made:
        yield made


def files(session: aiohttp.ClientSession, *trusted: Cloud) -> CloudFiles:
    hosts = TrustedHosts([made.url.removeprefix("http://") for made in trusted])
    return CloudFiles(session, StaticToken("secret"), hosts, bounds=BOUNDS)


def sent(url: str, *, inline: bool = False) -> SentFile:
    return SentFile(id="f1", name="x.log", url=url, inline=inline)


async def fetched(client: CloudFiles, file: SentFile, service_url: str = "http://127.0.0.1:1/emea/") -> bytes:
    return b"".join([chunk async for chunk in client.fetch(file, service_url)])


def moved(url: str) -> web.Response:
    return web.Response(status=302, headers={"Location": url})


async def test_file_is_fetched_without_token(session: aiohttp.ClientSession, host: Cloud) -> None:
    path = "/x/download.aspx?UniqueId=a%2Bb&tempauth=v1.e%3D%3D"
    assert await fetched(files(session, host), sent(host.url + path)) == b"first second"
    assert host.asked == [("GET", path, "")]


async def test_image_is_fetched_with_token(session: aiohttp.ClientSession, host: Cloud) -> None:
    image = sent(f"{host.url}/emea/v3/attachments/1/views/original", inline=True)
    await fetched(files(session), image, f"{host.url}/emea/")
    assert host.asked[0][2] == "Bearer secret"


async def test_token_never_goes_to_another_host(
    session: aiohttp.ClientSession, host: Cloud, other: Cloud
) -> None:
    """Not even to one that is trusted with files, be it named at once or by a redirect."""
    client, own = files(session, host, other), f"{host.url}/emea/"
    host.answer = moved(f"{other.url}/stolen")
    for url in (f"{other.url}/image", f"{host.url}/image", f"{host.url}@127.0.0.1/x", "not an address"):
        with pytest.raises(FileRefused) as caught:
            await fetched(client, sent(url, inline=True), own)
        assert caught.value.why == "untrusted"
    assert other.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest", "https://evil.example/x", "file:///etc/passwd", "", "http://[::1/x"],
)
async def test_strange_hosts_are_not_asked(session: aiohttp.ClientSession, url: str) -> None:
    with pytest.raises(FileRefused) as caught:
        await fetched(files(session), sent(url))
    assert caught.value.why == "untrusted"


async def test_redirects_stay_among_the_trusted(
    session: aiohttp.ClientSession, host: Cloud, other: Cloud
) -> None:
    host.answer = moved(f"{other.url}/there?x=1")
    assert await fetched(files(session, host, other), sent(host.url)) == b"first second"
    host.answer = moved(f"{other.url}/there")
    with pytest.raises(FileRefused) as caught:
        await fetched(files(session, host), sent(host.url))
    assert caught.value.why == "untrusted"
    assert len(other.asked) == 1


async def test_redirects_have_an_end(session: aiohttp.ClientSession, host: Cloud) -> None:
    class Circle(Cloud):
        async def serve(self, request: web.Request) -> web.StreamResponse:
            self.asked.append(("", "", ""))
            return moved("/again")

    app, circle = web.Application(), Circle()
    app.router.add_route("*", "/{tail:.*}", circle.serve)
    async with serving(app) as url:
        circle.url = url
        with pytest.raises(FileRefused) as caught:
            await fetched(files(session, circle), sent(url))
    assert (caught.value.why, len(circle.asked)) == ("not_fetched", BOUNDS.redirects + 1)


@pytest.mark.parametrize(
    ("status", "why"),
    [(401, "expired"), (403, "expired"), (404, "expired"), (410, "expired"), (500, "not_fetched")],
)
async def test_final_refusal_says_why(
    session: aiohttp.ClientSession, host: Cloud, status: int, why: str
) -> None:
    host.answer = web.Response(status=status)
    with pytest.raises(FileRefused) as caught:
        await fetched(files(session, host), sent(host.url))
    assert caught.value.why == why


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_passing_refusal_may_be_tried_again(
    session: aiohttp.ClientSession, host: Cloud, status: int
) -> None:
    host.answer = web.Response(status=status, headers={"Retry-After": "3"})
    with pytest.raises(DeliveryError) as caught:
        await fetched(files(session, host), sent(host.url))
    assert (caught.value.status, caught.value.retry_after) == (status, 3)


@pytest.mark.parametrize("answer", ["break", "hang"])
async def test_broken_download_may_be_tried_again(
    session: aiohttp.ClientSession, host: Cloud, answer: str
) -> None:
    host.answer = answer
    with pytest.raises(DeliveryError):
        await fetched(files(session, host), sent(host.url))


async def test_big_file_is_not_begun(session: aiohttp.ClientSession, host: Cloud) -> None:
    host.answer = web.Response(body=b"x" * 1001)
    with pytest.raises(FileRefused) as caught:
        await fetched(files(session, host), sent(host.url))
    assert caught.value.why == "too_big"


@pytest.mark.parametrize("status", [200, 201])
async def test_upload_is_one_whole_range(session: aiohttp.ClientSession, host: Cloud, status: int) -> None:
    host.answer = web.Response(status=status)
    await files(session, host).upload(f"{host.url}/up?tempauth=a%3D", b"12345")
    assert host.put == [("bytes 0-4/5", b"12345")]
    assert host.asked == [("PUT", "/up?tempauth=a%3D", "")]


async def test_upload_goes_to_trusted_hosts(
    session: aiohttp.ClientSession, host: Cloud, other: Cloud
) -> None:
    with pytest.raises(FileRefused):
        await files(session, host).upload(f"{other.url}/up", b"x")
    host.answer = web.Response(status=409)
    with pytest.raises(FileRefused):
        await files(session, host).upload(f"{host.url}/up", b"x")
    host.answer = web.Response(status=503)
    with pytest.raises(DeliveryError):
        await files(session, host).upload(f"{host.url}/up", b"x")
    assert other.asked == []
