"""TLS: does the phone's path to a service carry a certificate that a phone can trust?"""

from __future__ import annotations

from bot.domain.probe import ProbeSpec
from bot.probes.options import options_of, port_of
from bot.runner.finding import Finding
from bot.runner.handshake import Line, Route, chain_of, secured, seen, trust
from bot.runner.names import addresses_of
from bot.runner.trace import Phases, note


def _cipher(line: Line) -> dict[str, str]:
    if line.tls is None:
        return {}
    used = line.tls.cipher()
    return {"version": line.tls.version() or "", "cipher": used[0] if used else ""}


async def probe_tls(spec: ProbeSpec, deadline: float) -> Finding:
    """Verifies the certificate of `options.server_name` (by default the host), TLS 1.2 or 1.3.

    `tls_version` forces one; `at_clock` also judges the chain by the phone's clock (`details["at_clock"]`).
    `issuers` are the organisations that may sign (`secured`).
    """
    options = options_of(spec)
    context = await trust(options)
    name, phases = options.server_name or spec.host, Phases()
    addresses = await addresses_of(spec.host, options, deadline)
    phases.lap("dns_ms")
    told = {"addresses": list(addresses), "server_name": name}
    route = Route(addresses, port_of(spec) or 0, name, deadline, told, phases)
    async with secured(route, context, options) as line:
        chain = chain_of(line.tls, verified=True) if line.tls else ()
        note(
            f"{' '.join(_cipher(line).values())}, signed by {chain[0].issuer_organisation if chain else '?'}"
        )
        details = {
            **told,
            "address": line.address,
            **phases.details(),
            **_cipher(line),
            **seen(chain, options),
        }
        return Finding(ok=True, ms=phases.total_ms, details=details)
