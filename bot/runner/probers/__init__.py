"""One prober for each protocol: a function from a spec and a deadline to a finding, and their table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.domain.probe import ProbeSpec
from bot.runner.finding import Finding
from bot.runner.probers.dns import probe_dns
from bot.runner.probers.http import probe_http
from bot.runner.probers.icmp import probe_icmp
from bot.runner.probers.ntp import probe_ntp
from bot.runner.probers.quality import probe_quality
from bot.runner.probers.snmp import SwitchProber
from bot.runner.probers.stun import probe_stun
from bot.runner.probers.tcp import probe_tcp
from bot.runner.probers.tls import probe_tls
from bot.runner.switch.credentials import Keys

Prober = Callable[[ProbeSpec, float], Awaitable[Finding]]
"""May raise `Failed`; the deadline is a time of the running loop."""

PROBERS: Final[Mapping[str, Prober]] = {
    "dns": probe_dns,
    "http": probe_http,
    "icmp": probe_icmp,
    "ntp": probe_ntp,
    "quality": probe_quality,
    "snmp": SwitchProber({}),
    "stun": probe_stun,
    "tcp": probe_tcp,
    "tls": probe_tls,
}


def with_keys(keys: Keys) -> Mapping[str, Prober]:
    """The table of a site that keeps credentials for its switches (`bot.runner.switch.credentials.read_keys`)."""
    return {**PROBERS, "snmp": SwitchProber(keys)}
