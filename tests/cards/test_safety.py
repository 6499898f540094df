from __future__ import annotations

from bot.domain.views import SafetyView
from cards.render import render
from tests.support.drawn import draw, words

VIEW = SafetyView(locale="fr", case="D-1", v=1, nonce="n", numbers=("112", "15", "17", "18"))


def test_first_sentence_says_what_cannot_be_called() -> None:
    first = words(draw(VIEW)).splitlines()[0]
    assert first == "En ce moment, votre téléphone de bureau ne peut pas appeler les secours."


def test_other_means_come_before_the_numbers() -> None:
    shown = words(draw(VIEW))
    order = [shown.index(word) for word in ("mobile", "Teams", "autre téléphone", "112 · 15 · 17 · 18")]
    assert order == sorted(order)


def test_summary_gives_the_numbers_aloud() -> None:
    assert "112 · 15 · 17 · 18" in render(VIEW).summary
