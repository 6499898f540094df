"""The plans that ship, and those that must not."""

from __future__ import annotations

import pytest

from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import options_of
from bot.probes.plans import build, issuers_of, parse_plans, shipped, standard_ports

LYON = Site(id="lyon", name="Lyon", resolvers=("10.20.0.53", "10.20.1.53"), ntp_servers=("10.20.0.1",))
LAB = Site(
    id="lab",
    name="Lab",
    resolvers=("127.0.0.1:5353",),
    ntp_servers=("127.0.0.1",),
    lab=Lab(
        ports={"443": 8443, "3478": 13478, "123": 10123, "80": 8080},
        ranges=("127.0.0.1/32",),
        ca_file="/lab/ca.pem",
        issuers=("Lab",),
    ),
)


def test_the_network_plan_reaches_every_fact() -> None:
    facts = {options_of(spec).fact for spec in build("network", LYON)}
    assert facts == {"dns", "tcp443", "tls", "udp3478", "ntp", "http80"}


def test_every_probe_asks_the_phones_resolver() -> None:
    assert {options_of(spec).resolver for spec in build("network", LYON)} == {"10.20.0.53"}


def test_the_sites_time_server_is_asked() -> None:
    asked = [(spec.host, spec.port) for spec in build("network", LYON) if spec.prober == "ntp"]
    assert asked == [("10.20.0.1", 123)]


def test_without_a_site_the_public_ones() -> None:
    specs = build("network")
    assert [spec.host for spec in specs if spec.prober == "ntp"] == ["time.windows.com"]
    assert {options_of(spec).resolver for spec in specs} == {None}


def test_a_laboratory_replaces_what_differs() -> None:
    specs = {(spec.prober, spec.host): spec for spec in build("network", LAB)}
    tls = specs["tls", "teams.microsoft.com"]
    assert tls.port == 8443
    options = options_of(tls)
    assert (options.ranges, options.issuers) == (("127.0.0.1/32",), ("Lab",))
    assert options.ca_file == "/lab/ca.pem"
    assert specs["ntp", "127.0.0.1"].port == 10123
    stun = next(spec for spec in specs.values() if spec.prober == "stun")
    assert (stun.port, options_of(stun).reference) == (13478, "stun.azure.com:13478")


def test_hosts_without_ranges_get_none_in_a_laboratory() -> None:
    registration = next(s for s in build("network", LAB) if s.host == "enterpriseregistration.windows.net")
    assert options_of(registration).ranges == ()


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no probe plan 'netwrok'"):
        build("netwrok", LYON)


def test_issuers_are_known_for_planned_hosts_only() -> None:
    assert "DigiCert Inc" in issuers_of("Teams.Microsoft.com")
    assert issuers_of("intranet.bellecour.example") == ()


def test_the_standard_ports_are_listed() -> None:
    assert standard_ports() == {53, 80, 123, 443, 3478}


def test_shipped_plans_name_no_wildcard_apex() -> None:
    hosts = {host for plan in shipped().plan.values() for row in plan.row for host in row.hosts}
    assert hosts.isdisjoint({"lync.com", "skype.com", "microsoft.com"})


ROW = '[[plan.p.row]]\nprober = "tls"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("plan = 1", "Expected `object`"),
        (ROW, "hosts"),
        (ROW + 'hosts = ["*.lync.com"]', "concrete"),
        (ROW + 'hosts = ["a"]\nranges = "mars"', "no ranges 'mars'"),
        (ROW + 'hosts = ["a"]\nissuers = "acme"', "no issuers 'acme'"),
        (ROW + 'hosts = ["a"]\nsite = "switches"', "no host list 'switches'"),
        (ROW + 'hosts = ["a"]\ncolour = "red"', "colour"),
        ('[[plan.p.row]]\nprober = "gopher"\nhosts = ["a"]', "no prober 'gopher'"),
        ('[ranges]\nx = ["300.0.0.0/8"]\n' + ROW + 'hosts = ["a"]\nranges = "x"', "300.0.0.0/8"),
        ("[plan", "Expected"),
    ],
)
def test_a_bad_plan_says_why(text: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_plans(text)
    assert why in str(caught.value)
