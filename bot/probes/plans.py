"""Probe plans: which probes answer which facts, as data, filled in for a site.

Both ends have their own copy: the bot to write jobs, a runner to refuse what no plan asks for.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Final

import msgspec

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import DEFAULT_PORTS, DNS_PORT, Options, options_of, parse_endpoint

_LAB_NONE: Final = Lab()
_FACTS: Final = "fact:"
# Lists of a site from which a row may take its hosts, and the probers that may ask them so (None: any).
_SITE_LISTS: Final[dict[str, str | None]] = {"ntp_servers": None, "gateway": "icmp", "switches": "snmp"}
_PORTLESS: Final = frozenset({"dns", "icmp"})
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}")


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Probes of one protocol to some hosts; see plans.toml for the keys."""

    prober: str
    hosts: tuple[str, ...]
    fact: str = ""
    port: int | None = None
    ranges: str | None = None
    issuers: str | None = None
    reference: str | None = None
    site: str | None = None
    timeout_s: float | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named pack, on top of that which it `extends`; `timeout_s` holds for each probe whose row says nothing."""

    row: tuple[Row, ...]
    timeout_s: float = 5.0
    extends: str | None = None


class Plans(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of plans.toml.

    `for_symptom` names the plan that suits a symptom, `for_fact` the rows' facts behind a fact that no row names.
    """

    plan: dict[str, Plan]
    ranges: dict[str, tuple[str, ...]] = {}
    issuers: dict[str, tuple[str, ...]] = {}
    for_symptom: dict[str, str] = {}
    for_fact: dict[str, tuple[str, ...]] = {}


def _check_row(name: str, row: Row, plans: Plans) -> None:
    """Raises `ConfigurationError` with what a row asks for and nobody has."""
    for kind, table, wanted in (
        ("ranges", plans.ranges, row.ranges),
        ("issuers", plans.issuers, row.issuers),
    ):
        if wanted is not None and wanted not in table:
            raise ConfigurationError(f"plan {name}: there are no {kind} {wanted!r}")
    if row.site is not None and _SITE_LISTS.get(row.site, "") not in {None, row.prober}:
        raise ConfigurationError(f"plan {name}: a site has no host list {row.site!r} for {row.prober}")
    if row.prober not in _PORTLESS and row.prober not in DEFAULT_PORTS:
        raise ConfigurationError(f"plan {name}: no prober {row.prober!r}")
    if any(not host or "*" in host for host in row.hosts):
        raise ConfigurationError(f"plan {name}: a host must be a concrete name")


def _check(plans: Plans) -> None:
    for name, plan in plans.plan.items():
        base = plans.plan.get(plan.extends) if plan.extends is not None else None
        if plan.extends is not None and (base is None or base.extends is not None):
            raise ConfigurationError(f"plan {name}: it may extend only a plan that extends none")
        for row in plan.row:
            _check_row(name, row, plans)
    for symptom, wanted in plans.for_symptom.items():
        if wanted not in plans.plan:
            raise ConfigurationError(f"for_symptom.{symptom}: there is no plan {wanted!r}")
    facts = {row.fact for plan in plans.plan.values() for row in plan.row}
    for fact, behind in plans.for_fact.items():
        if not facts.issuperset(behind):
            raise ConfigurationError(f"for_fact.{fact}: no row decides one of {', '.join(behind)}")


def parse_plans(text: str) -> Plans:
    """Reads the text of a plans.toml; raises `ConfigurationError` with plan, key and reason."""
    try:
        plans = msgspec.convert(tomllib.loads(text), Plans)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise ConfigurationError(f"probe plans: {exc}") from exc
    _check(plans)
    for name in plans.plan:
        for spec in build(name, None, plans):
            options_of(spec)
    return plans


@functools.cache
def shipped() -> Plans:
    """The plans that come with Décroche."""
    return parse_plans(resources.files("bot.probes").joinpath("plans.toml").read_text("utf-8"))


def issuers_of(host: str, plans: Plans | None = None) -> tuple[str, ...]:
    """The organisations that sign for a host of some plan; empty when nobody knows."""
    plans = plans or shipped()
    rows = (row for plan in plans.plan.values() for row in plan.row)
    named = next((row.issuers for row in rows if row.issuers and host.lower() in row.hosts), None)
    return plans.issuers[named] if named else ()


def _reference(row: Row, lab: Lab, host: str) -> str | None:
    """The second server to ask; none where it would be the first once more."""
    if row.reference is None:
        return None
    end = parse_endpoint(row.reference, row.port or DEFAULT_PORTS.get(row.prober, 0))
    return None if end.host == host else f"{end.host}:{lab.port(end.port)}"


def _options(row: Row, plan: Plan, plans: Plans, site: Site | None, host: str) -> Options:
    lab = (site.lab if site else None) or _LAB_NONE
    ranges = plans.ranges[row.ranges] if row.ranges else ()
    issuers = plans.issuers[row.issuers] if row.issuers else ()
    return Options(
        timeout_s=row.timeout_s or plan.timeout_s,
        resolver=site.resolvers[0] if site and site.resolvers else None,
        ca_file=lab.ca_file if row.prober == "tls" else None,
        ranges=(lab.ranges or ranges) if ranges else (),
        issuers=(lab.issuers or issuers) if issuers else (),
        reference=_reference(row, lab, host),
        reference_resolver=site.reference_resolver if site and row.prober == "dns" else None,
        fact=row.fact,
    )


def _hosts(row: Row, site: Site | None) -> tuple[str, ...]:
    if site is None or row.site is None:
        return row.hosts
    if row.site == "gateway":
        return (site.gateway,) if site.gateway else row.hosts
    listed: tuple[str, ...] = getattr(site, row.site)
    return listed or row.hosts


def _specs(row: Row, plan: Plan, plans: Plans, site: Site | None) -> list[ProbeSpec]:
    lab, specs = (site.lab if site else None) or _LAB_NONE, []
    for host in _hosts(row, site):
        options = msgspec.to_builtins(_options(row, plan, plans, site, host))
        if row.prober in _PORTLESS:
            specs.append(ProbeSpec(prober=row.prober, host=host, options=options))
            continue
        end = parse_endpoint(host, lab.port(row.port or DEFAULT_PORTS[row.prober]))
        specs.append(ProbeSpec(prober=row.prober, host=end.host, port=end.port, options=options))
    return specs


def _of_phone(spec: ProbeSpec, site: Site | None, mac: str) -> ProbeSpec:
    vlans = list(site.voice_vlans) if site else []
    told = {"mac": mac, **({"vlans": vlans, "voice_vlans": vlans} if vlans else {})}
    return msgspec.structs.replace(spec, options={**spec.options, **told})


def _rows(name: str, plans: Plans) -> list[tuple[Plan, Row]]:
    """The rows of a plan with the plan that each comes from; those of `fact:A,B` are the ones behind these facts."""
    if name.startswith(_FACTS):
        facts = filter(None, name.removeprefix(_FACTS).split(","))
        behind = {one for fact in facts for one in plans.for_fact.get(fact, (fact,))}
        first = next(iter(plans.plan))
        return [(plan, row) for plan, row in _rows(first, plans) if row.fact in behind]
    plan = plans.plan.get(name)
    if plan is None:
        return []
    base = _rows(plan.extends, plans) if plan.extends else []
    return [*base, *((plan, row) for row in plan.row)]


def build(
    name: str, site: Site | None = None, plans: Plans | None = None, mac: str = ""
) -> tuple[ProbeSpec, ...]:
    """The probes of a plan at a site (without one: from this machine, with its own resolver).

    `fact:A,B` gives the probes of the first plan behind these facts. Switches are asked about the phone's `mac`, and
    not at all without one. Raises `ConfigurationError` when there is no such plan.
    """
    plans = plans or shipped()
    rows = _rows(name, plans)
    if not rows:
        raise ConfigurationError(
            f"there is no probe plan {name!r}", f"Plans: {', '.join(sorted(plans.plan))}."
        )
    specs = [spec for plan, row in rows for spec in _specs(row, plan, plans, site)]
    if _MAC.fullmatch(mac) is None:
        return tuple(spec for spec in specs if spec.prober != "snmp")
    return tuple(_of_phone(spec, site, mac) if spec.prober == "snmp" else spec for spec in specs)


def plan_for(symptom: str | None, plans: Plans | None = None) -> str:
    """The plan that suits a symptom; the first one for all that nobody has thought of."""
    plans = plans or shipped()
    return plans.for_symptom.get(symptom or "", next(iter(plans.plan)))


def standard_ports(plans: Plans | None = None) -> frozenset[int]:
    """Every standard port that some plan uses, DNS included; that of switches is not for other hosts."""
    rows = (row for plan in (plans or shipped()).plan.values() for row in plan.row if row.prober != "snmp")
    return frozenset({DNS_PORT, *(row.port or DEFAULT_PORTS.get(row.prober, DNS_PORT) for row in rows)})
