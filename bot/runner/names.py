"""Names to addresses, asked of the name server that the phones use, with every way it can fail.

The system's own resolver is not used: it hides which server answered and why one did not.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any, Final

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import msgspec

from bot.domain.probe import Failure, Where
from bot.probes.options import DNS_PORT, Endpoint, Options, is_address, parse_endpoint
from bot.runner.finding import Failed, from_os_error
from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice

_RCODES: Final = {
    dns.rcode.NXDOMAIN: Failure.dns_nxdomain,
    dns.rcode.SERVFAIL: Failure.dns_servfail,
    dns.rcode.REFUSED: Failure.dns_refused,
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a name server said of a name."""

    addresses: tuple[str, ...]
    canonical: str
    rcode: str
    resolver: str

    def details(self) -> dict[str, Any]:
        """For a result: JSON-safe."""
        return {**msgspec.structs.asdict(self), "addresses": list(self.addresses)}


def _servers(options: Options) -> list[Endpoint]:
    if options.resolver is not None:
        return [parse_endpoint(options.resolver, DNS_PORT)]
    try:
        system = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        system = []
    found = [
        Endpoint(server, DNS_PORT) for server in system if isinstance(server, str) and is_address(server)
    ]
    if not found:
        why = {"error": "this machine has no name server configured"}
        raise Failed(Failure.network_unreachable, Where.runner, why, ok=None)
    return found


def _query(name: str, kind: dns.rdatatype.RdataType) -> dns.message.QueryMessage:
    try:
        return dns.message.make_query(name, kind)
    except (dns.exception.DNSException, UnicodeError) as exc:
        why = {"error": f"{name!r} is not a name: {exc}"}
        raise Failed(Failure.unsupported, Where.runner, why, ok=None) from exc


def read_reply(query: dns.message.Message, data: bytes) -> dns.message.Message | None:
    """The message in a datagram, or None when it is no answer to `query`."""
    try:
        reply = dns.message.from_wire(data)
    except (dns.exception.DNSException, ValueError):
        return None
    return reply if query.is_response(reply) else None


async def _exchange(
    query: dns.message.QueryMessage, server: Endpoint, deadline: float
) -> dns.message.Message:
    def prepare() -> tuple[bytes, Judge[dns.message.Message]]:
        return query.to_wire(), lambda data: read_reply(query, data)

    reply = await ask_thrice(server.host, server.port, prepare, deadline)
    if not reply.flags & dns.flags.TC:
        return reply
    left = deadline - asyncio.get_running_loop().time()
    return await dns.asyncquery.tcp(query, server.host, max(left, 0.01), server.port)


async def _ask(name: str, kind: dns.rdatatype.RdataType, server: Endpoint, deadline: float) -> Answer:
    query = _query(name, kind)
    told = {"resolver": str(server)}
    try:
        reply = await _exchange(query, server, deadline)
    except (NoReply, dns.exception.Timeout) as exc:
        raise Failed(Failure.dns_timeout, Where.resolver, told) from exc
    except (BadReply, EOFError, dns.exception.DNSException) as exc:
        raise Failed(Failure.dns_bad_reply, Where.resolver, told) from exc
    except OSError as exc:
        failed = from_os_error(exc, told)
        if failed.finding.at is Where.target:
            raise Failed(failed.finding.failure or Failure.dns_timeout, Where.resolver, told) from exc
        raise failed from exc
    return _read(reply, kind, server)


def _read(reply: dns.message.Message, kind: dns.rdatatype.RdataType, server: Endpoint) -> Answer:
    rcode = dns.rcode.to_text(reply.rcode())
    told = {"resolver": str(server), "rcode": rcode}
    if reply.rcode() != dns.rcode.NOERROR:
        raise Failed(_RCODES.get(reply.rcode(), Failure.dns_bad_reply), Where.resolver, told)
    try:
        chain = reply.resolve_chaining() if isinstance(reply, dns.message.QueryMessage) else None
    except dns.exception.DNSException as exc:
        raise Failed(Failure.dns_bad_reply, Where.resolver, told) from exc
    records = chain.answer if chain is not None and chain.answer is not None else ()
    return Answer(
        addresses=tuple(record.to_text() for record in records if record.rdtype == kind),
        canonical=chain.canonical_name.to_text(omit_final_dot=True).lower() if chain is not None else "",
        rcode=rcode,
        resolver=str(server),
    )


async def _addresses(name: str, server: Endpoint, deadline: float) -> Answer:
    answer = await _ask(name, dns.rdatatype.A, server, deadline)
    if not answer.addresses:
        answer = await _ask(name, dns.rdatatype.AAAA, server, deadline)
    if not answer.addresses:
        raise Failed(Failure.dns_no_answer, Where.resolver, answer.details())
    return answer


def _foreign(address: str, options: Options) -> bool:
    parsed = ipaddress.ip_address(address)
    same_family = [network for network in options.networks if network.version == parsed.version]
    return parsed.is_unspecified or (bool(same_family) and not any(parsed in n for n in same_family))


async def look_up(name: str, options: Options, deadline: float) -> Answer:
    """Asks the resolver (the system's in turn, when none is given) for A, else AAAA records.

    An answer outside `options.ranges`, or 0.0.0.0, is `dns_hijacked`. Raises `Failed` at the resolver.
    """
    servers = _servers(options)
    now = asyncio.get_running_loop().time
    for left, server in zip(range(len(servers), 0, -1), servers, strict=True):
        try:
            answer = await _addresses(name, server, now() + max(deadline - now(), 0) / left)
            break
        except Failed as failed:
            if left == 1 or failed.finding.failure is not Failure.dns_timeout:
                raise
    if any(_foreign(address, options) for address in answer.addresses):
        raise Failed(Failure.dns_hijacked, Where.resolver, answer.details())
    return answer


async def addresses_of(host: str, options: Options, deadline: float) -> tuple[str, ...]:
    """The addresses to go to, for probes of a port.

    A name that does not resolve proves nothing about the port, so `Failed` then has `ok=None`.
    """
    if is_address(host):
        return (host,)
    if host.rstrip(".").lower() == "localhost":  # RFC 6761 section 6.3
        return ("127.0.0.1", "::1")
    try:
        return (await look_up(host, options, deadline)).addresses
    except Failed as exc:
        found = exc.finding
        if found.failure is None or found.at is None:
            raise
        raise Failed(found.failure, found.at, found.details, ok=None) from exc
