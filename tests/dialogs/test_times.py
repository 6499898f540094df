from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.site import Site
from dialogs.times import first_reminder, last_call, may_reopen, next_morning

PARIS = Site(id="lyon", name="Lyon")
TOKYO = Site(id="tokyo", name="Tokyo", time_zone="Asia/Tokyo")


@pytest.mark.parametrize(
    ("at", "site", "morning"),
    [
        (datetime(2026, 11, 24, 13, tzinfo=UTC), PARIS, datetime(2026, 11, 25, 8, tzinfo=UTC)),
        (datetime(2026, 11, 27, 13, tzinfo=UTC), PARIS, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (datetime(2026, 11, 24, 13, tzinfo=UTC), None, datetime(2026, 11, 25, 8, tzinfo=UTC)),
        (datetime(2026, 11, 24, 20, tzinfo=UTC), TOKYO, datetime(2026, 11, 26, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 13, tzinfo=UTC), PARIS, datetime(2027, 3, 29, 7, tzinfo=UTC)),
    ],
    ids=["next day", "over the weekend", "no site", "other zone", "into summer time"],
)
def test_next_working_morning_at_the_site(at: datetime, site: Site | None, morning: datetime) -> None:
    assert next_morning(at, site) == morning


def test_closed_case_reopens_for_a_week() -> None:
    closed = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert may_reopen(closed, closed + timedelta(days=7))
    assert not may_reopen(closed, closed + timedelta(days=7, seconds=1))


def test_reminders_come_while_it_matters() -> None:
    assert timedelta() < first_reminder() < last_call() < timedelta(days=1)
