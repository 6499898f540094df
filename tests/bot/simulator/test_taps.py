from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.simulator.rooms import Happening, HappeningKind
from bot.simulator.taps import first_card_s, taps_until_verdict

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


def at(
    seconds: float, kind: HappeningKind, who: str = "Camille", room: str = "a", text: str = ""
) -> Happening:
    return Happening(kind=kind, at=START + timedelta(seconds=seconds), room=room, who=who, text=text)


def judged(seconds: float, verdict: str) -> dict[str, str]:
    return {"kind": "judged", "at": (START + timedelta(seconds=seconds)).isoformat(), "verdict": verdict}


JOURNAL = [at(1, "tapped"), at(2, "tapped"), at(3, "tapped", who="Sacha"), at(4, "tapped")]


def test_only_the_employee_before_the_verdict_counts() -> None:
    assert taps_until_verdict(JOURNAL, "Camille", [judged(3.5, "network.dns")]) == 2


def test_first_naming_of_the_last_verdict_counts() -> None:
    said = [judged(0, "time.clock"), judged(1.5, "network.dns"), judged(9, "network.dns")]
    assert taps_until_verdict(JOURNAL, "Camille", said) == 1


def test_without_a_verdict_every_tap_counts() -> None:
    assert taps_until_verdict(JOURNAL, "Camille", []) == 3


def test_first_card_is_timed_from_the_message() -> None:
    welcome, text = at(0, "posted"), at(1.2, "posted", text="Bonjour")
    elsewhere = at(1.3, "posted", room="b")
    journal = [welcome, at(1, "said", text="Panne"), text, elsewhere, at(1.75, "posted")]
    assert first_card_s(journal) == 0.75


def test_no_message_or_no_card_is_not_timed() -> None:
    assert first_card_s([at(0, "posted")]) is None
    assert first_card_s([at(0, "said", text="Panne"), at(1, "posted", text="Bonjour")]) is None
