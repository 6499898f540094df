"""What a runner may be asked to touch: the hosts of its plans, and those that its site lists.

A runner stands inside the organisation's network. Whoever can write jobs (a stolen bot, a forged
queue entry) must not get a port scanner out of it, so both ends apply this to every probe, each with
its own copy of the plans.
"""

from __future__ import annotations

import msgspec

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import DEFAULT_PORTS, DNS_PORT, Endpoint, Options, options_of, parse_endpoint, port_of
from bot.probes.plans import Plans, build, shipped, standard_ports


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a job for a site may name."""

    targets: frozenset[Endpoint]
    names: frozenset[str]
    resolvers: frozenset[Endpoint]
    ca_files: frozenset[str]
    paths: frozenset[str] = frozenset({"/"})


def _listed(site: Site, plans: Plans) -> set[Endpoint]:
    """A listed host without a port may be asked on the plans' ports only, one with a port on that only."""
    lab = site.lab or Lab()
    ports = sorted(lab.port(port) for port in standard_ports(plans))
    hosts = (*site.private_targets, *((site.gateway,) if site.gateway else ()))
    ends = [(parse_endpoint(host, port), port) for host in hosts for port in ports]
    return {
        *(end for end, _ in ends),
        *(parse_endpoint(host, lab.port(DEFAULT_PORTS["ntp"])) for host in site.ntp_servers),
        *(parse_endpoint(host, DNS_PORT) for host in site.resolvers),
    }


def _planned(site: Site, plans: Plans) -> list[ProbeSpec]:
    return [spec for name in plans.plan for spec in build(name, site, plans)]


def _target(spec: ProbeSpec) -> Endpoint:
    return Endpoint(spec.host.rstrip(".").lower(), port_of(spec) or DNS_PORT)


def allow(site: Site, plans: Plans | None = None) -> Allowed:
    """The allow-list of a site; raises `ConfigurationError` when one of its entries is no host."""
    plans = plans or shipped()
    planned = _planned(site, plans)
    options = [options_of(spec) for spec in planned]
    references = {parse_endpoint(o.reference, 0) for o in options if o.reference}
    listed = _listed(site, plans)
    targets = {_target(spec) for spec in planned if spec.prober != "dns"} | references | listed
    return Allowed(
        targets=frozenset(targets),
        names=frozenset({spec.host for spec in planned} | {end.host for end in targets}),
        resolvers=frozenset(parse_endpoint(text, DNS_PORT) for text in site.resolvers),
        ca_files=frozenset({site.lab.ca_file} if site.lab and site.lab.ca_file else ()),
        paths=frozenset({"/", *(o.path for o in options)}),
    )


def _refuse_options(options: Options, allowed: Allowed) -> str | None:
    if options.resolver and parse_endpoint(options.resolver, DNS_PORT) not in allowed.resolvers:
        return f"{options.resolver} is no resolver of the site"
    reference = parse_endpoint(options.reference, DEFAULT_PORTS["stun"]) if options.reference else None
    if reference is not None and reference not in allowed.targets:
        return f"no plan and no list of the site has {reference}"
    if options.ca_file is not None and options.ca_file not in allowed.ca_files:
        return "the CA file is not the site's"
    if options.path not in allowed.paths:
        return "no plan asks for that path"
    return None


def refuse(spec: ProbeSpec, allowed: Allowed) -> str | None:
    """Why a probe must not be run, or None when it may."""
    target = _target(spec)
    if spec.prober == "dns":
        if target.host not in allowed.names:
            return f"no plan and no list of the site has {target.host}"
    elif target not in allowed.targets:
        return f"no plan and no list of the site has {target}"
    try:
        return _refuse_options(options_of(spec), allowed)
    except ConfigurationError as exc:
        return str(exc)
