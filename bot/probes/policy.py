"""What a runner may be asked to touch: the hosts of its plans, and those that its site lists.

A runner stands inside the organisation's network. Whoever can write jobs (a stolen bot, a forged
queue entry) must not get a port scanner out of it, so both ends apply this to every probe, each with
its own copy of the plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import msgspec

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import (
    DEFAULT_PORTS,
    DNS_PORT,
    SECRETS,
    Endpoint,
    Options,
    options_of,
    parse_endpoint,
    port_of,
)
from bot.probes.plans import Plans, build, shipped, standard_ports

_NAT64: Final = IPv6Network("64:ff9b::/96")


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a job for a site may name; `switches` are asked over SNMP, and over nothing else.

    `pings` may be sent echoes. `listed` are the hosts that the site itself names: they may be private.
    """

    targets: frozenset[Endpoint]
    names: frozenset[str]
    resolvers: frozenset[Endpoint]
    ca_files: frozenset[str]
    paths: frozenset[str] = frozenset({"/"})
    switches: frozenset[Endpoint] = frozenset()
    pings: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    reference_resolvers: frozenset[Endpoint] = frozenset()
    lab: bool = False


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
    return Endpoint(_plain(spec.host), port_of(spec) or DNS_PORT)


def _plain(host: str) -> str:
    return host.rstrip(".").lower()


def _references(planned: Iterable[ProbeSpec]) -> set[Endpoint]:
    asked = ((options_of(spec).reference, DEFAULT_PORTS.get(spec.prober, DNS_PORT)) for spec in planned)
    return {parse_endpoint(reference, port) for reference, port in asked if reference}


def allow(site: Site, plans: Plans | None = None, switches: Iterable[str] = ()) -> Allowed:
    """The allow-list of a site; raises `ConfigurationError` when one of its entries is no host.

    `switches` are those whose credentials the runner keeps: it asks no other.
    """
    plans = plans or shipped()
    planned = _planned(site, plans)
    listed = _listed(site, plans)
    portless = {_plain(spec.host) for spec in planned if spec.prober == "icmp"}
    targets = {_target(spec) for spec in planned if spec.prober not in {"dns", "icmp"}}
    targets |= _references(planned) | listed
    second = (site.reference_resolver,) if site.reference_resolver else ()
    asked = {_switch(host, site) for host in switches if host != "*"}
    return Allowed(
        targets=frozenset(targets),
        names=frozenset({_plain(spec.host) for spec in planned} | {end.host for end in targets}),
        resolvers=frozenset(parse_endpoint(text, DNS_PORT) for text in site.resolvers),
        ca_files=frozenset({site.lab.ca_file} if site.lab and site.lab.ca_file else ()),
        paths=frozenset({"/", *(options_of(spec).path for spec in planned)}),
        switches=frozenset(asked),
        pings=frozenset(portless | {end.host for end in listed}),
        listed=frozenset({end.host for end in (*listed, *asked)}),
        reference_resolvers=frozenset(parse_endpoint(text, DNS_PORT) for text in second),
        lab=site.lab is not None,
    )


def _switch(host: str, site: Site) -> Endpoint:
    return parse_endpoint(host, (site.lab or Lab()).port(DEFAULT_PORTS["snmp"]))


def _refuse_servers(spec: ProbeSpec, options: Options, allowed: Allowed) -> str | None:
    """Other servers than the target that a probe would have to do with."""
    if options.resolver and parse_endpoint(options.resolver, DNS_PORT) not in allowed.resolvers:
        return f"{options.resolver} is no resolver of the site"
    second = options.reference_resolver
    if second and parse_endpoint(second, DNS_PORT) not in allowed.resolvers | allowed.reference_resolvers:
        return f"{second} is no resolver of the site"
    default = DEFAULT_PORTS.get(spec.prober, DNS_PORT)
    reference = parse_endpoint(options.reference, default) if options.reference else None
    if reference is not None and reference not in allowed.targets:
        return f"no plan and no list of the site has {reference}"
    return None


def _refuse_options(options: Options, allowed: Allowed) -> str | None:
    if options.ca_file is not None and options.ca_file not in allowed.ca_files:
        return "the CA file is not the site's"
    if options.path not in allowed.paths:
        return "no plan asks for that path"
    if options.server_name is not None and _plain(options.server_name) not in allowed.names:
        return "no plan and no list of the site has that server name"
    return None


def _refuse_target(spec: ProbeSpec, allowed: Allowed) -> str | None:
    target, host = _target(spec), _plain(spec.host)
    if spec.prober == "snmp":
        if target not in allowed.switches:
            return f"this runner keeps no credentials for {target}"
        return "credentials never come from the queue" if spec.options.keys() & SECRETS else None
    if spec.prober == "dns":
        return None if host in allowed.names else f"no plan and no list of the site has {host}"
    if spec.prober == "icmp":
        return None if host in allowed.pings else f"no plan and no list of the site pings {host}"
    if spec.prober not in DEFAULT_PORTS:
        return f"no plan uses {spec.prober}"
    return None if target in allowed.targets else f"no plan and no list of the site has {target}"


def refuse(spec: ProbeSpec, allowed: Allowed) -> str | None:
    """Why a probe must not be run, or None when it may."""
    why = _refuse_target(spec, allowed)
    if why is not None:
        return why
    try:
        options = options_of(spec)
        return _refuse_servers(spec, options, allowed) or _refuse_options(options, allowed)
    except ConfigurationError as exc:
        return str(exc)


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, or the well-known NAT64 prefix of RFC 6052)."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def touchable(name: str, address: str, allowed: Allowed) -> bool:
    """Whether a probe of `name` may go to an address that it resolved to.

    Whoever controls a name could lead a runner into the organisation's network: an address that is not public
    is touched only where the site lists it, or lists the name. In a laboratory all names are local.
    """
    if allowed.lab or _plain(name) in allowed.listed or address in allowed.listed:
        return True
    real = _embedded(ip_address(address))
    return real.is_global and not real.is_multicast
