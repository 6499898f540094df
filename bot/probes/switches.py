"""Probes of a site's switches: they need the phone's address, so no plan can hold them."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import DEFAULT_PORTS, SnmpOptions, options_of, parse_endpoint

FACT: Final = "switch"
_TIMEOUT_S: Final = 10.0


def switch_probes(site: Site, mac: str) -> tuple[ProbeSpec, ...]:
    """One probe for each switch of the site; the one that knows the phone's MAC address decides the facts.

    They carry no credentials: the site's runner has its own. Raises `ConfigurationError` for what is no MAC address.
    """
    lab = site.lab or Lab()
    options = msgspec.to_builtins(
        SnmpOptions(
            mac=mac,
            voice_vlans=site.voice_vlans,
            fact=FACT,
            timeout_s=_TIMEOUT_S,
            resolver=site.resolvers[0] if site.resolvers else None,
        )
    )
    ends = [parse_endpoint(host, lab.port(DEFAULT_PORTS["snmp"])) for host in site.switches]
    specs = tuple(ProbeSpec(prober="snmp", host=end.host, port=end.port, options=options) for end in ends)
    for spec in specs:
        options_of(spec)
    if any(end.port != lab.port(DEFAULT_PORTS["snmp"]) for end in ends):
        raise ConfigurationError(
            "a switch is asked on the standard port only", "Remove the port in sites.toml."
        )
    return specs
