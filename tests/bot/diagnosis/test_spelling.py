"""Typing errors: which word was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.spelling import Meant, Spelling, bones, sound

SPELLING = Spelling(
    ("internet", "telephone", "heure", "hache", "ecran", "tonalite", "appeler", "desk", "phone", "mouse"),
    bystanders=("house",),
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("internet", "internet"),
        ("intrenet", "internet"),
        ("nternet", "internet"),
        ("interrnet", "internet"),
        ("telefone", "telephone"),
        ("tlephone", "telephone"),
        ("eure", "heure"),
        ("ache", "hache"),
        ("tonaliter", "tonalite"),
        ("apeller", "appeler"),
        ("moouse", "mouse"),
        ("tlphn", "telephone"),
        ("intrnt", "internet"),
    ],
)
def test_misspelt_word_is_understood(written: str, meant: str) -> None:
    found = SPELLING.meant(written)
    assert found is not None
    assert found.words == (meant,)
    assert (found.alike == 1.0) is (written == meant)


@pytest.mark.parametrize(
    ("written", "parts"), [("linternet", ("l", "internet")), ("deskphone", ("desk", "phone"))]
)
def test_glued_words_are_parted(written: str, parts: tuple[str, ...]) -> None:
    assert SPELLING.meant(written) == Meant(parts, 0.95)


def test_misspelt_noun_keeps_its_article() -> None:
    found = SPELLING.meant("lheurre")
    assert found is not None
    assert found.words == ("l", "heure")


@pytest.mark.parametrize("written", ["banana", "no", "interval", "xyzzyxyzzyxyzzyxyzzyxyzzy"])
def test_other_words_mean_nothing(written: str) -> None:
    assert SPELLING.meant(written) is None


def test_bystander_is_left_alone() -> None:
    assert SPELLING.meant("house") == Meant(("house",), 1.0)
    assert SPELLING.knows("house")
    assert SPELLING.meant("housee") != Meant(("house",), 1.0)


def test_words_that_sound_alike_match() -> None:
    assert sound("telefone") == sound("téléphone".replace("é", "e"))
    assert sound("connecté".replace("é", "e")) == sound("conecter")
    assert sound("internet") != sound("ecran")


def test_shorthand_keeps_the_consonants() -> None:
    assert bones("telephone") == bones("tlphn") == "tlphn"
    assert bones("ecran") == "ecrn"
    assert SPELLING.meant("dsk") is None


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=30))
def test_any_word_has_a_likeness(word: str) -> None:
    found = SPELLING.meant(word)
    assert found is None or 0 < found.alike <= 1
