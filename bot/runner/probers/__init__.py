"""One prober for each protocol: a function from a spec and a deadline to a finding, and their table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.domain.probe import ProbeSpec
from bot.runner.finding import Finding
from bot.runner.probers.dns import probe_dns
from bot.runner.probers.http import probe_http
from bot.runner.probers.ntp import probe_ntp
from bot.runner.probers.stun import probe_stun
from bot.runner.probers.tcp import probe_tcp
from bot.runner.probers.tls import probe_tls

Prober = Callable[[ProbeSpec, float], Awaitable[Finding]]
"""May raise `Failed`; the deadline is a time of the running loop."""

PROBERS: Final[Mapping[str, Prober]] = {
    "dns": probe_dns,
    "http": probe_http,
    "ntp": probe_ntp,
    "stun": probe_stun,
    "tcp": probe_tcp,
    "tls": probe_tls,
}
