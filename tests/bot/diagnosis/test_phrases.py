"""Phrases in texts: order, gaps, typing errors, negations."""

from __future__ import annotations

import pytest

from bot.diagnosis.phrases import Text, all_phrases, phrases, words
from bot.diagnosis.playbook import load
from bot.domain.fact import VOCABULARY


def found(phrase: str, text: str) -> bool:
    match = Text(text).find(phrase, phrases("fr"))
    return match is not None and not match.negated


def test_words_are_plain_and_cut_at_clauses() -> None:
    assert words("L’écran, ÉTEINT. isn't 10.2") == ("l", "ecran", "|", "eteint", "|", "isnt", "10", "2")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("écran noir", "ECRAN NOIR"),
        ("écran noir", "l'écran du poste est noir"),
        ("redémarre tout seul", "il redemare tout seul"),
        ("pas d'internet", "j’ai pas d’internet"),
    ],
)
def test_phrase_is_found_despite_variations(phrase: str, text: str) -> None:
    assert found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("écran noir", "l'écran marche. noir c'est noir"),
        ("écran noir", "noir écran"),
        ("phone", "iphone"),
        ("est éteint", "il n'est pas éteint"),
        ("redémarre", "il ne redémarre pas"),
        ("no internet", "il n'affiche plus no internet"),
    ],
)
def test_phrase_is_absent_or_negated(phrase: str, text: str) -> None:
    assert not found(phrase, text)


def test_negation_stops_at_a_clause() -> None:
    assert found("écran noir", "pas de tonalité, écran noir")


def test_phrases_name_only_known_ids() -> None:
    for language in all_phrases():
        assert {entry.id for entry in language.symptom} <= set(load().symptoms)
        for entry in language.fact:
            assert VOCABULARY[entry.id].accepts(entry.value)
            assert entry.negated is None or VOCABULARY[entry.id].accepts(entry.negated)


def test_symptoms_keep_the_playbook_order() -> None:
    order = [i for i in load().symptoms if i != "other_phone_problem"]
    for language in all_phrases():
        assert [entry.id for entry in language.symptom] == order
