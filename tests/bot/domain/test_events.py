from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from bot.domain.conversation import Conversation, Incoming, Message
from bot.domain.events import (
    AnyEffect,
    CheckRights,
    Consult,
    Expire,
    FetchFile,
    MakeChange,
    Post,
    Refresh,
    Show,
    StartLookup,
    StartProbes,
    Tell,
    UploadFile,
    Wake,
    WriteBundle,
)
from bot.domain.file import SentFile
from bot.domain.order import Order
from bot.domain.people import Person

ROOM = Conversation(id="a:1", service_url="https://smba.test/", kind="personal", tenant="t", bot="b")
TAP = Incoming(
    kind="tap",
    activity="1",
    conversation=ROOM,
    person=Person(id="29:1"),
    at=datetime(2026, 3, 1, tzinfo=UTC),
    locale="fr",
    verb="claim",
    values={"a": "b"},
)
EFFECTS: list[AnyEffect] = [
    Tell(to="employee", text="say.noted", values={"name": "Éloïse"}),
    Show(to="helpdesk", slot="triage", urgency="vital"),
    Refresh(slot="step:17"),
    StartProbes(job="D-1-3", site="lyon", plan="network"),
    StartLookup(job="D-1-4"),
    WriteBundle(job="D-1-9", locale="en"),
    Expire(job="D-1-3"),
    CheckRights(incoming=TAP),
    MakeChange(change="D-1-9"),
    Consult(order=Order(name="case", case="D-1042"), incoming=TAP),
    Post(message=Message(text="é"), instead="m1", locale="en"),
    FetchFile(
        job="file-f1",
        file=SentFile(id="f1", name="journal é.tar", url="https://x/1", inline=True),
        by="user",
        sent=datetime(2026, 3, 1, tzinfo=UTC),
    ),
    UploadFile(
        job="upload-1",
        values={"uploadUrl": "https://x/up"},
        instead="m1",
        locale="en",
        at=datetime(2026, 3, 1, tzinfo=UTC),
    ),
    Wake(key="check:1", due=datetime(2026, 3, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_effect_survives_the_outbox(effect: AnyEffect) -> None:
    assert msgspec.json.decode(msgspec.json.encode(effect), type=AnyEffect) == effect


def test_every_effect_is_tried() -> None:
    assert {type(effect) for effect in EFFECTS} == set(get_args(AnyEffect))


def test_sentences_are_not_vital_unless_said() -> None:
    assert Tell(to="employee", text="x").urgency == "normal"
    assert b"urgency" not in msgspec.json.encode(Tell(to="employee", text="x"))
