"""Probe plans: which probes answer which facts, as data, filled in for a site.

Both ends have their own copy: the bot to write jobs, a runner to refuse what no plan asks for.
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Final

import msgspec

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import DEFAULT_PORTS, DNS_PORT, Options, options_of, parse_endpoint

_LAB_NONE: Final = Lab()


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


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named pack; `timeout_s` holds for each probe."""

    row: tuple[Row, ...]
    timeout_s: float = 5.0


class Plans(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of plans.toml."""

    plan: dict[str, Plan]
    ranges: dict[str, tuple[str, ...]] = {}
    issuers: dict[str, tuple[str, ...]] = {}


def _check(plans: Plans) -> None:
    for name, plan in plans.plan.items():
        for row in plan.row:
            for kind, table, wanted in (
                ("ranges", plans.ranges, row.ranges),
                ("issuers", plans.issuers, row.issuers),
            ):
                if wanted is not None and wanted not in table:
                    raise ConfigurationError(f"plan {name}: there are no {kind} {wanted!r}")
            if row.site not in {None, "ntp_servers"}:
                raise ConfigurationError(f"plan {name}: a site has no host list {row.site!r}")
            if row.prober != "dns" and row.prober not in DEFAULT_PORTS:
                raise ConfigurationError(f"plan {name}: no prober {row.prober!r}")
            if any(not host or "*" in host for host in row.hosts):
                raise ConfigurationError(f"plan {name}: a host must be a concrete name")


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


def _options(row: Row, plan: Plan, plans: Plans, site: Site | None) -> Options:
    lab = (site.lab if site else None) or _LAB_NONE
    ranges = plans.ranges[row.ranges] if row.ranges else ()
    issuers = plans.issuers[row.issuers] if row.issuers else ()
    reference = parse_endpoint(row.reference, row.port or 0) if row.reference else None
    return Options(
        timeout_s=plan.timeout_s,
        resolver=site.resolvers[0] if site and site.resolvers else None,
        ca_file=lab.ca_file if row.prober == "tls" else None,
        ranges=(lab.ranges or ranges) if ranges else (),
        issuers=(lab.issuers or issuers) if issuers else (),
        reference=f"{reference.host}:{lab.port(reference.port)}" if reference else None,
        fact=row.fact,
    )


def _hosts(row: Row, site: Site | None) -> tuple[str, ...]:
    return (site.ntp_servers if site and row.site == "ntp_servers" else ()) or row.hosts


def _specs(row: Row, plan: Plan, plans: Plans, site: Site | None) -> list[ProbeSpec]:
    options = msgspec.to_builtins(_options(row, plan, plans, site))
    lab = (site.lab if site else None) or _LAB_NONE
    if row.prober == "dns":
        return [ProbeSpec(prober="dns", host=host, options=options) for host in row.hosts]
    standard = row.port or DEFAULT_PORTS[row.prober]
    ends = [parse_endpoint(host, lab.port(standard)) for host in _hosts(row, site)]
    return [ProbeSpec(prober=row.prober, host=end.host, port=end.port, options=options) for end in ends]


def build(name: str, site: Site | None = None, plans: Plans | None = None) -> tuple[ProbeSpec, ...]:
    """The probes of a plan at a site (without one: from this machine, with its own resolver).

    Raises `ConfigurationError` when there is no such plan.
    """
    plans = plans or shipped()
    plan = plans.plan.get(name)
    if plan is None:
        raise ConfigurationError(
            f"there is no probe plan {name!r}", f"Plans: {', '.join(sorted(plans.plan))}."
        )
    return tuple(spec for row in plan.row for spec in _specs(row, plan, plans, site))


def standard_ports(plans: Plans | None = None) -> frozenset[int]:
    """Every standard port that some plan uses, DNS included."""
    rows = (row for plan in (plans or shipped()).plan.values() for row in plan.row)
    return frozenset({DNS_PORT, *(row.port or DEFAULT_PORTS.get(row.prober, DNS_PORT) for row in rows)})
