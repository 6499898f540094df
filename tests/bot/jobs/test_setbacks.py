from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.domain.events import Tell
from bot.errors import DeliveryError
from bot.jobs.setbacks import Fate, fate_of
from bot.state.aside import Aside
from bot.state.silence import Silences
from tests.support.rig import BANNER, CHANNEL, CHAT, SAMIR, Rig, said, thread_of

BLOCKED = DeliveryError("blocked", 403, code="ConversationBlockedByUser")
WANTED = "je veux parler à quelqu’un"


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((status, "again") for status in (None, 408, 412, 425, 429, 502, 503, 504)),
        *((status, "aside") for status in (400, 401, 403, 404, 405, 409, 413, 500, 501)),
    ],
)
def test_table_of_retries(status: int | None, fate: Fate) -> None:
    assert fate_of(DeliveryError("no", status)) == fate


@pytest.mark.parametrize(
    "code", ["ConversationBlockedByUser", "BotNotInConversationRoster", "BotDisabledByAdmin"]
)
def test_unreachable_conversation_is_waited_for(code: str) -> None:
    assert fate_of(DeliveryError("no", 403, code=code)) == "hold"
    assert fate_of(DeliveryError("no", 403, code="InvalidBotApiHost")) == "aside"


def test_vital_message_survives_two_server_errors() -> None:
    error = DeliveryError("no", 500)
    assert [fate_of(error, vital=True, attempts=n) for n in range(3)] == ["again", "again", "aside"]
    assert fate_of(DeliveryError("no", 413), vital=True) == "aside"


async def handed_over(rig: Rig) -> str:
    """Anne's case is in the helpdesk's thread; its id."""
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said(WANTED, "2"))
    await rig.deliver()
    return (await rig.case()).id


async def write(rig: Rig, text: str, activity: str) -> None:
    """Samir writes in the thread of Anne's case."""
    await rig.roster.learn(SAMIR.key, True)
    begun = next(sent for sent in rig.teams.taken if sent.how == "thread")
    thread = thread_of(await rig.case(), begun.activity)
    await rig.desk.receive(said(text, activity, conversation=thread, person=SAMIR))


async def test_blocked_by_user_keeps_everything(rig: Rig) -> None:
    await handed_over(rig)
    rig.teams.refused[CHAT.id] = BLOCKED
    before = rig.teams.said
    for n in range(3):
        await write(rig, f"message {n}", f"s{n}")
        await rig.deliver()
    assert rig.teams.said[len(before) :] == ["say.employee_unreachable Anne Martin"]
    tries = rig.teams.tries
    await rig.deliver()
    assert rig.teams.tries == tries
    rig.teams.refused.clear()
    await Silences(rig.redis).lift(CHAT.id)
    await rig.deliver()
    assert rig.teams.to(CHAT.id)[-3:] == [f"say.agent_wrote Samir Benali message {n}" for n in range(3)]
    assert await rig.queued() == {}


async def test_unknown_thread_is_not_told(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    rig.teams.refused[CHAT.id] = BLOCKED
    await rig.deliver()
    assert rig.teams.said == []
    assert await Silences(rig.redis).silent(CHAT.id)


async def test_refused_for_good_is_set_aside(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    rig.teams.failures.append(DeliveryError("bad host", 403, code="InvalidBotApiHost"))
    await rig.deliver()
    kept = await Aside(rig.redis).all()
    assert [refused.item.effect for refused in kept if not isinstance(refused.item.effect, Tell)]
    assert kept[0].why == "bad host"
    assert rig.teams.said[0].startswith("intake")
    assert await Aside(rig.redis).again(rig.outbox) == 1
    await rig.deliver()
    assert rig.teams.said[-1] == "safety"


async def test_helpdesk_out_of_reach_is_waited_for(rig: Rig) -> None:
    rig.teams.refused[CHANNEL] = DeliveryError("no", 403, code="BotNotInConversationRoster")
    await handed_over(rig)
    assert "triage" not in rig.teams.said
    assert await Silences(rig.redis).silent(CHANNEL)
    rig.teams.refused.clear()
    await Silences(rig.redis).lift(CHANNEL)
    await rig.deliver()
    assert "triage" in rig.teams.said
