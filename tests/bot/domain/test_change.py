from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from bot.diagnosis.playbook import load
from bot.domain.case import AnyEntry, decode_entry, encode_entry
from bot.domain.change import STEPS, Approved, Change, Changed, Declined, FixKind, Lapsed, Proposed
from bot.domain.people import Person

AT = datetime(2026, 3, 1, tzinfo=UTC)
SAMIR = Person(id="29:samir", name="Samir")
CHANGE = Change(id="D-1-9", fix="join_group", user="u", sku="s", group="g", facts=("licence.teams",))
ENTRIES: list[AnyEntry] = [
    Proposed(n=9, at=AT, by="agent:Samir", change=CHANGE, step="s", person=SAMIR, nonce="n", expires=AT),
    Approved(n=10, at=AT, by="agent:Noor", change="D-1-9", person=SAMIR),
    Declined(n=10, at=AT, by="agent:Noor", change="D-1-9", person=SAMIR),
    Lapsed(n=10, at=AT, by="bot", change="D-1-9", why="expired"),
    Changed(n=11, at=AT, by="bot", change="D-1-9", step="s", how="made", added=True, resumed=True),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_entry_survives_the_ledger(entry: AnyEntry) -> None:
    assert decode_entry(encode_entry(entry)) == entry


def test_unknown_fix_is_refused() -> None:
    line = msgspec.json.encode(CHANGE).replace(b"join_group", b"reset_password")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line, type=Change)


def test_every_fix_is_a_known_act() -> None:
    assert set(STEPS) == set(get_args(FixKind))
    assert set(STEPS.values()) <= load().steps.keys()
