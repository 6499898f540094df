from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case
from bot.domain.conversation import Message, Placement
from bot.domain.events import Refresh, Show
from bot.errors import DeliveryDoubtful, DeliveryError
from bot.jobs.delivery import mark_of
from bot.state.outbox import Item
from tests.support.deliveries import asked, put, tell
from tests.support.rig import CHAT, Rig, said, tapped
from tests.support.waiting import wait_until


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


async def doubtful(rig: Rig) -> tuple[Case, str]:
    """A case of which nobody knows whether the intake card arrived."""
    rig.teams.failures.extend([None, DeliveryDoubtful("broke")])
    case, slot = await asked(rig)
    await rig.deliver()
    assert rig.teams.said == ["safety"]
    return case, slot


async def test_messages_go_in_their_order(rig: Rig) -> None:
    await put(rig, *(tell(f"say.{i}") for i in range(6)))
    await rig.deliver()
    assert rig.teams.to(CHAT.id) == [f"say.{i}" for i in range(6)]
    assert await rig.queued() == {}


async def test_sent_card_is_placed(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    assert rig.teams.said == ["safety", slot]
    placed = await rig.placements.all(case.id)
    assert {slot: placement.activity for slot, placement in placed.items()} == {"safety": "m1", slot: "m2"}
    assert placed[slot].conversation == CHAT


async def test_nothing_to_show_sends_nothing(rig: Rig) -> None:
    await put(rig, Show(to="employee", slot="nothing"), tell("say.after"))
    await rig.deliver()
    assert rig.teams.said == ["say.after"]


async def test_message_that_teams_refuses_is_dropped(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    await put(rig, tell("say.one"), tell("say.two"))
    rig.teams.failures.append(DeliveryError("blocked by the user", 403))
    await rig.deliver()
    assert rig.teams.said == ["say.two"]
    assert "blocked by the user" in caplog.text


@pytest.mark.parametrize("status", [None, 408, 412, 425, 429, 502, 503, 504])
async def test_passing_failure_is_tried_again(rig: Rig, status: int | None) -> None:
    await put(rig, tell("say.one"), tell("say.two"))
    rig.teams.failures.append(DeliveryError("not now", status))
    await rig.deliver()
    assert rig.teams.said == []
    entry = await rig.outbox.head(CHAT.id)
    assert entry is not None
    assert (entry.attempts, entry.sending) == (1, False)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["say.one", "say.two"]


async def test_every_failure_waits_longer(rig: Rig) -> None:
    await put(rig, tell("say.one"))
    waits: list[timedelta] = []
    for _ in range(4):
        rig.teams.failures.append(DeliveryError("not now", 429))
        await rig.hurry()
        await rig.deliver()
        waits.append(await rig.outbox.due_in() or timedelta())
    assert waits == sorted(waits)
    assert timedelta(seconds=0.2) < waits[0] <= timedelta(seconds=0.5)
    assert timedelta(seconds=4) < waits[3] <= timedelta(seconds=5)


async def test_wish_of_teams_is_respected(rig: Rig) -> None:
    await put(rig, tell("say.one"))
    rig.teams.failures.append(DeliveryError("slow down", 429, retry_after=40))
    await rig.deliver()
    wait = await rig.outbox.due_in()
    assert wait is not None
    assert timedelta(seconds=35) < wait <= timedelta(seconds=40)


async def test_other_queues_are_not_delayed(rig: Rig) -> None:
    await put(rig, tell("say.stuck"), queue="a:other")
    rig.teams.failures.append(DeliveryError("not now", 503))
    await rig.deliver()
    await put(rig, tell("say.free"))
    await rig.deliver()
    assert rig.teams.said == ["say.free"]


async def test_doubtful_card_does_not_stop_the_next(rig: Rig) -> None:
    case, _ = await doubtful(rig)
    await put(rig, tell("say.after"), case=case.id)
    await rig.deliver()
    assert rig.teams.said == ["safety", "say.after"]


async def test_doubtful_card_comes_again_later(rig: Rig) -> None:
    case, slot = await doubtful(rig)
    rig.clock.forward(19)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["safety"]
    rig.clock.forward(1)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["safety", slot]
    assert await rig.placements.get(case.id, slot) is not None


async def test_doubtful_card_comes_until_certain(rig: Rig) -> None:
    _, slot = await doubtful(rig)
    rig.clock.forward(20)
    for _ in range(3):
        rig.teams.failures.append(DeliveryDoubtful("broke again"))
        await rig.hurry()
        await rig.deliver()
        wait = await rig.outbox.due_in()
        assert wait is not None
        assert timedelta(seconds=15) < wait <= timedelta(seconds=20)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["safety", slot]
    assert await rig.queued() == {}


async def test_answered_card_does_not_come_again(rig: Rig) -> None:
    case, _ = await doubtful(rig)
    offered = case.offer()
    assert offered is not None
    await rig.desk.receive(tapped("start", nonce=offered.nonce, values={"site": "lyon"}))
    rig.clock.forward(20)
    await rig.hurry()
    await rig.deliver()
    assert not any(slot.startswith("intake") for slot in rig.teams.said)


async def test_placed_card_does_not_come_again(rig: Rig) -> None:
    case, slot = await doubtful(rig)
    await rig.placements.set(case.id, slot, Placement(conversation=CHAT, activity="known after all"))
    rig.clock.forward(20)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["safety"]


async def test_doubtful_card_is_found_by_its_tap(rig: Rig) -> None:
    case, slot = await doubtful(rig)
    offered = case.offer()
    assert offered is not None
    tap = tapped("start", nonce=offered.nonce, values={"site": "lyon"}, reply_to="m77")
    await rig.desk.receive(tap)
    placed = await rig.placements.get(case.id, slot)
    assert placed == Placement(conversation=CHAT, activity="m77")
    await rig.deliver()
    updated = [sent.activity for sent in rig.teams.taken if sent.how == "update" and sent.what == slot]
    assert updated == ["m77"]
    other = replace(tap, activity="3", reply_to="m78")
    await rig.desk.receive(other)
    assert await rig.placements.get(case.id, slot) == placed


async def test_card_of_closed_case_does_not_come_again(rig: Rig) -> None:
    await doubtful(rig)
    await rig.desk.receive(said("annuler", "2"))
    rig.clock.forward(20)
    await rig.hurry()
    await rig.deliver()
    assert not any(slot.startswith("intake") for slot in rig.teams.said)


async def test_doubtful_vital_card_goes_again(rig: Rig) -> None:
    rig.teams.failures.append(DeliveryDoubtful("broke", 502))
    _, slot = await asked(rig)
    await rig.deliver()
    assert rig.teams.said == []
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["safety", slot]


async def test_doubtful_sentence_is_not_repeated(rig: Rig) -> None:
    await put(rig, tell("say.one"), tell("say.two"))
    rig.teams.failures.append(DeliveryDoubtful("broke"))
    await rig.deliver()
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["say.two"]


async def crash(rig: Rig) -> None:
    """The process dies while Teams is being told something."""
    tries = rig.teams.tries
    rig.teams.gate.clear()
    async with rig.running():
        await wait_until(lambda: rig.teams.tries > tries, "something is being sent")
    rig.teams.gate.set()


async def test_crash_while_sending_vital_card(rig: Rig) -> None:
    _, slot = await asked(rig)
    await crash(rig)
    assert rig.teams.said == []
    await rig.deliver()
    assert rig.teams.said == ["safety", slot]


async def test_crash_while_sending_normal_card(rig: Rig) -> None:
    rig.teams.failures.append(DeliveryError("later", 429))
    _, slot = await asked(rig)
    await rig.outbox.finish(CHAT.id, (await rig.queued())[CHAT.id][0].id)
    rig.teams.failures.clear()
    await crash(rig)
    await rig.deliver()
    assert rig.teams.said == []
    rig.clock.forward(20)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == [slot]


async def test_crash_anywhere_loses_nothing(rig: Rig, redis: Redis) -> None:
    """Broken off after any number of steps, over and over, every card arrives and stands where it should."""
    case, slot = await asked(rig)
    steps = 0
    while (await rig.queued()).get(CHAT.id) and steps < 400:
        task = asyncio.create_task(Rig(redis, rig.teams).courier.run())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        steps += 1
    again = Rig(redis, rig.teams)
    again.clock.forward(21)
    await again.hurry()
    await again.deliver()
    assert await again.queued() == {}
    assert {"safety", slot} == set(rig.teams.said)
    assert rig.teams.said.count(slot) <= 2
    assert await rig.placements.get(case.id, slot) is not None


async def test_refresh_updates_where_it_stands(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    offered = case.offer()
    assert offered is not None
    await rig.desk.receive(tapped("start", nonce=offered.nonce, values={"site": "lyon"}))
    await rig.deliver()
    assert slot in rig.teams.updates()
    update = next(sent for sent in rig.teams.taken if sent.how == "update" and sent.what == slot)
    assert update.activity == "m2"
    assert update.message.card is not None
    assert update.message.card["answered"] is True


async def test_unchanged_card_is_not_updated(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    async with rig.running():
        await put(rig, *[Refresh(slot=slot)] * 3, case=case.id)
        await wait_until(rig.idle, "all is done")
    assert rig.teams.updates() == [slot]  # a new process cannot know what the old one drew


async def test_card_just_sent_is_not_updated(rig: Rig) -> None:
    case, _ = await asked(rig)
    await put(rig, Refresh(slot="safety"), case=case.id)
    await rig.deliver()
    assert rig.teams.updates() == []
    assert await rig.queued() == {}


async def test_card_never_sent_is_not_updated(rig: Rig) -> None:
    case, _ = await asked(rig)
    await rig.deliver()
    tries = rig.teams.tries
    await put(rig, Refresh(slot="checks"), Refresh(slot="triage"), case=case.id)
    await rig.deliver()
    assert rig.teams.tries == tries
    assert await rig.queued() == {}


async def test_update_may_be_repeated(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    await put(rig, Refresh(slot=slot), case=case.id)
    rig.teams.failures.append(DeliveryError("away", 502))
    await rig.deliver()
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.updates() == [slot]


async def test_update_of_deleted_card_is_given_up(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    await put(rig, Refresh(slot="safety"), tell("say.after"), case=case.id)
    rig.teams.failures.append(DeliveryError("no such activity", 404))
    await rig.deliver()
    assert rig.teams.said == ["safety", slot, "say.after"]
    assert await rig.queued() == {}


async def test_item_for_later_waits(rig: Rig) -> None:
    later = Item(
        id="1",
        queue="later",
        effect=tell("say.later"),
        conversation=CHAT,
        not_before=rig.clock() + timedelta(minutes=5),
    )
    await rig.outbox.put([later])
    await rig.deliver()
    wait = await rig.outbox.due_in()
    assert wait is not None
    assert timedelta(minutes=4) < wait <= timedelta(minutes=5)
    rig.clock.forward(300)
    await rig.hurry()
    await rig.deliver()
    assert rig.teams.said == ["say.later"]


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.text(max_size=10))
def test_version_alone_changes_no_mark(one: int, other: int, text: str) -> None:
    def card(v: int, words: str) -> Message:
        return Message(card={"body": [{"text": words, "data": {"v": v, "case": "D-1"}}]})

    assert mark_of(card(one, text)) == mark_of(card(other, text))
    assert mark_of(card(one, text)) != mark_of(card(one, text + "!"))


def test_words_about_versions_are_words() -> None:
    assert mark_of(Message(card={"text": '"v":1'})) != mark_of(Message(card={"text": '"v":2'}))
