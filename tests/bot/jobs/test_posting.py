from __future__ import annotations

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.conversation import Message
from bot.domain.events import Show, Tell
from bot.jobs.desk import conversation_key
from bot.jobs.posting import thread_key
from bot.state.outbox import Item
from tests.support.rig import BANNER, CHANNEL, CHAT, Rig, said

TEXT = Message(text="bonjour")
TO_HELPDESK = Tell(to="helpdesk", text="x")
TO_EMPLOYEE = Tell(to="employee", text="x")


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


async def begun() -> None:
    """Nothing is to be noted before a message goes out."""


def item(case: str = "D-1001") -> Item:
    return Item(id="1", queue="q", case=case, effect=TO_EMPLOYEE, conversation=CHAT)


async def test_employee_is_written_to_where_last_heard(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    case = await rig.case()
    elsewhere = replace(item(), conversation=replace(CHAT, id="19:thread", kind="channel"))
    posted = await rig.posting.post(case, TO_EMPLOYEE, elsewhere, TEXT, begun)
    assert posted is not None
    assert (posted.conversation, posted.activity, posted.records) == (CHAT, "m1", {})
    assert rig.teams.to(CHAT.id) == ["bonjour"]


async def test_without_case_conversation_of_item_counts(rig: Rig) -> None:
    posted = await rig.posting.post(None, TO_EMPLOYEE, item(""), TEXT, begun)
    assert posted is not None
    assert posted.conversation == CHAT


async def test_forgotten_conversation_is_an_error(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    await rig.desk.receive(said(BANNER))
    case = await rig.case()
    await rig.stores.records.delete([conversation_key(CHAT.id)])
    assert await rig.posting.post(case, TO_EMPLOYEE, item(), TEXT, begun) is None
    assert rig.teams.tries == 0
    assert "nobody knows where to send 1" in caplog.text


async def test_first_message_begins_the_thread(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    case = await rig.case()
    posted = await rig.posting.post(case, TO_HELPDESK, item(), TEXT, begun)
    assert posted is not None
    assert posted.conversation.id == f"{CHANNEL};messageid=m1"
    assert posted.conversation.service_url == CHAT.service_url
    assert posted.conversation.bot == CHAT.bot
    assert set(posted.records) == {thread_key(case.id), conversation_key(posted.conversation.id)}
    assert {record["case"] for record in posted.records.values()} == {case.id}
    assert [sent.how for sent in rig.teams.taken] == ["thread"]


async def test_next_message_goes_into_the_thread(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    threads = [sent for sent in rig.teams.taken if sent.how == "thread"]
    posted = await rig.posting.post(await rig.case(), TO_HELPDESK, item(), TEXT, begun)
    assert posted is not None
    assert posted.conversation.id == threads[0].conversation
    assert len(threads) == 1
    assert rig.teams.taken[-1].how == "send"


async def test_without_channel_nobody_is_written_to(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    rig = Rig(redis, channel=None)
    await rig.desk.receive(said(BANNER))
    assert await rig.posting.post(await rig.case(), TO_HELPDESK, item(), TEXT, begun) is None
    assert "DECROCHE_HELPDESK_CHANNEL is not set" in caplog.text


async def test_everybody_reads_their_language(rig: Rig) -> None:
    locale = rig.posting.locale
    await rig.desk.receive(said("my phone shows no internet", locale="en"))
    case = await rig.case()
    assert await locale(case, TO_EMPLOYEE, item()) == "en"
    assert await locale(case, TO_HELPDESK, item()) == "fr"
    assert await locale(None, Show(to="employee", slot="welcome"), item("")) == "en"
    stranger = replace(item(""), conversation=replace(CHAT, id="a:new"))
    assert await locale(None, TO_EMPLOYEE, stranger) == "fr"
    assert await locale(None, TO_EMPLOYEE, replace(stranger, conversation=None)) == "fr"
