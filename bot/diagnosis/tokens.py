"""A text as plain words: what accents, case, apostrophes and punctuation must not decide.

Sentence ends and commas stay as tokens of their own, because what is said of one thing ends there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

STOP: Final = "/"
COMMA: Final = ","
NUMBER: Final = "0"
TIME: Final = "hhmm"

_PLAIN: Final = str.maketrans(
    dict.fromkeys("’‘ʼ`´", "'")
    | dict.fromkeys('«»“”„"', " ")
    | {"…": "\n", "–": "-", "—": "-", "œ": "oe", "æ": "ae"}
)
_PUBLIC: Final = re.compile(r"\b(?:8\.8\.8\.8|1\.1\.1\.1)\b")
_TIME: Final = re.compile(r"\b\d{1,2} ?[:h] ?\d{2}\b(?! ?min)")
_DOTTED: Final = re.compile(r"\d+(?:[.:]\d+)+(?:-\d+)?")
_CONTRACTED: Final = ((re.compile(r"\bcan'?t\b"), "can not"), (re.compile(r"\bwon't\b"), "will not"))
_NOT: Final = re.compile(r"n't\b")
_POINT: Final = re.compile(
    r"\b(n(?:e |'))((?:(?!pas|plus|rien|aucun|jamais|personne)[\w']+ ){1,3})(?:point|guere)\b"
)
_END: Final = re.compile(r"[!?;\n|]|\.(?!\w)")
_PAUSE: Final = re.compile(r"[,:()\[\]]|\s-\s")
_TOKEN: Final = re.compile(r"[a-z][a-z0-9]*|[0-9]+(?:st|nd|rd|th|eme|er|e)?(?![a-z])|[0-9]|[/,=&]")


def fold(text: str) -> str:
    """A text in lower case without accents, in ASCII, its apostrophes all alike."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return plain.encode("ascii", "ignore").decode("ascii").lower()


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, with `/` where a sentence ends and `,` where it pauses."""
    plain = _PUBLIC.sub(" google ", fold(text)).replace("/", " ")
    plain = _DOTTED.sub(f" {NUMBER} ", _TIME.sub(f" {TIME} ", plain))
    for contracted, full in _CONTRACTED:
        plain = contracted.sub(full, plain)
    plain = _POINT.sub(r"\1\2pas", plain)
    plain = _NOT.sub(" not", plain).replace("'", " ")
    return tuple(_TOKEN.findall(_PAUSE.sub(" , ", _END.sub(" / ", plain))))


def once(written: Sequence[str]) -> tuple[str, ...]:
    """The same words without sentences that were said before: a text sent twice says no more."""
    sentences = (one.strip() for one in " ".join(written).split(STOP))
    return tuple(f" {STOP} ".join(dict.fromkeys(filter(None, sentences))).split())
