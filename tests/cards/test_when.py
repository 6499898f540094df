from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.diagnosis import LOCALES, Locale
from cards.when import at, at_with_zone

WINTER = datetime(2026, 11, 22, 8, 14, tzinfo=UTC)
SUMMER = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "locale", "shown"),
    [
        (WINTER, "Europe/Paris", "fr", "22 nov. à 09:14 (UTC+1)"),
        (SUMMER, "Europe/Paris", "fr", "15 juil. à 00:30 (UTC+2)"),
        (WINTER, "Asia/Kolkata", "en", "22 Nov at 13:44 (UTC+5:30)"),
        (WINTER, "America/St_Johns", "en", "22 Nov at 04:44 (UTC\u22123:30)"),
        (WINTER, "UTC", "en", "22 Nov at 08:14 (UTC)"),
    ],
)
def test_time_is_that_of_the_site(moment: datetime, zone: str, locale: Locale, shown: str) -> None:
    assert at_with_zone(moment, zone, locale) == shown


def test_short_form_leaves_out_the_zone() -> None:
    assert at(WINTER, "Europe/Paris", "fr") == "22 nov. à 09:14"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "Europe"])
def test_unknown_zone_is_shown_as_utc(zone: str) -> None:
    assert at_with_zone(WINTER, zone, "en") == "22 Nov at 08:14 (UTC)"


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(LOCALES))
def test_any_moment_can_be_shown(moment: datetime, locale: Locale) -> None:
    assert at_with_zone(moment, "Pacific/Kiritimati", locale)
