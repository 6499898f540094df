"""What a runner learns of its site."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.domain.site import Lab, Site
from bot.probes.plans import build
from bot.probes.wire import Hello, SiteView

SITE = Site(
    id="lyon",
    name="Lyon Part-Dieu",
    resolvers=("10.20.0.53",),
    ntp_servers=("10.20.0.1",),
    switches=("10.20.0.2",),
    lab=Lab(ports={"443": 8443}),
)


def test_both_ends_build_the_same_plan() -> None:
    assert build("network", SiteView.of(SITE).site(lab=True)) == build("network", SITE)


def test_a_laboratory_may_be_disbelieved() -> None:
    ports = {spec.port for spec in build("network", SiteView.of(SITE).site(lab=False))}
    assert 8443 not in ports


def test_only_what_is_needed_is_told() -> None:
    hello = Hello(site=SiteView.of(SITE), time=datetime(2026, 11, 22, tzinfo=UTC))
    data = msgspec.json.encode(hello)
    assert b"switches" not in data
    assert b"Part-Dieu" not in data
    assert msgspec.json.decode(data, type=Hello) == hello
