"""When the helpdesk of a site answers, Monday to Friday; nothing is promised where nobody has said."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.site import Site
from dialogs.words import time_zone

_FRIDAY = 4


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """`opens` and `closes` are `08:00`, on the clock of `zone`."""

    opens: str
    closes: str
    zone: str

    def resumes(self, at: datetime) -> datetime | None:
        """When somebody is there again (aware UTC in and out); None while somebody is."""
        zone = ZoneInfo(self.zone)
        here, opens, closes = (
            at.astimezone(zone),
            time.fromisoformat(self.opens),
            time.fromisoformat(self.closes),
        )
        if here.weekday() <= _FRIDAY and opens <= here.time() < closes:
            return None
        day = here.date() + timedelta(days=here.time() >= opens)
        while day.weekday() > _FRIDAY:
            day += timedelta(days=1)
        return datetime.combine(day, opens, zone).astimezone(at.tzinfo)


def hours_of(site: Site | None) -> Hours | None:
    """The helpdesk's hours as the site's description gives them (`08:00-18:00`)."""
    if site is None or not site.helpdesk_hours:
        return None
    opens, _, closes = site.helpdesk_hours.partition("-")
    return Hours(opens=opens, closes=closes, zone=time_zone(site))
