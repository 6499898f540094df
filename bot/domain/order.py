"""What an agent asks of the bot by typing, or with a button of a card that is about no case."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

OrderName = Literal[
    "queue", "case", "file", "probe", "licence", "on_call", "commands",
    "claim", "assign", "priority", "ask", "check", "finding", "approve", "decline", "escalate", "resolve",
]  # fmt: skip

ABOUT_CASE: Final[frozenset[OrderName]] = frozenset(
    {
        "claim", "assign", "priority", "ask", "check", "finding", "approve", "decline", "escalate", "resolve",
    }
)  # fmt: skip
"""Those that act on a case; the same words are verbs of buttons."""


class Order(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`case` is the one named, `text` what was said besides, `values` the inputs of a card."""

    name: OrderName
    case: str = ""
    text: str = ""
    values: dict[str, str] = {}
