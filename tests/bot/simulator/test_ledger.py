"""How a case ended is read from the ledger that the bot prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.simulator.ledger import Ledger, case_on, parse_ledger, read_ledger
from tests.support.standin import button, card


def _ledger(*entries: dict[str, Any]) -> Ledger:
    numbered = [
        {"n": n, "at": f"2026-11-22T10:00:{n:02}Z", "by": "bot", **entry}
        for n, entry in enumerate(entries, start=1)
    ]
    return parse_ledger(msgspec.json.encode({"id": "D-1001", "ledger": numbered}))


OPENED = {"kind": "opened"}
JUDGED = {"kind": "judged", "verdict": "network.dns", "p": 0.9}


def _moved(to: str) -> dict[str, str]:
    return {"kind": "moved", "to": to}


@pytest.mark.parametrize(
    ("entries", "ended"),
    [
        ((OPENED,), None),
        ((OPENED, _moved("helpdesk")), None),
        ((OPENED, _moved("verifying"), _moved("fixed")), "fixed"),
        ((OPENED, _moved("withdrawn")), "withdrawn"),
        ((OPENED, _moved("microsoft")), None),
        ((OPENED, _moved("microsoft"), {"kind": "bundled", "name": "x.zip"}), "microsoft"),
        ((OPENED, _moved("fixed"), _moved("guiding")), None),
    ],
)
def test_end_is_the_last_stage(entries: tuple[dict[str, Any], ...], ended: str | None) -> None:
    assert _ledger(*entries).ended == ended


def test_last_verdict_counts() -> None:
    assert _ledger(OPENED).verdict == "undetermined"
    assert _ledger(OPENED, {**JUDGED, "verdict": "time.clock"}, JUDGED).verdict == "network.dns"


def test_phases_add_up_to_the_case() -> None:
    ledger = _ledger(
        OPENED, {"kind": "job_ended"}, {"kind": "said"}, JUDGED, _moved("verifying"), {"kind": "job_ended"},
        _moved("fixed"),
    )  # fmt: skip
    phases = [(name, took.total_seconds()) for name, took in ledger.phases()]
    assert phases == [
        ("phase_report", 1.0), ("phase_diagnosis", 2.0), ("phase_repair", 1.0), ("phase_proof", 2.0),
    ]  # fmt: skip


def test_phases_of_nothing_are_none() -> None:
    assert list(Ledger().phases()) == []


def test_case_is_found_on_a_button() -> None:
    assert case_on(card("Bonjour", buttons=(button("OK", "start", case=""),))) is None
    assert case_on(card("Bonjour", buttons=(button("?", "help", case=""), button("OK", "fixed")))) == "D-1001"


async def test_unknown_case_has_no_ledger(tmp_path: Path) -> None:
    assert await read_ledger("D-9", {"DECROCHE_NO_SUCH_SETTING": "x"}, tmp_path) is None
