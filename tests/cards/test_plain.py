from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.plain import clean, cut, plain, typeset


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ça marche ?", "Ça marche\u00a0?"),
        ("« oui » : non ; bon !", "«\u00a0oui\u00a0»\u00a0: non\u00a0; bon\u00a0!"),
        ("à 87 %.", "à 87\u00a0%."),
        ("l'heure d'«été»", "l’heure d’«été»"),
        ("Is it on? Yes: it is.", "Is it on? Yes: it is."),
        ("le port :443", "le port :443"),
    ],
)
def test_french_spaces_do_not_break(written: str, shown: str) -> None:
    assert typeset(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  two\n\nlines\t", "two lines"),
        ("bell\x07", "bell"),
        ("\u202egnp.exe", "gnp.exe"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_invisible_characters_are_taken_out(written: str, shown: str) -> None:
    assert clean(written) == shown


@pytest.mark.parametrize(
    "markup", ["[click](https://evil.example)", "**bold**", "_italic_", "`code`", "~~gone~~", "<b>x</b>"]
)
def test_markdown_loses_its_signs(markup: str) -> None:
    assert not set(plain(markup)) & set("[]*_`~<>\\")


@pytest.mark.parametrize("line", ["- one", "+ one", "# one", "1. one", "2) one"])
def test_line_does_not_become_a_list(line: str) -> None:
    assert plain(line) == "\u2060" + line


@pytest.mark.parametrize(("written", "broken"), [("https://a.example", "://"), ("www.a.example", "www.")])
def test_address_is_not_a_link(written: str, broken: str) -> None:
    assert broken not in plain(written)


@pytest.mark.parametrize("name", ["Jeanne Martin", "O’Brien-Lévy", "R&D (Lyon)", "42"])
def test_ordinary_name_stays_as_written(name: str) -> None:
    assert plain(name) == name


@pytest.mark.parametrize(
    ("limit", "shown"),
    [(20, "one two three four"), (18, "one two three four"), (17, "one two three…"), (5, "one…")],
)
def test_long_text_ends_at_a_word(limit: int, shown: str) -> None:
    assert cut("one two three four", limit) == shown


@given(st.text(), st.integers(min_value=1, max_value=80))
def test_cut_never_exceeds_its_limit(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert shown == text or shown.endswith("…")


@example("0\x85\x1f\r0")
@given(st.text(st.characters()))
def test_plain_text_is_always_encodable(text: str) -> None:
    shown = plain(text)
    assert shown.encode().decode() == shown
    assert "\n" not in shown
    assert plain(shown) == shown
