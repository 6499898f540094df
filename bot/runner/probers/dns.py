"""DNS: does the phones' name server give the right addresses for a name, and is it the server's fault if not?"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.probes.options import DNS_PORT, Options, options_of, parse_endpoint
from bot.runner.dnsreply import Answer, is_local, judge_addresses
from bot.runner.finding import Failed, Finding
from bot.runner.names import ask_both, look_up

_PATIENCE_S: Final = 1.0
# Answers by which a name server says that it will not, where another one gives addresses.
_DENIALS: Final = frozenset({Failure.dns_nxdomain, Failure.dns_no_answer, Failure.dns_refused})
# Answers that are the name's own fault when every server gives them.
_OF_THE_NAME: Final = _DENIALS | {Failure.dns_servfail}

Opinion = Answer | Failure | None
"""What the reference resolver said; None: there is none, or it did not answer."""


async def _opinion(name: str, options: Options, deadline: float) -> Opinion:
    if options.reference_resolver is None:
        return None
    server = parse_endpoint(options.reference_resolver, DNS_PORT)
    try:
        return await ask_both(name, server, deadline, tcp=options.tcp, grace_s=0)
    except Failed as failed:
        return failed.finding.failure if "rcode" in failed.finding.details else None


def _told(opinion: Opinion) -> dict[str, Any]:
    if isinstance(opinion, Answer):
        return {"reference": "answers", "reference_addresses": list(opinion.addresses)}
    return {"reference": opinion.value if opinion else "silent"}


def explain(found: Finding, opinion: Opinion) -> Finding:
    """A failure in the light of the reference resolver: the name's own, or this server's doing."""
    if isinstance(opinion, Answer) and found.failure in _DENIALS:
        return msgspec.structs.replace(found, failure=Failure.dns_filtered)
    if found.failure in _OF_THE_NAME and found.failure is opinion:
        return msgspec.structs.replace(found, at=Where.target)
    return found


def contradicts(answer: Answer, opinion: Opinion) -> bool:
    """True when the site's server gives a local address for a name that is public elsewhere: a sinkhole."""
    return (
        isinstance(opinion, Answer)
        and any(map(is_local, answer.addresses))
        and not any(map(is_local, opinion.addresses))
    )


def _with(found: Finding, more: dict[str, Any]) -> Finding:
    return msgspec.structs.replace(found, details={**found.details, **more})


def _judged(answer: Answer, opinion: Opinion, options: Options) -> Finding:
    slow = {"slow": answer.ms > options.slow_ms, "slow_ms": options.slow_ms}
    found = Finding(ok=True, ms=answer.ms, details={**answer.details(), **slow})
    in_range = bool(options.ranges) and judge_addresses(answer.addresses, options.networks) is None
    if contradicts(answer, opinion) and not in_range:
        return msgspec.structs.replace(found, ok=False, failure=Failure.dns_filtered, at=Where.resolver)
    return found


async def probe_dns(spec: ProbeSpec, deadline: float) -> Finding:
    """Resolves `spec.host`, A and AAAA; with `ranges`, an answer outside them is filtered or hijacked.

    With `reference_resolver`, a refusal at the site's server alone is `dns_filtered`, and one at both lies with
    the name (at target). `ms` is the time of the answer; slower than `slow_ms` is told (`slow`), not a failure.
    """
    options = options_of(spec)
    reference = asyncio.create_task(_opinion(spec.host, options, deadline))
    try:
        try:
            answer = await look_up(spec.host, options, deadline)
        except Failed as failed:
            opinion = await reference
            found = explain(failed.finding, opinion)
        else:
            await asyncio.wait({reference}, timeout=_PATIENCE_S)
            opinion = reference.result() if reference.done() else None
            found = _judged(answer, opinion, options)
        return _with(found, _told(opinion)) if options.reference_resolver else found
    finally:
        reference.cancel()
