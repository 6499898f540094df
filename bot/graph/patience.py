"""How long a client waits in all when Microsoft Graph says that it is too busy."""

from __future__ import annotations

import asyncio
import random
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LIMIT_S: Final = 30.0
ATTEMPTS: Final = 8

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 8.0


def retry_after_s(header: str | None, date: str | None = None) -> float | None:
    """The seconds of a `Retry-After` (RFC 9110 §10.2.3), a number or a date; None when it says nothing.

    A date is counted from the answer's own `date`, which a wrong clock here does not shift.
    """
    if header is None:
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", header.strip(), re.ASCII):
        return max(0.0, float(header))
    moment = _moment(header)
    if moment is None:
        return None
    return max(0.0, (moment - (_moment(date or "") or datetime.now(UTC))).total_seconds())


def _moment(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class Patience:
    """A budget shared by several calls: from the first pause on, `limit_s` seconds and no more."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._until: float | None = None

    async def pause(self, attempt: int, retry_after: float | None) -> bool:
        """Waits before attempt `attempt + 1`; False, without waiting, when that would take too long.

        Without `retry_after` it backs off exponentially with jitter.
        """
        if attempt >= ATTEMPTS:
            return False
        return await self.wait(backoff_s(attempt) if retry_after is None else retry_after)

    async def wait(self, seconds: float) -> bool:
        """Waits; False, without waiting, when that is longer than patience lasts."""
        if seconds > self.left_s():
            return False
        await asyncio.sleep(seconds)
        return True

    def left_s(self) -> float:
        """Seconds left; they begin to run when this is first asked, or the first wait begins."""
        now = time.monotonic()
        self._until = now + self._limit_s if self._until is None else self._until
        return self._until - now


def backoff_s(attempt: int) -> float:
    """How long to wait after attempt `attempt` (from 0) when nobody says: longer each time, with jitter."""
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**attempt)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 (spreads load, guards nothing)
