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


def retry_after_s(header: str | None) -> float | None:
    """The seconds of a `Retry-After` (RFC 9110 §10.2.3), a number or a date; None when it says nothing."""
    if header is None:
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", header.strip(), re.ASCII):
        return max(0.0, float(header))
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


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
        now = time.monotonic()
        until = self._until = now + self._limit_s if self._until is None else self._until
        seconds = _backoff_s(attempt) if retry_after is None else retry_after
        if now + seconds > until:
            return False
        await asyncio.sleep(seconds)
        return True


def _backoff_s(attempt: int) -> float:
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**attempt)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 (spreads load, guards nothing)
