from __future__ import annotations

import msgspec

from bot.domain.diagnosis import LOCALES
from bot.domain.reason import IDS
from bot.domain.views import CheckRow, CheckState, Unchecked
from cards.render import render
from cards.texts import text
from tests.support.drawn import draw, words
from tests.support.view_parts import NINE
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
    drawn = words(draw(checks("en", running=False))).splitlines()
    assert "Access to Microsoft\u2019s services\u200242 ms" in drawn


def test_check_without_plain_title_keeps_its_own() -> None:
    assert "Network socket\u2002this device cannot be reached" in words(draw(checks("en", running=False)))


def test_missing_checks_say_why_in_local_time() -> None:
    shown = words(draw(checks("fr", running=False)))
    assert "ne répond plus depuis le 22 nov. à 09:14" in shown
    assert "no_runner" not in shown


def test_every_reason_is_a_sentence() -> None:
    for locale in LOCALES:
        for why in sorted(IDS):
            gap = Unchecked(titles=("DNS",), why=why, since=NINE)
            view = msgspec.structs.replace(checks(locale, running=False), missing=(gap,))
            assert why not in words(draw(view)).split()


def test_ten_checks_are_all_shown() -> None:
    rows = tuple(CheckRow(id=f"n{n}", title=f"Check {n}", state=CheckState.ok) for n in range(10))
    view = msgspec.structs.replace(checks("fr", running=False), rows=rows)
    assert "Check 9" in words(draw(view))
