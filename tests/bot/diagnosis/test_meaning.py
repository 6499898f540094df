"""Concepts, negations and their reach."""

from __future__ import annotations

import pytest

from bot.diagnosis.language import order
from bot.diagnosis.meaning import Meaning, complaints, grammar, spelt_out, stated, understand
from bot.diagnosis.playbook import load
from bot.diagnosis.tokens import tokens
from bot.domain.fact import VOCABULARY


def meaning(text: str, language: str = "fr") -> Meaning:
    return understand(tokens(text), order(language))


def symptoms(text: str, language: str = "fr") -> list[str]:
    return [symptom for symptom, _ in complaints(meaning(text, language))]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("ça marche pas", "fails"),
        ("ne marche vraiment plus", "fails"),
        ("il ne s'allume pas", "notboot"),
        ("l'écran n'est pas éteint", "noton"),
        ("je n'entends rien", "deaf"),
        ("pas d'adresse IP", "noaddress"),
    ],
)
def test_negation_is_read_with_its_verb(text: str, concept: str) -> None:
    assert meaning(text).has(concept)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("il n'affiche plus no internet", "no_internet_banner"),
        ("il ne redémarre pas tout seul", "random_reboot"),
        ("l'écran marche. noir c'est noir", "no_power"),
        ("mon iphone", "no_power"),
    ],
)
def test_denied_complaint_is_none(text: str, symptom: str) -> None:
    assert symptom not in symptoms(text)


def test_negation_stops_at_a_comma() -> None:
    assert "no_power" in symptoms("pas de tonalité, écran noir")


def test_sentences_about_a_computer_can_be_left_out() -> None:
    seen = meaning("Mon PC redémarre. Pas de tonalité.")
    assert [symptom for symptom, _ in complaints(seen.without("pc"))] == ["no_dial_tone"]


def test_text_can_say_that_the_phone_is_fine() -> None:
    assert meaning("rien à voir avec le téléphone").denies_the_phone()
    assert not meaning("le téléphone n'a pas internet").denies_the_phone()


def test_nearest_outcome_decides() -> None:
    text = "changed the cable, no luck, but my colleagues are fine"
    assert stated(meaning(text, "en"))["other_port"] == "fails"


def test_concepts_can_be_spelt_out() -> None:
    assert spelt_out(meaning("pas d'internet, girafe")) == "nointernet , _"


def test_grammar_names_only_known_ids() -> None:
    assert {entry.id for entry in grammar().symptom} <= set(load().symptoms)
    assert [entry for entry in grammar().fact if not VOCABULARY[entry.id].accepts(entry.value)] == []


def test_symptoms_keep_the_playbook_order() -> None:
    named = list(dict.fromkeys(entry.id for entry in grammar().symptom))
    assert named == [i for i in load().symptoms if i in named]
    assert set(load().symptoms) - set(named) == {"other_phone_problem", "not_a_phone_problem"}
