"""For any site and any probe: only what a plan or the site names, with every option bound as well."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.probes.options import DEFAULT_PORTS
from bot.probes.plans import build, shipped
from bot.probes.policy import Allowed, allow, refuse, touchable
from tests.support.mutation import inputs

SITE = Site(
    id="lyon",
    name="Lyon",
    resolvers=("10.20.0.53",),
    ntp_servers=("10.20.0.1",),
    gateway="10.20.30.1",
    switches=("10.20.0.2",),
    private_targets=("sbc.bellecour.example:5061",),
    reference_resolver="9.9.9.9",
)
ALLOWED = allow(SITE, switches=SITE.switches)
PUBLIC = {
    host.lower() for plan in shipped().plan.values() for row in plan.row for host in (*row.hosts, row.reference) if host
}  # fmt: skip
LISTED = {"10.20.0.53", "10.20.0.1", "10.20.30.1", "sbc.bellecour.example"}

addresses = st.ip_addresses().map(str)
hosts = st.one_of(
    addresses,
    st.sampled_from(
        [*sorted(PUBLIC | LISTED), "10.20.0.2", "localhost", "attacker.example", "TEAMS.microsoft.com."]
    ),
    st.text(max_size=20),
)
servers = st.one_of(hosts, hosts.map(lambda host: f"{host}:53"), hosts.map(lambda host: f"{host}:22"))
options = st.fixed_dictionaries(
    {},
    optional={
        "resolver": servers,
        "reference_resolver": servers,
        "reference": servers,
        "server_name": hosts,
        "ca_file": st.sampled_from(["/etc/shadow", "/ca.pem"]),
        "path": st.sampled_from(["/", "/reboot", "/../x"]),
        "community": st.just("public"),
        "count": st.integers(-5, 1000),
        "timeout_s": st.floats(),
        "mac": st.sampled_from(["00:04:f2:ab:cd:ef", "x"]),
    },
)
ports = st.none() | st.integers(-1, 70000) | st.sampled_from([53, 80, 123, 161, 443, 3478, 5061])
anything = st.builds(
    ProbeSpec,
    prober=st.sampled_from([*DEFAULT_PORTS, "dns", "icmp", "gopher", ""]),
    host=hosts,
    port=ports,
    options=options,
)
PLANNED = [spec for plan in shipped().plan for spec in build(plan, SITE, mac="0004f2abcdef")]
planned = st.sampled_from(PLANNED)
# A probe that may run, with one thing changed: what a forger would try first.
forged = st.one_of(
    st.builds(lambda spec, host: replace(spec, host=host), planned, hosts),
    st.builds(lambda spec, port: replace(spec, port=port), planned, ports),
    st.builds(lambda spec, told: replace(spec, options={**spec.options, **told}), planned, options),
)


def _server(text: str) -> str:
    host, _, port = text.rpartition(":")
    return host if port.isdigit() and host.count(":") == 0 else text


@pytest.mark.fuzz
@settings(max_examples=inputs() // 2)
@given(anything | forged)
def test_nothing_unlisted_passes(spec: ProbeSpec) -> None:
    if refuse(spec, ALLOWED) is not None:
        return
    host, told = spec.host.rstrip(".").lower(), spec.options
    assert host in (set(SITE.switches) if spec.prober == "snmp" else PUBLIC | LISTED)
    assert spec.prober in {*DEFAULT_PORTS, "dns", "icmp"}
    assert _server(told.get("resolver", "10.20.0.53")) == "10.20.0.53"
    assert _server(told.get("reference_resolver", "9.9.9.9")) in {"9.9.9.9", "10.20.0.53"}
    assert _server(told.get("reference", "stun.azure.com")).lower() in PUBLIC | LISTED
    assert told.get("server_name", "teams.microsoft.com").rstrip(".").lower() in PUBLIC | LISTED
    assert (told.get("path", "/"), "ca_file" in told) == ("/", False)
    assert spec.prober != "snmp" or "community" not in told
    if spec.prober not in {"dns", "icmp"}:
        assert spec.port in {None, 53, 80, 123, 161, 443, 3478, 5061}


names = st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)
ends = st.one_of(addresses, names)
sites = st.builds(
    Site,
    id=st.just("a"),
    name=st.just("A"),
    resolvers=st.lists(addresses, max_size=2).map(tuple),
    ntp_servers=st.lists(ends, max_size=2).map(tuple),
    gateway=st.none() | addresses,
    switches=st.lists(ends, max_size=2).map(tuple),
    reference_resolver=st.none() | addresses,
    lab=st.none() | st.just(Lab(ports={"443": 8443, "161": 1161, "123": 1123}, ca_file="/ca.pem")),
)


@given(sites)
def test_every_planned_probe_may_run(site: Site) -> None:
    allowed = allow(site, switches=site.switches)
    for plan in shipped().plan:
        for spec in build(plan, site, mac="0004f2abcdef"):
            assert refuse(spec, allowed) is None


@pytest.mark.parametrize(
    ("prober", "host", "more"),
    [
        ("icmp", "10.20.0.8", {}),
        ("icmp", "login.microsoftonline.com", {}),
        ("quality", "10.20.0.9", {}),
        ("quality", "teams.microsoft.com", {}),
        ("dns", "teams.microsoft.com", {"reference_resolver": "8.8.8.8"}),
        ("dns", "teams.microsoft.com", {"resolver": "9.9.9.9"}),
        ("ntp", "10.20.0.1", {"reference": "10.20.0.8"}),
        ("tls", "teams.microsoft.com", {"server_name": "attacker.example"}),
        ("snmp", "10.20.30.1", {}),
        ("gopher", "teams.microsoft.com", {}),
    ],
)
def test_new_probers_are_bound_too(prober: str, host: str, more: dict[str, Any]) -> None:
    assert refuse(ProbeSpec(prober=prober, host=host, options=more), ALLOWED)


@pytest.mark.parametrize(
    ("prober", "host", "more"),
    [
        ("icmp", "10.20.30.1", {"count": 10}),
        ("icmp", "teams.microsoft.com", {}),
        ("quality", "worldaz.turn.teams.microsoft.com", {"count": 50}),
        ("dns", "teams.microsoft.com", {"reference_resolver": "9.9.9.9"}),
        ("ntp", "10.20.0.1", {"reference": "time.windows.com"}),
        ("tls", "teams.microsoft.com", {"at_clock": 0, "tls_version": "1.2"}),
        ("snmp", "10.20.0.2", {"mac": "0004f2abcdef"}),
    ],
)
def test_what_plans_ask_for_may_run(prober: str, host: str, more: dict[str, Any]) -> None:
    assert refuse(ProbeSpec(prober=prober, host=host, options=more), ALLOWED) is None


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.1.2.3",
        "64:ff9b::a01:203", "2002:a01:203::1",
    ],
)  # fmt: skip
def test_a_name_may_not_lead_inside(address: str) -> None:
    assert not touchable("crl.microsoft.com", address, ALLOWED)
    assert touchable("sbc.bellecour.example", address, ALLOWED), "the site lists the name"


@pytest.mark.parametrize("address", ["52.112.0.1", "2603:1063::1", "64:ff9b::3470:1", "10.20.0.1"])
def test_public_and_listed_addresses_are_open(address: str) -> None:
    assert touchable("crl.microsoft.com", address, ALLOWED)


@given(st.ip_addresses())
def test_no_private_address_is_touched(address: Any) -> None:
    if touchable("teams.microsoft.com", str(address), ALLOWED) and str(address) not in LISTED | {"10.20.0.2"}:
        assert not address.is_private


def test_in_a_laboratory_all_is_local() -> None:
    lab: Allowed = allow(Site(id="lab", name="Lab", lab=Lab()))
    assert touchable("teams.microsoft.com", "127.0.0.1", lab)
