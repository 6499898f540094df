import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.graph.patience import ATTEMPTS, Patience, retry_after_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("nan", None),
        ("inf", None),
        (None, None),
        ("soon", None),
        ("", None),
    ],
)
def test_header_gives_seconds_or_nothing(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header) == seconds


def test_header_may_be_a_date() -> None:
    later = retry_after_s(format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True))
    assert later == pytest.approx(20, abs=2)
    assert retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


def test_date_counts_from_the_answer() -> None:
    assert retry_after_s("Wed, 21 Oct 2015 07:28:20 GMT", "Wed, 21 Oct 2015 07:28:00 GMT") == 20.0
    assert retry_after_s("Wed, 21 Oct 2015 07:28:20 GMT", "yesterday") == 0.0
    assert retry_after_s("Fri, 31 Dec 9999 23:59:59 -2300") is None


@given(st.text(max_size=30))
def test_no_header_can_crash_it(header: str) -> None:
    seconds = retry_after_s(header)
    assert seconds is None or seconds >= 0


async def test_told_pause_is_kept() -> None:
    began = time.monotonic()
    assert await Patience().pause(0, 0.2)
    assert time.monotonic() - began >= 0.19


async def test_too_long_pause_is_refused() -> None:
    began = time.monotonic()
    assert not await Patience(limit_s=30).pause(0, 31)
    assert time.monotonic() - began < 0.1


async def test_budget_is_shared_by_calls() -> None:
    patience = Patience(limit_s=0.3)
    assert all(await asyncio.gather(patience.pause(0, 0.2), patience.pause(0, 0.2)))
    assert not await patience.pause(1, 0.2)


async def test_attempts_come_to_an_end() -> None:
    assert not await Patience().pause(ATTEMPTS, 0)


async def test_untold_pause_backs_off() -> None:
    began = time.monotonic()
    assert await Patience().pause(0, None)
    assert 0.2 <= time.monotonic() - began < 1
