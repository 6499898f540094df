"""What a runner learns of its site."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.domain.site import Lab, Site
from bot.probes.plans import build
from bot.probes.wire import Check, Greeting, Hello, SiteView

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


def test_a_second_resolver_is_known_at_both_ends() -> None:
    site = Site(id="lyon", name="Lyon", reference_resolver="192.0.2.53")
    assert SiteView.of(site).site(lab=False).reference_resolver == "192.0.2.53"


def test_ills_are_told_in_words() -> None:
    clock = Check(name="clock", ok=False, needed=True, why="400 s off the bot's clock")
    assert Greeting(checks=(clock, Check(name="udp", ok=True))).ills == ("clock: 400 s off the bot's clock",)
