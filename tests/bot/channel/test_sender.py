from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.channel.connector import Connector
from bot.channel.limits import limits
from bot.channel.sender import Sender, activity_of, pause
from bot.channel.token import StaticToken
from bot.channel.trust import TrustedHosts
from bot.domain.conversation import Conversation, Message
from bot.domain.people import Person
from bot.errors import DeliveryDoubtful, DeliveryError
from bot.state.rates import Rates
from tests.support.connector import FakeConnector

CARD = {"type": "AdaptiveCard", "version": "1.5"}


class Waits:
    """Stands for `asyncio.sleep`: remembers instead of waiting."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def sender(session: aiohttp.ClientSession, waits: Waits) -> Sender:
    return Sender(Connector(session, StaticToken("t"), TrustedHosts(loopback=True)), sleep=waits)


@pytest.fixture
def chat(teams: FakeConnector) -> Conversation:
    return Conversation(id="a:1", service_url=teams.url, kind="personal", tenant="t", bot="28:b")


def refuse(teams: FakeConnector, *statuses: int, retry_after: str | None = None) -> None:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    teams.answers.extend(web.Response(status=status, headers=headers) for status in statuses)


async def test_text_is_sent_alone(sender: Sender, chat: Conversation, teams: FakeConnector) -> None:
    assert await sender.send(chat, Message(text="Bonjour")) == "sent-1"
    assert teams.calls[0].path == "/v3/conversations/a%3A1/activities"
    assert teams.calls[0].body == {
        "type": "message",
        "text": "Bonjour",
        "from": {"id": "28:b"},
        "conversation": {"id": "a:1"},
    }


def test_card_is_sent_with_its_summary() -> None:
    assert activity_of(Message(card=CARD, summary="Votre dossier")) == {
        "type": "message",
        "summary": "Votre dossier",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}],
    }


def test_attachment_of_teams_is_sent_alone() -> None:
    offer = {"contentType": "application/vnd.microsoft.teams.card.file.consent", "name": "x", "content": {}}
    assert activity_of(Message(attachment=offer)) == {"type": "message", "attachments": [offer]}


async def test_typing_keeps_to_the_pace(sender: Sender, chat: Conversation, teams: FakeConnector) -> None:
    await sender.typing(chat)
    assert [call.body for call in teams.calls] == [{"type": "typing"}]


async def test_processes_share_the_pace(
    session: aiohttp.ClientSession, chat: Conversation, waits: Waits, redis: Redis
) -> None:
    connector = Connector(session, StaticToken("t"), TrustedHosts(loopback=True))
    for _ in range(8):
        await Sender(connector, sleep=waits, rates=Rates(redis)).send(chat, Message(text="x"))
    assert len(waits.waited) == 1
    assert 0.5 < waits.waited[0] <= 1


@pytest.mark.parametrize("status", [412, 429])
async def test_throttled_message_is_left_to_the_caller(
    sender: Sender, chat: Conversation, teams: FakeConnector, waits: Waits, status: int
) -> None:
    refuse(teams, status, retry_after="3")
    with pytest.raises(DeliveryError) as caught:
        await sender.send(chat, Message(text="x"))
    assert (caught.value.status, caught.value.retry_after) == (status, 3.0)
    assert (waits.waited, len(teams.calls)) == ([], 1)


async def test_throttled_update_is_repeated(
    sender: Sender, chat: Conversation, teams: FakeConnector, waits: Waits
) -> None:
    refuse(teams, 429, 412, retry_after="3")
    await sender.update(chat, "card-1", Message(card=CARD))
    assert (waits.waited, len(teams.calls)) == ([3.0, 3.0], 3)


async def test_patience_ends_after_three_tries(
    sender: Sender, chat: Conversation, teams: FakeConnector
) -> None:
    refuse(teams, 429, 429, 429)
    with pytest.raises(DeliveryError) as caught:
        await sender.update(chat, "card-1", Message(card=CARD))
    assert (caught.value.status, len(teams.calls)) == (429, 3)


async def test_long_waits_are_left_to_the_caller(
    sender: Sender, chat: Conversation, teams: FakeConnector, waits: Waits
) -> None:
    refuse(teams, 429, retry_after="600")
    with pytest.raises(DeliveryError) as caught:
        await sender.update(chat, "card-1", Message(card=CARD))
    assert (caught.value.retry_after, waits.waited, len(teams.calls)) == (600.0, [], 1)


async def test_sending_begins_after_all_waiting(
    session: aiohttp.ClientSession, chat: Conversation, teams: FakeConnector
) -> None:
    order: list[str] = []

    async def wait(_seconds: float) -> None:
        order.append("wait")

    async def begin() -> None:
        order.append(f"begin, {len(teams.calls)} calls")

    class Login:
        async def token(self, instead_of: str = "") -> str:
            order.append("token")
            return "t"

    sender = Sender(Connector(session, Login(), TrustedHosts(loopback=True)), sleep=wait)
    for _ in range(8):
        await sender.send(chat, Message(text="x"), begin)
    assert order[-4:] == ["wait", "token", "begin, 7 calls", "token"]
    await sender.start_thread(teams.url, "t", "19:x", "28:b", Message(text="x"), begin)
    assert order[-3:] == ["token", "begin, 8 calls", "token"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
async def test_final_refusals_are_not_repeated(
    sender: Sender, chat: Conversation, teams: FakeConnector, status: int
) -> None:
    refuse(teams, status)
    with pytest.raises(DeliveryError) as caught:
        await sender.send(chat, Message(text="x"))
    assert (caught.value.status, len(teams.calls)) == (status, 1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_doubtful_message_is_never_repeated(
    sender: Sender, chat: Conversation, teams: FakeConnector, status: int
) -> None:
    refuse(teams, status)
    with pytest.raises(DeliveryDoubtful):
        await sender.send(chat, Message(text="x"))
    assert len(teams.calls) == 1


async def test_update_is_repeated_when_away(
    sender: Sender, chat: Conversation, teams: FakeConnector, waits: Waits
) -> None:
    refuse(teams, 503, 502)
    await sender.update(chat, "card-1", Message(card=CARD))
    assert [call.method for call in teams.calls] == ["PUT", "PUT", "PUT"]
    assert teams.calls[2].body["id"] == "card-1"
    assert len(waits.waited) == 2


async def test_thread_gets_its_own_conversation(sender: Sender, teams: FakeConnector) -> None:
    thread_id = "19:x@thread.tacv2;messageid=17"
    teams.answers.append(web.json_response({"id": thread_id, "activityId": "17"}, status=201))
    thread, first = await sender.start_thread(teams.url, "t", "19:x@thread.tacv2", "28:b", Message(card=CARD))
    assert first == "17"
    assert thread == Conversation(id=thread_id, service_url=teams.url, kind="channel", tenant="t", bot="28:b")
    assert teams.calls[0].body == {
        "isGroup": True,
        "bot": {"id": "28:b"},
        "tenantId": "t",
        "channelData": {"channel": {"id": "19:x@thread.tacv2"}, "tenant": {"id": "t"}},
        "activity": activity_of(Message(card=CARD)),
    }


async def test_thread_without_activity_id_has_one(sender: Sender, teams: FakeConnector) -> None:
    teams.answers.append(web.json_response({"id": "19:x;messageid=17"}))
    _, first = await sender.start_thread(teams.url, "t", "19:x", "28:b", Message(text="x"))
    assert first == "17"


async def test_thread_without_id_is_doubtful(sender: Sender, teams: FakeConnector) -> None:
    teams.answers.append(web.json_response({}))
    with pytest.raises(DeliveryDoubtful):
        await sender.start_thread(teams.url, "t", "19:x", "28:b", Message(text="x"))


async def test_all_pages_of_members_are_read(
    sender: Sender, chat: Conversation, teams: FakeConnector
) -> None:
    lea = {"id": "29:1", "name": "Léa", "aadObjectId": "o1", "userPrincipalName": "lea@x.fr"}
    teams.answers.append(web.json_response({"members": [lea], "continuationToken": "2"}))
    teams.answers.append(web.json_response({"members": [{"id": "29:2", "objectId": "o2"}]}))
    people = await sender.members(chat)
    assert people == (Person(id="29:1", name="Léa", aad="o1", upn="lea@x.fr"), Person(id="29:2", aad="o2"))


async def test_members_of_a_thread_are_the_channels(sender: Sender, teams: FakeConnector) -> None:
    thread = Conversation(
        id="19:x@thread.tacv2;messageid=1", service_url=teams.url, kind="channel", tenant="t", bot="b"
    )
    teams.answers.append(web.json_response({"members": []}))
    assert await sender.members(thread) == ()
    assert teams.calls[0].path.startswith("/v3/conversations/19%3Ax%40thread.tacv2/pagedmembers")


async def test_burst_keeps_to_the_pace(sender: Sender, chat: Conversation, waits: Waits) -> None:
    for _ in range(9):
        await sender.send(chat, Message(text="x"))
    assert len(waits.waited) == 2
    assert 0.5 < waits.waited[0] <= 1
    assert 1.5 < waits.waited[1] <= 2


@pytest.mark.parametrize(("attempt", "about"), [(1, 2.0), (2, 4.0), (3, 8.0), (9, 20.0)])
def test_pauses_double_up_to_a_limit(attempt: int, about: float) -> None:
    waited = pause(attempt, None, limits().delivery)
    assert about * 0.8 <= waited <= about * 1.2


def test_mentions_are_named_after_the_text() -> None:
    known, unknown = Person(id="29:1", name="Noor <b>"), Person(id="aad-2", name="Karim")
    sent = activity_of(Message(text="D'astreinte :", mentions=(known, unknown)))
    assert sent["text"] == "D'astreinte : <at>Noor &lt;b&gt;</at>, Karim"
    assert sent["entities"] == [
        {
            "type": "mention",
            "text": "<at>Noor &lt;b&gt;</at>",
            "mentioned": {"id": "29:1", "name": "Noor <b>"},
        }
    ]
    assert activity_of(Message(text="a")) == {"type": "message", "text": "a"}
