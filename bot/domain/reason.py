"""Why a fact could not be had, as ids that every reader's language has words for.

The ledger keeps what was said at the time (`no_runner_since 2026-11-22T13:58+00:00`, a sentence of
Microsoft Graph); what people read is made of it here, so no id and no foreign sentence reaches them.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

OTHER: Final = "other"
IDS: Final = frozenset(
    {
        "no_site", "no_runner", "no_runner_since", "offline", "expired", "failed", "inconclusive",
        "no_such_person", "graph_not_configured", "graph_busy", "graph_silent", "no_premium", "no_permission",
        OTHER,
    }
)  # fmt: skip

# What sentences of the directory's client mean.
_SENTENCES: Final = {
    "no_permission": re.compile(r"lacks the permission (?P<permission>[A-Za-z.]+)"),
    "no_premium": re.compile(r"has no Entra ID P1 licence"),
    "graph_busy": re.compile(r"Microsoft Graph was too busy"),
    "graph_silent": re.compile(r"Microsoft Graph (does not answer|cannot be reached)|^the login service at"),
}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One of `IDS`; `since` is the last sign of life (aware UTC), `permission` the one that is lacking, when named."""

    id: str
    since: datetime | None = None
    permission: str = ""


def read_reason(why: str) -> Reason:
    """The reason that a ledger entry gives; `other` for words that stand for none."""
    name, _, rest = why.partition(" ")
    if name in IDS:
        return _dated(name, rest)
    found = ((id_, said.search(why)) for id_, said in _SENTENCES.items())
    id_, match = next(((id_, match) for id_, match in found if match), (OTHER, None))
    return Reason(id=id_, permission=(match.groupdict().get("permission") or "") if match else "")


def _dated(name: str, stamp: str) -> Reason:
    if name != "no_runner_since":
        return Reason(id=name)
    try:
        since = datetime.fromisoformat(stamp)
    except ValueError:
        return Reason(id="no_runner")
    return Reason(id=name, since=since) if since.tzinfo else Reason(id="no_runner")
