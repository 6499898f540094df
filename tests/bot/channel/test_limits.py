from __future__ import annotations

from typing import get_args

from bot.channel.limits import limits
from bot.domain.diagnosis import Locale


def test_shipped_limits_are_the_promised_ones() -> None:
    shipped = limits()
    assert (shipped.endpoint.body_bytes, shipped.endpoint.body_s) == (256 * 1024, 10)
    assert (shipped.keys.lifetime_s, shipped.keys.unknown_kid_s) == (24 * 3600, 60)
    assert shipped.token.clock_skew_s == 300
    assert list(shipped.pace.send) == [(7, 1), (8, 2), (60, 30), (1800, 3600)]
    assert list(shipped.pace.app) == [(50, 1)]


def test_every_language_has_its_acknowledgement() -> None:
    assert all(limits().acknowledged[locale] for locale in get_args(Locale))


def test_limits_are_read_only_once() -> None:
    assert limits() is limits()
