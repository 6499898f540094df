"""Cards against Microsoft's own typed models, made strict."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.desk_views import DeskView
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.views import View
from cards.elements import walk
from tests.support.anycards import KINDS, any_cards
from tests.support.drawn import draw
from tests.support.strictcards import refused
from tests.support.views import samples

NAMES = sorted(samples("fr"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_card_is_known_to_typed_models(name: str, locale: Locale) -> None:
    assert refused(draw(samples(locale)[name])) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_view_is_known_to_typed_models(kind: type[View | DeskView]) -> None:
    assert [found for card in any_cards(kind)[-3:] for found in refused(card)] == []


def _one_of_each_type() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each type of element that cards use: its name, a card with it, and the element within."""
    met: set[str] = set()
    for view in samples("fr").values():
        for node in walk(draw(view)):
            if node["type"] not in met:
                met.add(node["type"])
                card = copy.deepcopy(draw(view))
                yield node["type"], card, next(n for n in walk(card) if n["type"] == node["type"])


@pytest.mark.parametrize("wrong", [{"wieght": "Bolder"}, {"spacing": "huge", "title": 3}])
def test_misspelling_is_refused_in_every_element(wrong: dict[str, Any]) -> None:
    for kind, card, node in _one_of_each_type():
        assert refused(card) == []
        node.update(wrong)
        assert refused(card), kind


def test_unknown_element_is_refused() -> None:
    card = draw(samples("en")["safety"])
    card["body"].append({"type": "TextBlok", "text": "a"})
    assert "TextBlok" in refused(card)[0]
