"""ICMP echo, the packets and the socket: unprivileged where the system allows it, raw where we may.

Linux gives datagram sockets for ICMP to the groups in `net.ipv4.ping_group_range`; a raw socket needs
CAP_NET_RAW. The reply is known by a random token in its payload, for the kernel may choose the identifier.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
from typing import Final

from bot.domain.probe import Failure, Where
from bot.runner.finding import Failed

_ECHO: Final = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}
_HEADER: Final = struct.Struct("!BBHHH")
_TOKEN: Final = 8
_SIZE: Final = 56
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT})
_RECVERR: Final = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}
_ADVICE: Final = "this account may not send ICMP: set net.ipv4.ping_group_range, or give it CAP_NET_RAW"


def family_of(address: str) -> socket.AddressFamily:
    """IPv4 or IPv6."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _checksum(data: bytes) -> int:
    """RFC 1071; `data` has an even length."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def request(family: socket.AddressFamily, token: bytes, number: int) -> bytes:
    """An echo request (RFC 792, RFC 4443 section 4.1) with 56 bytes of data, the token first."""
    kind, _ = _ECHO[family]
    identifier = int.from_bytes(token[:2], "big")
    data = token[:_TOKEN].ljust(_SIZE, b"\0")
    blank = _HEADER.pack(kind, 0, 0, identifier, number & 0xFFFF)
    return _HEADER.pack(kind, 0, _checksum(blank + data), identifier, number & 0xFFFF) + data


def _without_ip_header(data: bytes) -> bytes:
    """A raw IPv4 socket gives the packet with its header (version 4), whose length is in 32-bit words."""
    return data[(data[0] & 0x0F) * 4 :] if data and data[0] >> 4 == 4 else data


def read_reply(data: bytes, family: socket.AddressFamily, token: bytes) -> int | None:
    """The number of the request that a packet answers, or None when it answers none with this token."""
    packet = _without_ip_header(data) if family is socket.AF_INET else data
    if len(packet) < _HEADER.size + _TOKEN or packet[0] != _ECHO[family][1]:
        return None
    number = int.from_bytes(packet[6:8], "big")
    return number if packet[_HEADER.size : _HEADER.size + _TOKEN] == token[:_TOKEN] else None


def open_socket(address: str) -> tuple[socket.socket, str]:
    """A connected socket for echoes with `address`, and its kind; raises `Failed` (unsupported, at the runner)."""
    family = family_of(address)
    protocol = socket.IPPROTO_ICMPV6 if family is socket.AF_INET6 else socket.IPPROTO_ICMP
    for kind, name in ((socket.SOCK_DGRAM, "unprivileged"), (socket.SOCK_RAW, "raw")):
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as exc:
            if exc.errno not in _DENIED:
                raise
            continue
        try:
            sock.setblocking(False)
            if sys.platform == "linux":
                sock.setsockopt(*_RECVERR[family], 1)
            sock.connect((address, 0))
        except OSError:
            sock.close()
            raise
        return sock, name
    raise Failed(Failure.unsupported, Where.runner, {"error": _ADVICE}, ok=None)
