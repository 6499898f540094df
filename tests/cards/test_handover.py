from __future__ import annotations

from msgspec.structs import replace

from tests.support.drawn import draw, titles, words
from tests.support.own_views import handover
from tests.support.view_parts import later


def test_closed_helpdesk_says_when_it_answers() -> None:
    said = words(draw(handover("fr")))
    assert "du lundi au vendredi, de 08:00 à 18:00" in said
    assert "Réponse à partir du 23 nov. à 08:00" in said


def test_unknown_hours_are_not_promised() -> None:
    said = words(draw(replace(handover("en"), opens="", closes="", resumes=None)))
    assert "Monday" not in said
    assert "closed" not in said


def test_agent_is_named_with_the_time() -> None:
    view = replace(handover("fr"), owner="Samir Benali", owner_since=later(735))
    assert "Samir Benali, depuis le 22 nov. à 21:29" in words(draw(view))


def test_detail_and_status_are_one_tap_away() -> None:
    assert titles(draw(handover("en"))) == ["Add a detail", "Where are we?"]
