from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.case import Stage
from bot.domain.events import (
    AnyEffect,
    CheckRights,
    Expire,
    MakeChange,
    Refresh,
    Show,
    StartLookup,
    StartProbes,
    Tell,
    Wake,
    WriteBundle,
)
from bot.jobs.items import is_work, items_of, queue_of
from bot.state.cases import Turn
from tests.support.cases import CONVERSATION, CaseBuilder
from tests.support.rig import CHAT, SAMIR, tapped

BUILDER = (
    CaseBuilder("D-7").opened().offered("ask.scope").moved(Stage.helpdesk).offered("act.fix_dns", "helpdesk")
)
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
CASE = BUILDER.case  # entry 2 is put to the employee, entry 4 to the helpdesk
TELL = Tell(to="employee", text="say.noted")
QUEUES: list[tuple[AnyEffect, str]] = [
    (TELL, CONVERSATION),
    (Tell(to="helpdesk", text="say.x"), "helpdesk:D-7"),
    (Show(to="employee", slot="checks"), CONVERSATION),
    (Show(to="helpdesk", slot="triage"), "helpdesk:D-7"),
    (Refresh(slot="checks"), CONVERSATION),
    (Refresh(slot="step:2"), CONVERSATION),
    (Refresh(slot="step:4"), "helpdesk:D-7"),
    (Refresh(slot="step:99"), CONVERSATION),
    (Refresh(slot="step:0"), CONVERSATION),
    (Refresh(slot="triage"), "helpdesk:D-7"),
    (Refresh(slot="bundle:4"), "helpdesk:D-7"),
    (StartProbes(job="j", site="lyon", plan="network"), "job:j"),
    (StartLookup(job="j"), "job:j"),
    (WriteBundle(job="j", locale="fr"), "job:j"),
    (MakeChange(change="D-7-9"), "job:D-7-9"),
    (Show(to="helpdesk", slot="approval:9"), "helpdesk:D-7"),
    (Refresh(slot="approval:9"), "helpdesk:D-7"),
    (Expire(job="j"), "expire:j"),
    (Wake(key="next_day", due=AT), "wake:D-7:next_day"),
    (CheckRights(incoming=tapped("claim", person=SAMIR)), f"rights:{SAMIR.key}"),
]


@pytest.mark.parametrize(("effect", "queue"), QUEUES)
def test_effect_has_its_queue(effect: AnyEffect, queue: str) -> None:
    assert queue_of(effect, CASE, CHAT) == queue


def test_message_without_case_waits_in_conversation() -> None:
    assert queue_of(Show(to="employee", slot="welcome"), None, CHAT) == CHAT.id
    assert queue_of(Tell(to="helpdesk", text="x"), None, CHAT) == CHAT.id


@pytest.mark.parametrize(("effect", "queue"), QUEUES)
def test_work_is_told_from_messages(effect: AnyEffect, queue: str) -> None:
    assert is_work(queue) is not isinstance(effect, Tell | Show | Refresh)


def ids(turn: Turn) -> list[str]:
    return [item.id for item in items_of(CASE, [TELL, TELL], turn, CHAT)]


def test_new_version_names_the_items() -> None:
    turn = Turn(conversation=CHAT.id, activity="1", case=CASE, was=2)
    assert ids(turn) == ["D-7:4:0", "D-7:4:1"]


def test_same_turn_has_same_ids() -> None:
    turn = Turn(conversation=CHAT.id, activity="1", case=CASE, was=2)
    assert items_of(CASE, [TELL], turn, CHAT) == items_of(CASE, [TELL], turn, CHAT)


def test_unchanged_case_leaves_names_to_activity() -> None:
    one, other = (Turn(conversation=CHAT.id, activity=a, case=CASE, was=CASE.version) for a in "12")
    assert ids(one) == [f"1:{CHAT.id}:0", f"1:{CHAT.id}:1"]
    assert not set(ids(one)) & set(ids(other))


def test_same_activity_id_elsewhere_differs() -> None:
    """Teams numbers activities within a conversation only."""
    one, other = (Turn(conversation=talk, activity="1") for talk in ("a:1", "a:2"))
    first, second = (items_of(None, [TELL], turn, CHAT)[0].id for turn in (one, other))
    assert first != second


def test_items_carry_case_and_conversation() -> None:
    item = items_of(CASE, [TELL], Turn(case=CASE), CHAT)[0]
    assert (item.case, item.conversation, item.effect) == ("D-7", CHAT, TELL)
    assert items_of(None, [TELL], Turn(activity="1"), CHAT)[0].case == ""


def test_wake_waits_for_its_time() -> None:
    turn = Turn(case=CASE, was=0)
    (item,) = items_of(CASE, [Wake(key="next_day", due=AT)], turn, None)
    assert item.not_before == AT
