from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.verb import Verb
from dialogs.commands import LONGEST, command, fold

TABLE: dict[str, list[str]] = tomllib.loads(
    files("dialogs").joinpath("commands.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Aide", Verb.help),
        ("AIDE !!", Verb.help),
        ("à l’aide", Verb.help),
        ("Où en est mon dossier ?", Verb.status),
        ("ou en est mon dossier", Verb.status),
        ("Annuler.", Verb.cancel),
        ("Start over", Verb.restart),
        ("Je veux parler à quelqu’un", Verb.person),
        ("ça marche !", Verb.fixed),
        ("Ça marche pas", Verb.not_fixed),
        ("It doesn't work", Verb.not_fixed),
        ("Je n’y arrive pas…", Verb.cannot),
    ],
)
def test_spelling_does_not_matter(text: str, verb: Verb) -> None:
    assert command(text) is verb


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "👍",
        "bonjour",
        "Aidez Paul avec son téléphone",
        "le bouton aide ne marche pas sur mon téléphone",
        "x" * 5000,
    ],
)
def test_description_is_no_command(text: str) -> None:
    assert command(text) is None


@pytest.mark.parametrize("text", ["?", " ?? "])
def test_bare_question_mark_is_help(text: str) -> None:
    assert command(text) is Verb.help


@pytest.mark.parametrize(("verb", "phrase"), [(verb, p) for verb, ps in TABLE.items() for p in ps])
def test_every_phrase_is_its_command(verb: str, phrase: str) -> None:
    assert command(phrase) is Verb(verb)
    assert len(phrase) <= LONGEST


def test_no_phrase_is_two_commands() -> None:
    folded = [{fold(phrase) for phrase in phrases} for phrases in TABLE.values()]
    assert sum(map(len, folded)) == len(set().union(*folded))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_any_text_can_be_a_command(text: str) -> None:
    assert command(text) in {None, *Verb}
