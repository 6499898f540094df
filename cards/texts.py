"""The words of cards and messages, by language and id; they are data (`texts/fr.toml`, `texts/en.toml`).

Loaded and checked once: a language that lacks an id, or a placeholder, cannot be imported.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bot.domain.diagnosis import LOCALES, Locale
from bot.errors import ConfigurationError
from cards.plain import typeset

_FOLDER: Final = Path(__file__).parent / "texts"


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield prefix + key, typeset(value)
        else:
            raise ConfigurationError(f"text {prefix}{key} is not a string")


def parse(toml: str) -> dict[str, str]:
    """Texts by dotted id; raises `ConfigurationError` when one is not a string."""
    return dict(_flat(tomllib.loads(toml)))


def placeholders(template: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def check_same(one: Mapping[str, str], other: Mapping[str, str]) -> None:
    """Raises `ConfigurationError` naming every id that two languages do not share, word for placeholder."""
    odd = sorted(one.keys() ^ other.keys())
    odd += sorted(i for i in one.keys() & other.keys() if placeholders(one[i]) != placeholders(other[i]))
    if odd:
        raise ConfigurationError(f"texts differ between languages: {', '.join(odd)}")


def _load() -> dict[Locale, dict[str, str]]:
    texts = {locale: parse((_FOLDER / f"{locale}.toml").read_text(encoding="utf-8")) for locale in LOCALES}
    check_same(texts["fr"], texts["en"])
    return texts


_TEXTS: Final = _load()


def ids() -> frozenset[str]:
    """Every text id there is."""
    return frozenset(_TEXTS["fr"])


def text(locale: Locale, text_id: str, /, **values: object) -> str:
    """The words of an id with its placeholders filled in; raises `KeyError` naming what is missing."""
    return _TEXTS[locale][text_id].format(**values)


def word(locale: Locale, family: str, name: str) -> str:
    """The words for a name of a closed list (`stage`, `outcome` …); the name itself when it is already words."""
    return _TEXTS[locale].get(f"{family}.{name}", name)
