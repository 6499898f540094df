from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case, Stage
from bot.domain.conversation import Answer, Message, Placement
from bot.domain.diagnosis import Locale
from bot.domain.events import Show
from bot.jobs.desk import Desk
from bot.jobs.memory import Memory, as_record, person_record, recall
from tests.support.rig import ANNE, BANNER, CHAT, PlainDrawing, Rig, said, tapped


class PastDrawing(PlainDrawing):
    """A card of a list is the cases that it was given."""

    def card(
        self,
        case: Case | None,
        slot: str,
        locale: Locale,
        past: Sequence[Case] = (),
        *,
        small: bool = False,
    ) -> Message | None:
        if past:
            return Message(card={"past": [one.id for one in past]})
        return super().card(case, slot, locale, past, small=small)


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


async def test_nothing_is_known_of_a_stranger(rig: Rig) -> None:
    assert await recall(rig.cases, rig.stores.records, ANNE, None) == Memory()


async def test_language_is_kept_for_the_person(rig: Rig) -> None:
    await rig.stores.records.write({person_record(ANNE): (as_record("en"), None)})
    assert (await recall(rig.cases, rig.stores.records, ANNE, None)).language == "en"


async def test_language_outlives_case_and_client(rig: Rig) -> None:
    await rig.desk.receive(said("English please"))
    await rig.desk.receive(replace(said(BANNER, "2"), locale="fr"))
    assert (await rig.case()).locale == "en"


async def test_closed_case_is_remembered_and_reopened(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said("annuler", "2"))
    found = await recall(rig.cases, rig.stores.records, ANNE, None)
    assert [case.id for case in found.past] == ["D-1001"]
    assert await rig.desk.receive(said("la panne est revenue", "3")) == Answer()
    case = await rig.case()
    assert (case.id, case.stage) == ("D-1001", Stage.guiding)
    assert await rig.cases.open_of(ANNE.key) == "D-1001"


async def test_open_case_hides_older_ones(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    case = await rig.case()
    assert (await recall(rig.cases, rig.stores.records, ANNE, case)).past == ()


async def test_history_is_drawn_when_it_is_sent(rig: Rig) -> None:
    await rig.desk.receive(said("mes demandes"))
    queued = (await rig.queued())[CHAT.id]
    assert [item.effect for item in queued] == [Show(to="employee", slot=f"history:{ANNE.key}")]
    await rig.deliver()
    assert rig.teams.tries == 1


async def test_tap_on_the_list_leaves_it_as_it_is(rig: Rig) -> None:
    desk = Desk(rig.stores, rig.rules, PastDrawing(), "fr", lambda: None)
    await desk.receive(said(BANNER))
    case = await rig.case()
    placed = Placement(conversation=CHAT, activity="list")
    await rig.stores.placements.set(case.id, f"history:{ANNE.key}", placed)
    answer = await desk.receive(tapped("past", "2", values={"value": case.id}, reply_to="list", invoke=True))
    assert answer.card == {"past": [case.id]}
