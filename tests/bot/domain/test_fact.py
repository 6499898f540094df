from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact import UNKNOWN, VOCABULARY, FactType


@pytest.mark.parametrize("fact", VOCABULARY)
def test_unknown_is_always_allowed(fact: str) -> None:
    assert VOCABULARY[fact].accepts(UNKNOWN)


@pytest.mark.parametrize("fact", [fact for fact, kind in VOCABULARY.items() if kind.kind == "word"])
def test_word_takes_its_values_only(fact: str) -> None:
    assert VOCABULARY[fact].values
    assert all(VOCABULARY[fact].accepts(value) for value in VOCABULARY[fact].values)
    assert not VOCABULARY[fact].accepts("perhaps")
    assert not VOCABULARY[fact].accepts(1)


@given(st.floats(allow_nan=False) | st.integers())
def test_number_takes_any_number(value: float) -> None:
    assert FactType(kind="number").accepts(value)
    assert not FactType(kind="number").accepts(str(value))


def test_number_takes_no_truth_value() -> None:
    assert not FactType(kind="number").accepts(True)


@given(st.text())
def test_text_takes_any_text(value: str) -> None:
    assert FactType(kind="text").accepts(value)
    assert not FactType(kind="text").accepts(7)
