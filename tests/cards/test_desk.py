from __future__ import annotations

import msgspec

from bot.domain.desk_views import CommandsView, OnCallView
from bot.domain.order import ABOUT_CASE
from tests.support.desk_samples import person, site
from tests.support.drawn import buttons, draw, words


def test_site_tells_good_and_bad_in_words() -> None:
    shown = words(draw(site("en")))
    assert "Network of Lyon Part-Dieu" in shown
    assert "lyon-1" in shown
    assert "The name server does not answer" in shown
    assert "Voice (UDP)" in shown


def test_lost_measurement_is_said() -> None:
    shown = words(draw(msgspec.structs.replace(site("en"), rows=(), runner="", lost=True)))
    assert "No result came in time" in shown


def test_person_tells_what_is_known_and_what_not() -> None:
    shown = words(draw(person("en")))
    assert "Account of Jeanne Martin" in shown
    assert "The Teams licence is missing" in shown
    assert "Sign-in" in shown
    assert "on record" in shown


def test_nameless_person_is_called_by_address() -> None:
    card = draw(msgspec.structs.replace(person("en"), name=""))
    assert "Account of jeanne" in words(card)


def test_on_call_list_says_how_to_change_it() -> None:
    assert "Noor" in words(draw(OnCallView(locale="en", people=("Noor",))))
    nobody = words(draw(OnCallView(locale="en", people=())))
    assert "Nobody is on call" in nobody
    assert "on call add" in nobody


def test_every_command_has_its_line() -> None:
    names = ("queue", "case", "probe", "licence", "on_call", "commands", *sorted(ABOUT_CASE))
    card = draw(CommandsView(locale="fr", names=names))
    assert len([line for line in words(card).split("•") if line.strip()]) >= len(names)
    assert [button["verb"] for button in buttons(card)] == ["queue"]
