from __future__ import annotations

from bot.domain.views import CheckState
from cards.render import render
from cards.texts import text
from tests.support.drawn import draw, words
from tests.support.views import checks


def test_every_state_is_said_in_words() -> None:
    shown = words(draw(checks("fr", running=True)))
    assert all(text("fr", f"state.{state}") in shown for state in CheckState)


def test_running_checks_ask_nothing_of_anyone() -> None:
    message = render(checks("en", running=True))
    assert message.summary == "Checks under way: 4 of 5."
    assert message.card is not None
    assert "updates by itself" in words(message.card)


def test_finished_checks_are_counted_by_state() -> None:
    assert render(checks("en", running=False)).summary == (
        "Checks finished. Good: 1, Broken: 1, No sure answer: 2"
    )


def test_detail_stands_beside_its_check() -> None:
    assert "Internet access\u200242 ms" in words(draw(checks("en", running=False))).splitlines()
