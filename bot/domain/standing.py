"""How a case stands with the helpdesk: how urgent it is, until when it should be mended, what agents noted."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.case import Priority


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent noted, with the number of its ledger entry."""

    text: str
    by: str
    at: datetime
    n: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`due` is UTC; `overdue` once that time has come. `remarks`: oldest first."""

    priority: Priority
    due: datetime
    overdue: bool = False
    remarks: tuple[Remark, ...] = ()
