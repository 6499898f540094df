"""Names to addresses, asked of the name server that the phones use, with every way it can fail.

The system's own resolver is not used: it hides which server answered and why one did not.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from typing import Final

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rdatatype
import dns.resolver
import msgspec

from bot.domain.probe import Failure, Where
from bot.probes.options import DNS_PORT, Endpoint, Options, is_address, parse_endpoint
from bot.runner.dnsreply import Answer, judge_addresses, read_answer, read_reply
from bot.runner.finding import Failed, from_os_error
from bot.runner.guard import permitted
from bot.runner.trace import note
from bot.runner.udp import BadReply, Judge, NoReply, ask_thrice

IPV6_GRACE_S: Final = 0.5
# What makes a stub resolver turn to its next server.
_OUT_OF_REACH: Final = frozenset(
    {
        Failure.dns_timeout,
        Failure.connection_refused,
        Failure.connection_reset,
        Failure.host_unreachable,
        Failure.network_unreachable,
    }
)


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


async def _over_tcp(
    query: dns.message.QueryMessage, server: Endpoint, deadline: float
) -> dns.message.Message:
    left = deadline - asyncio.get_running_loop().time()
    return await dns.asyncquery.tcp(query, server.host, max(left, 0.01), server.port)


async def _exchange(
    query: dns.message.QueryMessage, server: Endpoint, deadline: float, *, tcp: bool
) -> tuple[dns.message.Message, str, float]:
    """The reply, the protocol that it came by, and the milliseconds from the first question to it."""
    clock = [time.perf_counter()]

    def prepare() -> tuple[bytes, Judge[dns.message.Message]]:
        return wire, judge

    def judge(data: bytes) -> dns.message.Message | None:
        clock.append(time.perf_counter())  # before reading it, which takes a while too
        return read_reply(query, data)

    wire = query.to_wire()
    if not tcp:
        reply = await ask_thrice(server.host, server.port, prepare, deadline)
        if not reply.flags & dns.flags.TC:
            return reply, "udp", (clock[-1] - clock[0]) * 1000
        note("truncated, asking again over TCP")
    reply = await _over_tcp(query, server, deadline)
    return reply, "tcp", (time.perf_counter() - clock[0]) * 1000


async def _ask(
    name: str, kind: dns.rdatatype.RdataType, server: Endpoint, deadline: float, *, tcp: bool
) -> Answer:
    query = _query(name, kind)
    told = {"resolver": str(server), "protocol": "tcp" if tcp else "udp"}
    note(f"{kind.name} {name} asked of {server}")
    try:
        reply, protocol, ms = await _exchange(query, server, deadline, tcp=tcp)
    except (NoReply, dns.exception.Timeout) as exc:
        raise Failed(Failure.dns_timeout, Where.resolver, told) from exc
    except (BadReply, EOFError, dns.exception.DNSException) as exc:
        raise Failed(Failure.dns_bad_reply, Where.resolver, told) from exc
    except OSError as exc:
        failed = from_os_error(exc, told)
        if failed.finding.at is Where.target:
            raise Failed(failed.finding.failure or Failure.dns_timeout, Where.resolver, told) from exc
        raise failed from exc
    answer = read_answer(reply, kind, {**told, "protocol": protocol, "ms": round(ms, 2)})
    note(f"{kind.name} {' '.join(answer.addresses[:4]) or 'none'} {' '.join(answer.chain[:3])}".rstrip())
    return answer


def _joined(answer: Answer, six: asyncio.Task[Answer]) -> Answer:
    """With what is known by now of the IPv6 addresses."""
    if not six.done():
        return msgspec.structs.replace(answer, aaaa="late")
    exc = six.exception()
    if isinstance(exc, Failed):
        return msgspec.structs.replace(answer, aaaa=str(exc.finding.failure))
    addresses = (*answer.addresses, *six.result().addresses)
    return msgspec.structs.replace(answer, addresses=addresses, aaaa=six.result().rcode)


async def ask_both(
    name: str, server: Endpoint, deadline: float, *, tcp: bool = False, grace_s: float = IPV6_GRACE_S
) -> Answer:
    """Asks one server for A and AAAA records at the same time; raises `Failed` at the resolver.

    IPv6 is waited for `grace_s` at most once there are IPv4 addresses: some servers never answer AAAA.
    """
    six = asyncio.create_task(_ask(name, dns.rdatatype.AAAA, server, deadline, tcp=tcp))
    try:
        answer = await _ask(name, dns.rdatatype.A, server, deadline, tcp=tcp)
        left = deadline - asyncio.get_running_loop().time()
        await asyncio.wait({six}, timeout=min(grace_s, left) if answer.addresses else max(left, 0))
        answer = _joined(answer, six)
    finally:
        six.cancel()
        await asyncio.gather(six, return_exceptions=True)
    if not answer.addresses:
        raise Failed(Failure.dns_no_answer, Where.resolver, answer.details())
    return answer


async def look_up(name: str, options: Options, deadline: float, *, grace_s: float = IPV6_GRACE_S) -> Answer:
    """Asks the resolver (the system's in turn, when none is given) for the addresses of a name.

    Raises `Failed` at the resolver; that a sinkhole or foreign addresses are given is a failure too
    (`judge_addresses`).
    """
    servers = _servers(options)
    now = asyncio.get_running_loop().time
    for left, server in zip(range(len(servers), 0, -1), servers, strict=True):
        until = now() + max(deadline - now(), 0) / left
        try:
            answer = await ask_both(name, server, until, tcp=options.tcp, grace_s=grace_s)
            break
        except Failed as failed:
            if left == 1 or failed.finding.failure not in _OUT_OF_REACH:
                raise
    failure = judge_addresses(answer.addresses, options.networks)
    if failure is not None:
        raise Failed(failure, Where.resolver, answer.details())
    return answer


async def addresses_of(host: str, options: Options, deadline: float) -> tuple[str, ...]:
    """The addresses to go to, for probes of a port: of IPv4 when there are any, so that one knows what was tested.

    A name that does not resolve proves nothing about the port, so `Failed` then has `ok=None`.
    """
    if is_address(host):
        return (host,)
    if host.rstrip(".").lower() == "localhost":  # RFC 6761 section 6.3
        return ("127.0.0.1", "::1")
    try:
        found = (await look_up(host, options, deadline, grace_s=0)).addresses
    except Failed as exc:
        failed = exc.finding
        if failed.failure is None or failed.at is None:
            raise
        raise Failed(failed.failure, failed.at, failed.details, ok=None) from exc
    kept = permitted(host, found)
    return tuple(address for address in kept if ipaddress.ip_address(address).version == 4) or kept
