"""What every line of a ledger has."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One line of the ledger: number, UTC time, author (`user`, `bot`, `graph`, `agent:NAME`, `runner:ID`)."""

    n: int
    at: datetime
    by: str
