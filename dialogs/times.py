"""When a case comes back to its people: the next working morning at the site, and how long a closed case may reopen."""

from __future__ import annotations

import tomllib
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.site import Site
from dialogs.words import time_zone


class _Morning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hour: int
    days: frozenset[int]


class _Reminders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first_minutes: int
    last_hours: int


class _Reopen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: int


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    morning: _Morning
    reminders: _Reminders
    reopen: _Reopen


@cache
def _data() -> _Data:
    text = files("dialogs").joinpath("times.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Data)


def next_morning(at: datetime, site: Site | None) -> datetime:
    """The first working morning after the day of `at`, as the clock at the site shows it (aware UTC in and out)."""
    morning, zone = _data().morning, ZoneInfo(time_zone(site))
    day = at.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() not in morning.days:
        day += timedelta(days=1)
    return datetime.combine(day, time(morning.hour), zone).astimezone(at.tzinfo)


def first_reminder() -> timedelta:
    """How long a proof may wait before it is asked for again."""
    return timedelta(minutes=_data().reminders.first_minutes)


def last_call() -> timedelta:
    """How long after the second reminder the helpdesk learns that nobody answers."""
    return timedelta(hours=_data().reminders.last_hours)


def may_reopen(closed: datetime, now: datetime) -> bool:
    """True while a closed case goes on where it stood; later its trouble is a new case."""
    return now - closed <= timedelta(days=_data().reopen.days)
