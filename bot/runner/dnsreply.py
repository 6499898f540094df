"""What a name server's message says: the pure half of name resolution, where nothing received is believed."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Sequence
from typing import Any, Final

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.CNAME
import dns.rdtypes.IN.A
import dns.rdtypes.IN.AAAA  # dnspython would load these at the first answer, while it is being timed
import msgspec

from bot.domain.probe import Failure, Where
from bot.runner.finding import Failed

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_RCODES: Final = {
    dns.rcode.NXDOMAIN: Failure.dns_nxdomain,
    dns.rcode.SERVFAIL: Failure.dns_servfail,
    dns.rcode.REFUSED: Failure.dns_refused,
}
# Where no public service can live: loopback, private use, link local (RFC 6890).
_LOCAL_TEXTS: Final = (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
    "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip
_LOCAL: Final = tuple(map(ipaddress.ip_network, _LOCAL_TEXTS))
_MOST_ADDRESSES: Final = 32


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a name server said of a name; `ms` is how long it took, `aaaa` what became of the IPv6 question."""

    addresses: tuple[str, ...]
    canonical: str
    rcode: str
    resolver: str
    chain: tuple[str, ...] = ()
    protocol: str = "udp"
    aaaa: str = ""
    ms: float = 0.0

    def details(self) -> dict[str, Any]:
        """For a result: JSON-safe."""
        told = msgspec.structs.asdict(self)
        lists = {"addresses": list(self.addresses), "chain": list(self.chain)}
        return {**told, **lists}


def read_reply(query: dns.message.Message, data: bytes) -> dns.message.Message | None:
    """The message in a datagram, or None when it is no answer to `query`."""
    try:
        reply = dns.message.from_wire(data)
    except (dns.exception.DNSException, ValueError, struct.error):
        return None
    return reply if query.is_response(reply) else None


def read_answer(reply: dns.message.Message, kind: dns.rdatatype.RdataType, told: dict[str, Any]) -> Answer:
    """The addresses in a reply, through its aliases; raises `Failed` at the resolver for every other answer.

    `told` says who answered (`resolver`, `protocol`) and goes into the failure as well.
    """
    rcode = dns.rcode.to_text(reply.rcode())
    told = {**told, "rcode": rcode}
    if reply.rcode() != dns.rcode.NOERROR:
        raise Failed(_RCODES.get(reply.rcode(), Failure.dns_bad_reply), Where.resolver, told)
    try:
        chain = reply.resolve_chaining() if isinstance(reply, dns.message.QueryMessage) else None
    except dns.exception.DNSException as exc:
        raise Failed(Failure.dns_bad_reply, Where.resolver, told) from exc
    if chain is None:
        raise Failed(Failure.dns_bad_reply, Where.resolver, told)
    records = [record.to_text() for record in chain.answer or () if record.rdtype == kind]
    aliases = [
        cname.to_text(omit_final_dot=True).lower() for rrset in chain.cnames for cname in _targets(rrset)
    ]
    return Answer(
        addresses=tuple(records[:_MOST_ADDRESSES]),
        canonical=chain.canonical_name.to_text(omit_final_dot=True).lower(),
        chain=tuple(aliases),
        **told,
    )


def _targets(rrset: Any) -> list[Any]:  # noqa: ANN401 - dnspython types records no further
    return [record.target for record in rrset]


def is_local(address: str) -> bool:
    """True for an address that no public service can have."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_unspecified or any(parsed in network for network in _LOCAL)


def _foreign(address: str, networks: Sequence[Network]) -> bool:
    parsed = ipaddress.ip_address(address)
    same_family = [network for network in networks if network.version == parsed.version]
    return bool(same_family) and not any(parsed in network for network in same_family)


def judge_addresses(addresses: Sequence[str], networks: Sequence[Network]) -> Failure | None:
    """Whether these are the addresses of somebody else; an IP version without a network is not judged.

    A sinkhole (0.0.0.0, or a local address for a name that lives in public networks) is `dns_filtered`, any
    other address outside is `dns_hijacked`.
    """
    if any(ipaddress.ip_address(address).is_unspecified for address in addresses):
        return Failure.dns_filtered
    foreign = [address for address in addresses if _foreign(address, networks)]
    if not foreign:
        return None
    public = not any(is_local(str(network.network_address)) for network in networks)
    return Failure.dns_filtered if public and any(map(is_local, foreign)) else Failure.dns_hijacked
