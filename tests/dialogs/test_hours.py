from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.site import Site, parse_sites
from bot.errors import SitesInvalid
from dialogs.hours import hours_of

OPEN = Site(id="lyon", name="Lyon", helpdesk_hours="08:00-18:00")
MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "resumes"),
    [
        (datetime(2026, 11, 27, 10, tzinfo=UTC), None),
        (datetime(2026, 11, 27, 6, 59, tzinfo=UTC), datetime(2026, 11, 27, 7, tzinfo=UTC)),
        (datetime(2026, 11, 27, 17, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 28, 10, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 29, 5, tzinfo=UTC), MONDAY),
    ],
    ids=["open", "too early", "closing time", "saturday", "sunday before opening"],
)
def test_helpdesk_resumes_when_it_opens(at: datetime, resumes: datetime | None) -> None:
    hours = hours_of(OPEN)
    assert hours is not None
    assert hours.resumes(at) == resumes


def test_nothing_is_promised_without_hours() -> None:
    assert hours_of(None) is None
    assert hours_of(Site(id="lyon", name="Lyon")) is None


@pytest.mark.parametrize("written", ["8-18", "08:00-25:00", "08:00 - 18:00", "08:60-18:00"])
def test_hours_that_nobody_understands_are_refused(written: str) -> None:
    with pytest.raises(SitesInvalid):
        parse_sites(f'[[site]]\nid = "a"\nname = "A"\nhelpdesk_hours = "{written}"\n')
