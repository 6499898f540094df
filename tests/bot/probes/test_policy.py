"""Nothing but what plans and the site's lists name is ever touched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.plans import build
from bot.probes.policy import allow, refuse

SITE = Site(
    id="lyon",
    name="Lyon",
    resolvers=("10.20.0.53",),
    ntp_servers=("10.20.0.1",),
    gateway="10.20.30.1",
    private_targets=("sbc.bellecour.example:5061", "10.20.0.9"),
)
LAB = Site(
    id="lab", name="Lab", resolvers=("127.0.0.1:5353",), lab=Lab(ports={"443": 8443}, ca_file="/ca.pem")
)


def _spec(prober: str, host: str, port: int | None = None, **options: Any) -> ProbeSpec:
    return ProbeSpec(prober=prober, host=host, port=port, options=options)


@pytest.mark.parametrize("site", [SITE, LAB])
def test_every_planned_probe_may_run(site: Site) -> None:
    allowed = allow(site)
    assert [refuse(spec, allowed) for spec in build("network", site)] == [None] * len(build("network", site))


@pytest.mark.parametrize(
    "spec",
    [
        _spec("tcp", "sbc.bellecour.example", 5061),
        _spec("tcp", "10.20.0.9", 443),
        _spec("tcp", "10.20.30.1", 80),
        _spec("tls", "Teams.Microsoft.com."),
        _spec("dns", "sbc.bellecour.example", resolver="10.20.0.53"),
        _spec("ntp", "10.20.0.1", 123),
        _spec("tcp", "10.20.0.53", 53),
    ],
)
def test_what_the_site_lists_may_be_asked(spec: ProbeSpec) -> None:
    assert refuse(spec, allow(SITE)) is None


@pytest.mark.parametrize(
    "spec",
    [
        _spec("tcp", "10.20.0.8", 443),
        _spec("tcp", "10.20.0.9", 22),
        _spec("tcp", "sbc.bellecour.example", 443),
        _spec("tcp", "teams.microsoft.com", 22),
        _spec("http", "169.254.169.254", 80),
        _spec("dns", "exfiltrated.attacker.example"),
        _spec("dns", "teams.microsoft.com", resolver="198.51.100.1"),
        _spec("dns", "teams.microsoft.com", resolver="10.20.0.53:5300"),
        _spec("stun", "worldaz.turn.teams.microsoft.com", 3478, reference="10.20.0.8:22"),
        _spec("tls", "teams.microsoft.com", 443, ca_file="/etc/shadow"),
        _spec("http", "10.20.0.9", 80, path="/reboot"),
        _spec("tls", "teams.microsoft.com", 443, timeout_s=9999),
        _spec("tls", "teams.microsoft.com", 8443),
    ],
)
def test_everything_else_is_refused(spec: ProbeSpec) -> None:
    assert refuse(spec, allow(SITE))


def test_a_laboratory_port_stays_in_the_laboratory() -> None:
    assert refuse(_spec("tls", "teams.microsoft.com", 8443, ca_file="/ca.pem"), allow(LAB)) is None
    assert refuse(_spec("tls", "teams.microsoft.com", 443), allow(LAB))


@given(st.ip_addresses(v=4), st.integers(1, 65535), st.sampled_from(["tcp", "tls", "http", "stun", "ntp"]))
def test_no_port_scan_gets_through(address: object, port: int, prober: str) -> None:
    listed = {"10.20.0.9", "10.20.30.1", "10.20.0.53", "10.20.0.1"}
    assert str(address) in listed or refuse(_spec(prober, str(address), port), allow(SITE))


def test_a_list_that_names_no_host_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="printer:99999"):
        allow(Site(id="a", name="A", private_targets=("printer:99999",)))
