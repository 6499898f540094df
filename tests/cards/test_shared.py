from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.diagnosis import LOCALES, Locale
from cards.elements import walk
from tests.support.drawn import draw
from tests.support.shared_views import shared


@pytest.mark.parametrize("locale", LOCALES)
def test_nobody_can_act_on_a_shared_case(locale: Locale) -> None:
    assert not [node for node in walk(draw(shared(locale))) if node["type"].startswith("Action.")]


def test_card_says_of_when_it_is() -> None:
    assert "22 nov. à 19:14" in str(draw(shared("fr"))) or "Tel qu’au" in str(draw(shared("fr")))


def test_danger_is_said_while_it_lasts() -> None:
    words = "les appels d’urgence ne passent pas"
    calm = replace(shared("fr"), row=replace(shared("fr").row, emergency=False))
    assert words in str(draw(shared("fr")))
    assert words not in str(draw(calm))


def test_unknown_is_said_to_be_unknown() -> None:
    bare = replace(shared("fr"), symptom="", row=replace(shared("fr").row, cause="", owner="", where=""))
    assert "personne pour l’instant" in str(draw(bare))
