"""The simulator's own words, in French and English, from `texts.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from bot.domain.diagnosis import Locale


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Every text by language and id."""
    loaded: dict[str, dict[str, str]] = tomllib.loads(
        Path(__file__).with_name("texts.toml").read_text(encoding="utf-8")
    )
    return loaded


def text(locale: Locale, id_: str, **values: object) -> str:
    """One text with its values filled in; raises `KeyError` when there is no such id or value."""
    return all_texts()[locale][id_].format(**values)
