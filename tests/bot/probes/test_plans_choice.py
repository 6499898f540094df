"""Which plan suits a symptom, and which probes stand behind one fact."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.diagnosis.playbook import load
from bot.domain.fact import VOCABULARY
from bot.domain.site import Site
from bot.errors import ConfigurationError
from bot.probes.options import options_of
from bot.probes.plans import build, parse_plans, plan_for, shipped

MAC = "0004f2abcdef"
LYON = Site(
    id="lyon",
    name="Lyon",
    resolvers=("10.20.0.53",),
    ntp_servers=("10.20.0.1", "time.windows.com"),
    gateway="10.20.30.1",
    switches=("10.20.0.2",),
    reference_resolver="192.0.2.53",
)


def _probers(plan: str, site: Site | None = LYON, mac: str = "") -> Counter[str]:
    return Counter(spec.prober for spec in build(plan, site, mac=mac))


def test_sound_is_sampled_when_it_is_bad() -> None:
    for symptom in ("one_way_audio", "bad_audio"):
        assert _probers(plan_for(symptom))["quality"] == 1
    assert _probers(plan_for("no_internet_banner"))["quality"] == 0


def test_a_wrong_time_asks_a_second_server() -> None:
    hosts = [spec.host for spec in build(plan_for("wrong_time"), LYON) if spec.prober == "ntp"]
    assert hosts == ["10.20.0.1", "time.windows.com", "time.windows.com"]


@pytest.mark.parametrize("symptom", [None, "", "nonsense", "no_power", "no_internet_banner"])
def test_all_else_gets_the_network(symptom: str | None) -> None:
    assert plan_for(symptom) == "network"


def test_every_symptom_named_exists() -> None:
    assert set(shipped().for_symptom) <= set(load().symptoms)


def test_every_plan_reaches_what_the_step_promises() -> None:
    promised = set(load().steps["probe.network"].reveals) - {"proxy", "ntp.offset_s"}
    for name in shipped().plan:
        assert promised <= {options_of(spec).fact for spec in build(name, LYON)}


def test_a_time_server_is_held_against_another() -> None:
    asked = {spec.host: options_of(spec).reference for spec in build("network", LYON) if spec.prober == "ntp"}
    assert asked == {"10.20.0.1": "time.windows.com:123", "time.windows.com": None}


def test_a_second_resolver_is_the_sites_choice() -> None:
    options = [(spec.prober, options_of(spec).reference_resolver) for spec in build("network", LYON)]
    assert {second for prober, second in options if prober == "dns"} == {"192.0.2.53"}
    assert {second for prober, second in options if prober != "dns"} == {None}
    assert {options_of(spec).reference_resolver for spec in build("network")} == {None}


def test_the_gateway_is_pinged_where_known() -> None:
    assert _probers("network")["icmp"] == 1
    assert _probers("network", None)["icmp"] == 0


def test_the_switch_needs_the_phones_mac() -> None:
    assert (_probers("network", mac=MAC)["snmp"], _probers("network")["snmp"]) == (1, 0)


@pytest.mark.parametrize(
    ("fact", "probers"),
    [
        ("dns", {"dns"}),
        ("tcp443", {"dns", "tcp", "tls"}),
        ("tls", {"dns", "tls"}),
        ("udp3478", {"dns", "stun"}),
        ("ntp", {"ntp"}),
        ("ntp.offset_s", {"ntp"}),
        ("proxy", {"dns", "tcp", "tls", "http"}),
        ("switch.poe", {"snmp"}),
    ],
)
def test_one_fact_is_measured_alone(fact: str, probers: set[str]) -> None:
    assert fact in VOCABULARY
    assert set(_probers(f"fact:{fact}", mac=MAC)) == probers


@pytest.mark.parametrize("name", ["fact:", "fact:scope", "fact:nonsense", "nonsense"])
def test_what_nobody_measures_is_no_plan(name: str) -> None:
    with pytest.raises(ConfigurationError, match="there is no probe plan"):
        build(name, LYON)


ROW = '[[plan.p.row]]\nprober = "tls"\nhosts = ["a"]\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ROW + '[plan.q]\nextends = "x"\nrow = []', "plan q: it may extend only"),
        (ROW + '[plan.q]\nextends = "p"\nrow = []\n[plan.r]\nextends = "q"\nrow = []', "plan r: it may"),
        (ROW + '[for_symptom]\nno_power = "x"', "for_symptom.no_power: there is no plan 'x'"),
        (ROW + '[for_fact]\nproxy = ["tls"]', "for_fact.proxy: no row decides one of tls"),
        (
            '[[plan.p.row]]\nprober = "icmp"\nhosts = []\nsite = "switches"',
            "no host list 'switches' for icmp",
        ),
        ('[[plan.p.row]]\nprober = "tcp"\nhosts = []\nsite = "gateway"', "no host list 'gateway' for tcp"),
        ('[[plan.p.row]]\nprober = "tcp"\nhosts = []\nsite = "lab"', "no host list 'lab'"),
    ],
)
def test_a_bad_choice_says_why(text: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_plans(text)
    assert why in str(caught.value)


def test_several_facts_are_measured_together() -> None:
    facts = [options_of(spec).fact for spec in build("fact:udp3478,ntp.offset_s", LYON)]
    assert set(facts) == {"dns", "udp3478", "ntp"}
    assert len(build("fact:dns,dns", LYON)) == len(build("fact:dns", LYON))


@pytest.mark.parametrize("name", ["fact:", "fact:,", "fact:nonsense", "fact:nonsense,"])
def test_facts_that_no_probe_tells_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError):
        build(name, LYON)
