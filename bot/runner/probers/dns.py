"""DNS: does the phones' name server give the right addresses for a name?"""

from __future__ import annotations

from bot.domain.probe import ProbeSpec
from bot.probes.options import options_of
from bot.runner.finding import Finding
from bot.runner.names import look_up


async def probe_dns(spec: ProbeSpec, deadline: float) -> Finding:
    """Resolves `spec.host`; with `ranges`, an answer outside them is `dns_hijacked`."""
    answer = await look_up(spec.host, options_of(spec), deadline)
    return Finding(ok=True, details=answer.details())
