from __future__ import annotations

import msgspec
import pytest

from cards.layout import Pen, Room
from cards.verdict import certainty
from tests.support.drawn import draw, titles, words
from tests.support.views import verdict

PEN = Pen(locale="en", room=Room(lines=8, characters=400, options=10))


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (100, "almost certain, 100%"),
        (95, "almost certain, 95%"),
        (94, "very likely, 94%"),
        (80, "very likely, 80%"),
        (79, "likely, 79%"),
        (50, "likely, 50%"),
        (49, "possible, 49%"),
    ],
)
def test_certainty_is_a_word_and_a_number(percent: int, shown: str) -> None:
    assert certainty(PEN, percent) == shown


def test_each_fact_tells_source_and_time() -> None:
    lines = words(draw(verdict("fr"))).splitlines()
    assert any(line.endswith("vu sur une photo, 22 nov. à 09:20") for line in lines)


def test_facts_against_are_said_too() -> None:
    shown = words(draw(verdict("en")))
    assert shown.index("What shows it") < shown.index("What does not fit") < shown.index("Information that")


def test_nothing_against_is_said_aloud() -> None:
    shown = words(draw(msgspec.structs.replace(verdict("en"), against=())))
    assert "Nothing that was checked says otherwise." in shown


def test_undetermined_verdict_shows_no_certainty() -> None:
    unsure = msgspec.structs.replace(verdict("en"), percent=0, evidence_for=(), against=())
    assert "How sure" not in words(draw(unsure))


def test_buttons_of_the_verdict_are_drawn() -> None:
    assert titles(draw(verdict("fr"))) == ["Où en est-on\u00a0?", "Parler à quelqu’un"]
