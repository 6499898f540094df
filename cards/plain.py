"""Words that come from outside (people, playbooks, the directory), made safe to put on a card.

Clients disagree on how to escape Markdown (Teams on iOS and Android shows the backslash), so
nothing here escapes: cards put such words in text runs, where no client interprets anything, and
`plain` is for the few places that have no runs (headings, and messages without a card).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

ELLIPSIS: Final = "…"

_NO_BREAK_SPACE: Final = "\u00a0"
_WORD_JOINER: Final = "\u2060"
_BLANKS: Final = re.compile(r"[ \t\r\n\v\f\u0085\u2028\u2029]+")
_BEFORE: Final = re.compile(r" (?=[:;?!%»](?:\s|$|[.,)»”]))")
_APOSTROPHE: Final = re.compile(r"(?<=\w)'")
_AFTER: Final = re.compile(r"(?<=«) ")
_DIRECTIONS: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LOOKALIKE: Final = str.maketrans(
    {"*": "∗", "_": "ˍ", "`": "ʼ", "[": "(", "]": ")", "~": "∼", "<": "‹", ">": "›", "\\": "∖"}
)
_LIST: Final = re.compile(r"^(?=[-+#>]|\d+[.)]\s)")
_LINK: Final = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)


def typeset(text: str) -> str:
    """Typography: curly apostrophes, and in French spaces that do not break before `: ; ? ! % »` and after `«`."""
    curly = _APOSTROPHE.sub("\u2019", text)
    return _AFTER.sub(_NO_BREAK_SPACE, _BEFORE.sub(_NO_BREAK_SPACE, curly))


@lru_cache(maxsize=4096)
def _visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Cn"} and character not in _DIRECTIONS


def clean(text: str) -> str:
    """One line: no control characters, no lone surrogates, no change of writing direction."""
    shown = "".join(filter(_visible, _BLANKS.sub(" ", text)))
    return typeset(_BLANKS.sub(" ", shown).strip())


def verbatim(text: str) -> str:
    """One line to be copied: nothing invisible, and no typography."""
    return "".join(filter(_visible, _BLANKS.sub(" ", text))).strip()


def plain(text: str) -> str:
    """`clean`, and no sign left that Markdown or an automatic link would act on."""
    harmless = _LINK.sub(_WORD_JOINER, clean(text).translate(_LOOKALIKE))
    return _LIST.sub(_WORD_JOINER, harmless)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, at the end of a word when one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_word = head.rfind(" ", limit * 2 // 3)
    return (head[:at_word] if at_word > 0 else head).rstrip(" ,;:") + ELLIPSIS
