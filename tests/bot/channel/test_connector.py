from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.connector import Connector, open_session, parse_retry_after
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from bot.errors import DeliveryDoubtful, DeliveryError
from tests.support.connector import FakeConnector
from tests.support.login import login_service

THREAD = "19:abc@thread.tacv2;messageid=17/63"


@pytest.fixture
def connector(session: aiohttp.ClientSession, teams: FakeConnector) -> Connector:
    return Connector(session, StaticToken("secret"), TrustedHosts([teams.url.removeprefix("http://")]))


async def test_reply_names_what_it_answers(connector: Connector, teams: FakeConnector) -> None:
    assert await connector.send(teams.url, THREAD, {"type": "message"}, reply_to="1/2") == "sent-1"
    call = teams.calls[0]
    assert call.path == "/v3/conversations/19%3Aabc%40thread.tacv2%3Bmessageid%3D17%2F63/activities/1%2F2"
    assert (call.method, call.body, call.token) == ("POST", {"type": "message"}, "Bearer secret")


async def test_trailing_slash_is_not_doubled(connector: Connector, teams: FakeConnector) -> None:
    await connector.send(teams.url + "/fr/", "a", {})
    assert teams.calls[0].path == "/fr/v3/conversations/a/activities"


async def test_update_and_delete_name_the_activity(connector: Connector, teams: FakeConnector) -> None:
    await connector.update(teams.url, "a:1", "x", {"text": "é"})
    await connector.delete(teams.url, "a:1", "x")
    assert [(call.method, call.path, call.body) for call in teams.calls] == [
        ("PUT", "/v3/conversations/a%3A1/activities/x", {"text": "é"}),
        ("DELETE", "/v3/conversations/a%3A1/activities/x", None),
    ]


async def test_members_come_in_pages(connector: Connector, teams: FakeConnector) -> None:
    teams.answers.append(web.json_response({"members": [{"id": "29:1"}], "continuationToken": "n/2"}))
    page = await connector.members(teams.url, "a", 5, "n/1")
    assert teams.calls[0].path == "/v3/conversations/a/pagedmembers?pageSize=5&continuationToken=n%2F1"
    assert (page.members[0].id, page.continuation_token) == ("29:1", "n/2")


async def test_unreadable_members_are_an_error(connector: Connector, teams: FakeConnector) -> None:
    teams.answers.append(web.Response(text="<html>"))
    with pytest.raises(DeliveryError):
        await connector.members(teams.url, "a", 5)


async def test_taken_without_id_is_taken(connector: Connector, teams: FakeConnector) -> None:
    teams.answers.append(web.Response(status=202))
    assert await connector.send(teams.url, "a", {}) == ""


async def test_token_goes_to_trusted_hosts_only(session: aiohttp.ClientSession, teams: FakeConnector) -> None:
    with pytest.raises(DeliveryError):
        await Connector(session, StaticToken("secret"), TrustedHosts()).send(teams.url, "a", {})
    assert teams.calls == []


async def test_redirects_are_not_followed(connector: Connector, teams: FakeConnector) -> None:
    teams.answers.append(web.Response(status=307, headers={"Location": "http://127.0.0.1:1/"}))
    with pytest.raises(DeliveryError) as caught:
        await connector.send(teams.url, "a", {})
    assert caught.value.status == 307


async def test_without_token_none_is_sent(session: aiohttp.ClientSession, teams: FakeConnector) -> None:
    await Connector(session, StaticToken(), TrustedHosts(loopback=True)).send(teams.url, "a", {})
    assert teams.calls[0].token == ""


@pytest.mark.parametrize("status", [400, 403, 404, 412, 413, 429])
async def test_refusal_carries_its_status(connector: Connector, teams: FakeConnector, status: int) -> None:
    teams.answers.append(web.Response(status=status, headers={"Retry-After": "7"}))
    with pytest.raises(DeliveryError) as caught:
        await connector.send(teams.url, "a", {})
    assert type(caught.value) is DeliveryError
    assert (caught.value.status, caught.value.retry_after) == (status, 7.0)


@pytest.mark.parametrize("answer", [500, 502, 503, 504, "break"])
async def test_posts_may_have_been_taken(
    connector: Connector, teams: FakeConnector, answer: int | str
) -> None:
    teams.answers.append(answer if isinstance(answer, str) else web.Response(status=answer))
    with pytest.raises(DeliveryDoubtful):
        await connector.send(teams.url, "a", {})


async def test_updates_are_never_doubtful(connector: Connector, teams: FakeConnector) -> None:
    teams.answers.append(web.Response(status=503))
    with pytest.raises(DeliveryError) as caught:
        await connector.update(teams.url, "a", "x", {})
    assert (type(caught.value), caught.value.status) == (DeliveryError, 503)


async def test_silence_after_sending_is_doubtful(teams: FakeConnector) -> None:
    teams.answers.append("hang")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as session:
        with pytest.raises(DeliveryDoubtful):
            await Connector(session, StaticToken(), TrustedHosts(loopback=True)).send(teams.url, "a", {})


async def test_refused_connection_is_certainly_unsent(session: aiohttp.ClientSession) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(DeliveryError) as caught:
        await Connector(session, StaticToken(), TrustedHosts(loopback=True)).send(
            f"http://127.0.0.1:{port}", "a", {}
        )
    assert (type(caught.value), caught.value.status) == (DeliveryError, None)


class Login:
    """Gives tokens in turn: another one each time that one was refused."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    async def token(self, instead_of: str = "") -> str:
        if instead_of == self.tokens[0] and len(self.tokens) > 1:
            self.tokens.pop(0)
        return self.tokens[0]


async def test_stale_token_is_replaced_once(session: aiohttp.ClientSession, teams: FakeConnector) -> None:
    teams.answers.append(web.Response(status=401))
    connector = Connector(session, Login("old", "new", "newer"), TrustedHosts(loopback=True))
    assert await connector.send(teams.url, "a", {}) == "sent-2"
    teams.answers.extend([web.Response(status=401), web.Response(status=401)])
    with pytest.raises(DeliveryError) as caught:
        await connector.send(teams.url, "a", {})
    assert (type(caught.value), caught.value.status) == (DeliveryError, 401)
    assert [call.token for call in teams.calls] == [
        f"Bearer {token}" for token in ("old", "new", "new", "newer")
    ]


async def test_refused_only_token_is_not_repeated(connector: Connector, teams: FakeConnector) -> None:
    teams.answers.append(web.Response(status=401))
    with pytest.raises(DeliveryError):
        await connector.send(teams.url, "a", {})
    assert len(teams.calls) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"error": {"code": "ConversationBlockedByUser", "message": "x"}}', "ConversationBlockedByUser"),
        ('{"error": {"code": 5}}', ""),
        ('{"error": null}', ""),
        ("<html>", ""),
        ("", ""),
    ],
)
async def test_refusal_carries_its_code(
    connector: Connector, teams: FakeConnector, body: str, code: str
) -> None:
    teams.answers.append(web.Response(status=403, text=body))
    with pytest.raises(DeliveryError) as caught:
        await connector.send(teams.url, "a", {})
    assert (caught.value.status, caught.value.code) == (403, code)


async def test_typing_is_an_activity(connector: Connector, teams: FakeConnector) -> None:
    await connector.typing(teams.url, "a:1")
    assert (teams.calls[0].path, teams.calls[0].body) == (
        "/v3/conversations/a%3A1/activities",
        {"type": "typing"},
    )


async def test_many_calls_share_connections(connector: Connector, teams: FakeConnector) -> None:
    for _ in range(50):
        await connector.send(teams.url, "a", {})
    assert len(teams.peers) == 1


async def test_session_trusts_the_extra_ca(tmp_path: Path) -> None:
    with login_service(tmp_path) as service:
        url = f"{service.authority}/t/v2.0/.well-known/openid-configuration"
        async with open_session(service.ca_file) as session, session.get(url) as response:
            assert response.status == 200
        async with open_session() as other:
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await other.get(url)


NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        ("soon", None),
        ("-3", None),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
    ],
)
def test_retry_after_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text(max_size=40))
def test_odd_retry_after_breaks_nothing(header: str) -> None:
    seconds = parse_retry_after(header)
    assert seconds is None or seconds >= 0
