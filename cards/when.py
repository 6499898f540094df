"""Dates and times as people of a site read them.

Teams does not support the date functions of Adaptive Cards, so the bot writes the words. Days are
named, never "today": a card stays on the screen for days.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.diagnosis import Locale
from cards.texts import text


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _offset(at: datetime) -> str:
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "" if minutes == 0 else "+" if minutes > 0 else "\u2212"
    return f"UTC{sign}" + (f"{hours}" if minutes else "") + (f":{rest:02}" if rest else "")


def _words(locale: Locale, text_id: str, local: datetime, **values: str) -> str:
    month = text(locale, "when.months").split()[local.month - 1]
    return text(locale, text_id, day=local.day, month=month, time=f"{local:%H:%M}", **values)


def at(moment: datetime, zone: str, locale: Locale) -> str:
    """`22 nov. à 09:14`: `moment` (aware) in the time zone named, UTC when there is none of that name."""
    return _words(locale, "when.at", _local(moment, zone))


def at_with_zone(moment: datetime, zone: str, locale: Locale) -> str:
    """`22 nov. à 09:14 (UTC+1)`: the same, saying which clock."""
    local = _local(moment, zone)
    return _words(locale, "when.at_with_zone", local, offset=_offset(local))


def _local(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(_zone(zone))
    except OverflowError:
        return moment
