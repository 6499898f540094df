from __future__ import annotations

import json

import aiohttp
import pytest
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference

from bot.channel.activities import as_sdk, parse_activity
from bot.channel.adapter import PooledAdapter
from bot.channel.connector import Connector
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from tests.support.activities import message
from tests.support.connector import FakeConnector


@pytest.fixture
def adapter(session: aiohttp.ClientSession, teams: FakeConnector) -> PooledAdapter:
    return PooledAdapter(Connector(session, StaticToken("t"), TrustedHosts(loopback=True)))


def incoming(teams: FakeConnector, **changes: object) -> Activity:
    return as_sdk(parse_activity(json.dumps(message(teams.url, **changes)).encode()))


async def test_echo_is_a_reply(adapter: PooledAdapter, teams: FakeConnector) -> None:
    async def echo(context: TurnContext) -> None:
        sent = await context.send_activity(f"echo: {context.activity.text}")
        assert sent is not None
        assert sent.id == "sent-1"

    assert await adapter.process(incoming(teams, text="bonjour"), echo) is None
    call = teams.calls[0]
    assert call.path == "/v3/conversations/a%3A1/activities/1763800000000"
    assert call.body["text"] == "echo: bonjour"
    assert call.body["recipient"]["aadObjectId"] == "aad-1"
    assert call.body["replyToId"] == "1763800000000"


async def test_update_and_delete_go_through(adapter: PooledAdapter, teams: FakeConnector) -> None:
    async def logic(context: TurnContext) -> None:
        await context.update_activity(Activity(type="message", id="x", text="new"))
        await context.delete_activity("x")

    await adapter.process(incoming(teams), logic)
    assert [(call.method, call.path) for call in teams.calls] == [
        ("PUT", "/v3/conversations/a%3A1/activities/x"),
        ("DELETE", "/v3/conversations/a%3A1/activities/x"),
    ]


async def test_returned_response_answers_the_invoke(adapter: PooledAdapter, teams: FakeConnector) -> None:
    async def logic(_: TurnContext) -> InvokeResponse:
        return InvokeResponse(status=200, body={"a": 1})

    reply = await adapter.process(incoming(teams, type="invoke"), logic)
    assert reply is not None
    assert (reply.status, reply.body) == (200, {"a": 1})


async def test_sent_response_answers_the_invoke(adapter: PooledAdapter, teams: FakeConnector) -> None:
    async def logic(context: TurnContext) -> None:
        value = InvokeResponse(status=200, body={"b": 2})
        await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=value))

    reply = await adapter.process(incoming(teams, type="invoke"), logic)
    assert reply is not None
    assert (reply.body, teams.calls) == ({"b": 2}, [])


async def test_unanswered_invoke_is_acknowledged(adapter: PooledAdapter, teams: FakeConnector) -> None:
    async def logic(_: TurnContext) -> None:
        return None

    reply = await adapter.process(incoming(teams, type="invoke"), logic)
    assert reply is not None
    assert (reply.status, reply.body) == (200, None)


async def test_traces_stay_at_home(adapter: PooledAdapter, teams: FakeConnector) -> None:
    async def logic(context: TurnContext) -> None:
        await context.send_trace_activity("debug", {"x": 1})

    await adapter.process(incoming(teams), logic)
    assert teams.calls == []


async def test_proactive_turn_reaches_the_conversation(adapter: PooledAdapter, teams: FakeConnector) -> None:
    reference: ConversationReference = TurnContext.get_conversation_reference(incoming(teams))

    async def logic(context: TurnContext) -> None:
        await context.send_activity("c'est réparé")

    await adapter.continue_conversation(reference, logic)
    assert teams.calls[0].body["text"] == "c'est réparé"
    assert teams.calls[0].path.startswith("/v3/conversations/a%3A1/activities")
