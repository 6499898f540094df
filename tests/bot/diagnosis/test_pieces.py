"""No text of a playbook escapes the rules for texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.diagnosis.check_texts import text_limits
from bot.diagnosis.pieces import pieces
from bot.diagnosis.playbook import load
from tests.support.playbooks import built_in_data


def french(data: Any) -> Iterator[str]:
    """Every French string of TOML data."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "fr":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from french(value)
    elif isinstance(data, list):
        for value in data:
            yield from french(value)


def test_every_text_is_a_piece() -> None:
    found = {line for piece in pieces(load()) for line in piece.fr}
    assert set(french(list(built_in_data().values()))) <= found


def test_every_piece_has_a_limit() -> None:
    assert {piece.kind for piece in pieces(load())} <= set(text_limits().characters)


def test_every_piece_names_its_table() -> None:
    book = load()
    assert {piece.key for piece in pieces(book)} <= set(book.files)
