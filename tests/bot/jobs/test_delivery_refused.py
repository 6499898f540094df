"""What Teams does not take as it is: too big, deleted, refused for good, or too often."""

from __future__ import annotations

import time
from typing import Any

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case
from bot.domain.conversation import Message
from bot.domain.events import Refresh, Tell
from bot.errors import DeliveryError
from bot.state.aside import Aside
from tests.support.deliveries import asked, put, tell
from tests.support.rig import BANNER, PlainDrawing, Rig, said
from tests.support.waiting import wait_until


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500])
async def test_final_refusal_is_never_repeated(rig: Rig, status: int) -> None:
    await put(rig, tell("say.one"), tell("say.two"))
    forms = 2 if status == 413 else 1
    rig.teams.failures.extend([DeliveryError("never", status)] * forms)
    await rig.deliver()
    assert rig.teams.said == ["say.two"]
    assert rig.teams.tries == forms + 1
    assert [kept.item.effect for kept in await Aside(rig.redis).all()] == [tell("say.one")]


async def test_card_too_big_is_folded(rig: Rig) -> None:
    case, slot = await asked(rig)
    rig.teams.failures.append(DeliveryError("too big", 413))
    await rig.deliver()
    small = rig.teams.taken[0].message.card
    assert small is not None
    assert (small["slot"], small["small"]) == ("safety", True)
    assert set(await rig.placements.all(case.id)) == {"safety", slot}


async def test_card_never_fitting_becomes_words(rig: Rig) -> None:
    await asked(rig)
    rig.teams.failures.extend([DeliveryError("too big", 413)] * 2)
    await rig.deliver()
    assert rig.teams.said[0] == "In short: safety"


async def test_update_too_big_is_folded(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    rig.delivery = rig._delivery()
    await put(rig, Refresh(slot=slot), case=case.id)
    rig.teams.failures.append(DeliveryError("too big", 413))
    await rig.deliver()
    updated = rig.teams.taken[-1].message.card
    assert updated is not None
    assert (updated["slot"], updated["small"]) == (slot, True)


async def test_deleted_card_that_waits_comes_again(rig: Rig) -> None:
    case, slot = await asked(rig)
    await rig.deliver()
    await put(rig, Refresh(slot=slot), tell("say.after"), case=case.id)
    rig.teams.failures.append(DeliveryError("no such activity", 404))
    await rig.deliver()
    assert rig.teams.said == ["safety", slot, slot, "say.after"]
    placed = await rig.placements.get(case.id, slot)
    assert placed is not None
    assert placed.activity == "m3"


async def handed_over(rig: Rig) -> Case:
    """A case with its triage card in the helpdesk's channel."""
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    return await rig.case()


async def test_deleted_triage_card_comes_again(rig: Rig) -> None:
    case = await handed_over(rig)
    await put(rig, Refresh(slot="triage"), case=case.id, queue=f"helpdesk:{case.id}")
    rig.teams.failures.append(DeliveryError("no such activity", 404))
    await rig.deliver()
    assert rig.teams.said.count("triage") == 2
    assert rig.teams.taken[-1].how == "send"


async def test_deleted_thread_is_begun_again(rig: Rig) -> None:
    case = await handed_over(rig)
    words = Tell(to="helpdesk", text="say.important", urgency="vital")
    await put(rig, words, case=case.id, queue=f"helpdesk:{case.id}")
    rig.teams.failures.append(DeliveryError("no such conversation", 404, code="ConversationNotFound"))
    await rig.deliver()
    assert [sent.how for sent in rig.teams.taken if sent.what in {"triage", "say.important"}] == [
        "thread",
        "thread",
    ]


class Counting(PlainDrawing):
    """Cards that look different with every entry of the ledger."""

    def card(self, case: Case | None, slot: str, *rest: Any, **more: Any) -> Message | None:
        drawn = super().card(case, slot, *rest, **more)
        assert drawn is not None
        assert drawn.card is not None
        return replace(drawn, card={**drawn.card, "entries": case.version if case else 0})


async def test_triage_card_follows_within_three_seconds(rig: Rig) -> None:
    """A storm of changes: few updates, and the newest state soon."""
    rig.drawing = Counting()
    await handed_over(rig)

    def shown() -> int:
        cards = [sent.message.card for sent in rig.teams.taken if sent.what == "triage"]
        return int(cards[-1]["entries"]) if cards and cards[-1] else 0

    async with rig.running():
        began = time.monotonic()
        for n in range(30):
            await rig.desk.receive(said(f"et encore {n}", f"more-{n}"))
        newest = (await rig.case()).version
        await wait_until(lambda: shown() == newest, "the triage card says the newest")
        took = time.monotonic() - began
    assert took < 3
    assert 1 <= rig.teams.updates().count("triage") <= 2 + took
