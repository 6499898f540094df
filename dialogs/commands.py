"""What a person can say at any point, in their own words: help, status, cancel, start over, a person."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from bot.domain.verb import Verb

LONGEST: Final = 60  # characters; a longer text is a description, even if it contains "aide"


def fold(text: str) -> str:
    """Lower case, without accents, punctuation or double spaces, so that spellings compare."""
    parts = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^\w:.]+", " ", bare.replace("œ", "oe")).split()).strip(" .")


@cache
def _phrases() -> dict[str, Verb]:
    table = tomllib.loads(files("dialogs").joinpath("commands.toml").read_text(encoding="utf-8"))
    return {fold(phrase): Verb(verb) for verb, phrases in table.items() for phrase in phrases}


def command(text: str) -> Verb | None:
    """The command that a text is, as a whole; None when it says something else."""
    if len(text) > LONGEST:
        return None
    if set(text.strip()) == {"?"}:
        return Verb.help
    return _phrases().get(fold(text))
