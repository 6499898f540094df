import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace

from bot.errors import ConfigurationError
from bot.graph.answer import Part, path_of, relative
from bot.graph.breaker import OPEN
from bot.graph.client import GraphClient, connect
from bot.graph.errors import GraphError
from bot.graph.lanes import Lanes
from bot.graph.limits import Budget, limits
from bot.graph.patience import Patience
from bot.graph.token import MsalTokens
from bot.simulator.listening import Listener
from bot.simulator.quirks import real_limits
from tests.support.tenant import CAMILLE, Tenant

SKUS = Part(path="/subscribedSkus")
USER = path_of("users", CAMILLE)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Tokens:
    async def token(self, instead_of: str = "") -> str:
        return "t"


@pytest.fixture
async def odd() -> AsyncIterator[Callable[[Handler], Awaitable[GraphClient]]]:
    """Makes clients of a Graph that answers whatever a test wants."""
    listeners, clients = [], []

    async def make(handler: Handler) -> GraphClient:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        listener = Listener(app)
        await listener.start()
        client = GraphClient(listener.url, Tokens(), aiohttp.ClientSession())
        listeners.append(listener)
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.close()
    for listener in listeners:
        await listener.close()


@asynccontextmanager
async def tight(graph: GraphClient, tenant: Tenant, lanes: Lanes) -> AsyncIterator[GraphClient]:
    """Another client of the same Graph, with budgets of its own."""
    client = GraphClient(
        tenant.graph.url, MsalTokens(tenant.settings()), aiohttp.ClientSession(), lanes=lanes
    )
    yield client
    await client.close()


async def test_resource_is_read_with_selection(graph: GraphClient, tenant: Tenant) -> None:
    body = await graph.get(USER, {"$select": "id,accountEnabled"})
    assert body["id"] == tenant.camille.id
    assert "displayName" not in body


async def test_requests_share_token_and_connection(graph: GraphClient, tenant: Tenant) -> None:
    await asyncio.gather(*(graph.get(USER) for _ in range(5)))
    assert tenant.login.issued == 1
    assert len(tenant.graph.requests) == 5


async def test_refused_token_is_replaced(graph: GraphClient, tenant: Tenant) -> None:
    tenant.login.lifetime = timedelta(seconds=-10)
    with pytest.raises(GraphError) as caught:
        await graph.get(USER)
    assert (caught.value.status, caught.value.code) == (401, "InvalidAuthenticationToken")
    assert tenant.login.issued == 2
    tenant.login.lifetime = timedelta(hours=1)
    assert await graph.get(USER)


async def test_error_has_status_and_code(graph: GraphClient, tenant: Tenant) -> None:
    with pytest.raises(GraphError) as missing:
        await graph.get(path_of("users", "nobody@bellecour.example"))
    assert (missing.value.status, missing.value.code) == (404, "Request_ResourceNotFound")
    tenant.login.permissions.clear()
    fresh = connect(tenant.settings())
    with pytest.raises(GraphError) as forbidden:
        await fresh.get(USER)
    assert forbidden.value.forbidden
    await fresh.close()


async def test_all_pages_are_read(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.page_size = 1
    rows = await graph.get_all("/admin/serviceAnnouncement/healthOverviews")
    assert [row["service"] for row in rows] == ["Exchange Online", "Microsoft Teams"]


async def test_retry_after_is_kept(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(1, retry_after="0.3")
    began = time.monotonic()
    assert await graph.get(USER)
    assert time.monotonic() - began >= 0.3
    assert len(tenant.graph.requests) == 2


async def test_unavailable_without_date_backs_off(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(1, status=503, retry_after=None)
    assert await graph.get(USER)
    assert len(tenant.graph.requests) == 2


async def test_too_long_throttling_is_an_error(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(9, retry_after="120")
    began = time.monotonic()
    with pytest.raises(GraphError) as caught:
        await graph.get(USER)
    assert caught.value.status == 429
    assert time.monotonic() - began < 2
    assert len(tenant.graph.requests) == 1


async def test_batch_answers_in_order(graph: GraphClient, tenant: Tenant) -> None:
    parts = [Part(path=USER), Part(path=path_of("users", "nobody@x.example")), SKUS]
    answers = await graph.batch(parts)
    assert [answer.status for answer in answers] == [200, 404, 200]
    assert answers[0].body["id"] == tenant.camille.id
    assert answers[1].code == "Request_ResourceNotFound"
    with pytest.raises(GraphError):
        answers[1].value()
    assert tenant.graph.requests == ["POST /v1.0/$batch"]


async def test_long_batch_is_cut(graph: GraphClient, tenant: Tenant) -> None:
    answers = await graph.batch([SKUS] * 45)
    assert all(answer.ok for answer in answers)
    assert len(tenant.graph.requests) == 3


async def test_throttled_part_is_asked_again_alone(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(1, path="/subscribedSkus", retry_after="0.2")
    answers = await graph.batch([Part(path=USER), SKUS])
    assert [answer.status for answer in answers] == [200, 200]
    assert [call.rpartition("/")[2] for call in tenant.graph.calls].count("subscribedSkus") == 2
    assert len(tenant.graph.calls) == 3


async def test_part_that_stays_throttled_fails_alone(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(9, path="/subscribedSkus", retry_after="60")
    answers = await graph.batch([Part(path=USER), SKUS])
    assert [answer.status for answer in answers] == [200, 429]


async def test_throttled_batch_waits_as_whole(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(1, path="$batch", retry_after="0.1")
    assert [answer.status for answer in await graph.batch([SKUS])] == [200]


async def test_action_sends_its_body(graph: GraphClient, tenant: Tenant) -> None:
    part = Part(path=f"{USER}/checkMemberGroups", method="POST", body={"groupIds": ["a"]})
    assert await graph.post(part.path, {"groupIds": ["a"]}) == {
        "@odata.context": f"{tenant.graph.url}/v1.0/$metadata",
        "value": [],
    }
    assert (await graph.batch([part]))[0].body["value"] == []


async def test_page_on_other_host_is_refused(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"value": [], "@odata.nextLink": "http://127.0.0.1:9/v1.0/x"})

    client = await odd(answer)
    with pytest.raises(GraphError, match="another host"):
        await client.get_all("/x")


async def test_endless_pages_come_to_end(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"value": [{}], "@odata.nextLink": str(request.url)})

    client = await odd(answer)
    with pytest.raises(GraphError, match="more than 50 pages"):
        await client.get_all("/x")


@pytest.mark.parametrize("link", ["http://[", "http://", "//", "http://127.0.0.1:x/", 7, "\n"])
async def test_page_without_address_is_refused(
    odd: Callable[[Handler], Awaitable[GraphClient]], link: object
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"value": [], "@odata.nextLink": link})

    client = await odd(answer)
    with pytest.raises(GraphError, match="another host"):
        await client.get_all("/x")


@pytest.mark.parametrize("body", [{}, {"value": None}, {"value": {}}, {"value": [None]}, []])
async def test_what_is_no_list_is_not_empty(
    odd: Callable[[Handler], Awaitable[GraphClient]], body: object
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(body)

    client = await odd(answer)
    with pytest.raises(GraphError, match="no list"):
        await client.get_all("/x")


async def test_gigantic_answer_is_given_up(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while sent < 400:
                await response.write(b" " * 1024 * 1024)
                sent += 1
        return response

    client = await odd(answer)
    with pytest.raises(GraphError, match="more than can be read"):
        await client.get("/x")
    assert sent < 60


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"[1, 2", b'{"a": "\xff"}', b"[" * 200_000])
async def test_answer_must_be_json(odd: Callable[[Handler], Awaitable[GraphClient]], body: bytes) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body)

    client = await odd(answer)
    with pytest.raises(GraphError, match="not JSON"):
        await client.get("/x")


async def test_refusal_need_not_be_json(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=502, text="<html>Bad gateway")

    client = await odd(answer)
    with pytest.raises(GraphError) as caught:
        await client.get("/x")
    assert caught.value.status == 502


async def test_forgotten_part_has_no_answer(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"responses": [{"id": "0", "status": "fine", "body": 5}, None]})

    client = await odd(answer)
    answers = await client.batch([SKUS, SKUS])
    assert [one.status for one in answers] == [0, 0]
    assert "unanswered" in answers[1].message


async def test_redirect_is_not_followed(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:9/")

    client = await odd(answer)
    with pytest.raises(GraphError) as caught:
        await client.get("/x")
    assert caught.value.status == 302


async def test_unreachable_graph_is_an_error() -> None:
    client = GraphClient("http://127.0.0.1:1", Tokens(), aiohttp.ClientSession())
    with pytest.raises(GraphError, match="cannot be reached") as caught:
        await client.get("/x")
    assert caught.value.status is None
    await client.close()


async def test_used_up_budget_is_waited_for(graph: GraphClient, tenant: Tenant) -> None:
    signins = Part(path="/auditLogs/signIns")
    lanes = Lanes(replace(limits(), budget=(Budget(path=signins.path, calls=2, seconds=0.4),)))
    async with tight(graph, tenant, lanes) as client:
        began = time.monotonic()
        answers = await client.batch([Part(path=USER), *[signins] * 3])
    assert all(answer.ok for answer in answers)
    assert time.monotonic() - began >= 0.4
    assert tenant.graph.requests == ["POST /v1.0/$batch", "GET /v1.0/auditLogs/signIns"]


async def test_published_sign_in_rate_is_kept(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.limits = real_limits()
    patience = Patience(limit_s=5)
    answers = await graph.batch([Part(path="/auditLogs/signIns")] * 12, patience=patience)
    assert [answer.status for answer in answers].count(200) == 5
    assert {answer.message for answer in answers if not answer.ok} == {"there is no time left to wait for it"}
    assert tenant.graph.limits[0].refused == 0


async def test_dead_graph_is_not_asked_again(odd: Callable[[Handler], Awaitable[GraphClient]]) -> None:
    asked = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=500)

    client = await odd(answer)
    for _ in range(10):
        with pytest.raises(GraphError):
            await client.get("/x")
    assert asked == limits().breaker.failures
    with pytest.raises(GraphError, match="does not answer") as caught:
        await client.get("/x")
    assert caught.value.code == OPEN


async def test_refusals_do_not_open_the_circuit(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.denied = {"User.Read.All"}
    for _ in range(10):
        assert (await graph.call("GET", USER)).status == 403
    tenant.graph.denied = set()
    assert await graph.get(USER)


async def test_answer_can_be_cited(graph: GraphClient, tenant: Tenant) -> None:
    answer = await graph.call("GET", USER)
    assert str(uuid.UUID(answer.request_id)) == answer.request_id
    tenant.graph.denied = {"User.Read.All"}
    with pytest.raises(GraphError, match=r"\(request-id [0-9a-f-]{36}\)"):
        await graph.get(USER)


async def test_change_makes_kept_answers_worthless(graph: GraphClient) -> None:
    graph.shelf.put("subscribed_skus", [])
    await graph.batch([SKUS])
    assert graph.shelf.get("subscribed_skus") is not None
    await graph.post(f"{USER}/checkMemberGroups", {"groupIds": ["a"]})
    assert graph.shelf.get("subscribed_skus") is None


async def test_expired_token_costs_one_call_more(graph: GraphClient, tenant: Tenant) -> None:
    await graph.get(USER)
    tenant.graph.expire_tokens()
    assert await graph.get(USER)
    assert len(tenant.graph.requests) == 3


async def test_missing_settings_are_told_early(tenant: Tenant) -> None:
    with pytest.raises(ConfigurationError):
        connect(tenant.settings(tenant_id=None))


@pytest.mark.parametrize(
    ("segments", "path"),
    [
        (("users", "a@b.example"), "/users/a@b.example"),
        (("users", "o'brien#ext#@b.example"), "/users/o%27brien%23ext%23@b.example"),
        (("users", "../groups"), "/users/..%2Fgroups"),
        (("users", "a?b"), "/users/a%3Fb"),
    ],
)
def test_path_segments_are_escaped(segments: tuple[str, ...], path: str) -> None:
    assert path_of(*segments) == path


def test_query_is_escaped_for_odata() -> None:
    params = {"$filter": "userId eq 'x&y'", "$top": "5"}
    assert relative("/a", params) == "/a?$filter=userId%20eq%20'x%26y'&$top=5"
    assert relative("/a", {}) == "/a"
