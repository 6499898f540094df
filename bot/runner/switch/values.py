"""What SNMP values mean: strings, MAC addresses, bit sets and port lists, as careless agents send them.

Every reader takes any value and gives None (or nothing) for what is not of its kind.
"""

from __future__ import annotations

import re
from typing import Final

from bot.runner.switch.oids import Oid

Value = int | bytes | Oid

MOST_TEXT: Final = 200
MOST_PORTS: Final = 4096
_MAC: Final = 6
_TELEPHONE: Final = 5
_BRIDGE: Final = 2
_HEX: Final = re.compile(r"[0-9a-f]{12}")


def number(value: Value | None) -> int | None:
    """A number, or None."""
    return value if isinstance(value, int) else None


def text(value: Value | None) -> str | None:
    """A text without control characters, at most 200 long; None when empty or no string.

    UTF-8 by the book (RFC 3411 SnmpAdminString); other bytes are read as Latin-1.
    """
    if not isinstance(value, bytes):
        return None
    raw = value[:MOST_TEXT].rstrip(b"\0 ")
    try:
        read = raw.decode("utf-8")
    except UnicodeDecodeError:
        read = raw.decode("latin-1")
    return "".join(c if c.isprintable() else " " for c in read).strip() or None


def mac(value: Value | None) -> str | None:
    """A MAC address as `aa:bb:cc:dd:ee:ff`, whether sent as six octets or written out; None for anything else."""
    if not isinstance(value, bytes):
        return None
    if len(value) == _MAC:
        return value.hex(":")
    return parse_mac(value[:MOST_TEXT].decode("latin-1"))


def parse_mac(written: str) -> str | None:
    """A MAC address in any usual notation (`00-04-F2…`, `0004.f2ab.cdef`) as `aa:bb:…`; None for another text."""
    digits = re.sub(r"[\s:.\-]", "", written).lower()
    if not _HEX.fullmatch(digits):
        return None
    return bytes.fromhex(digits).hex(":")


def mac_index(address: str) -> Oid:
    """A MAC address (`aa:bb:…`) as the six last arcs of a table's index."""
    return tuple(bytes.fromhex(address.replace(":", "")))


def has_bit(value: Value | None, bit: int) -> bool:
    """True when a BITS value has a bit set; bit 0 is the first octet's highest (RFC 2578 section 7.1.4)."""
    if not isinstance(value, bytes) or not 0 <= bit < len(value) * 8:
        return False
    return bool(value[bit // 8] & 0x80 >> bit % 8)


def is_telephone(capabilities: Value | None) -> bool:
    """True when LLDP capabilities name a telephone."""
    return has_bit(capabilities, _TELEPHONE)


def is_bridge(capabilities: Value | None) -> bool:
    """True when LLDP capabilities name a bridge: another switch, or a phone with a socket for a computer."""
    return has_bit(capabilities, _BRIDGE)


def has_port(value: Value | None, port: int) -> bool:
    """True when a PortList (RFC 4363) has a bridge port, counted from 1."""
    return 0 < port <= MOST_PORTS and has_bit(value, port - 1)


def digits(name: str) -> tuple[int, ...]:
    """The numbers in an interface's name, in order: `Gi1/0/12` is (1, 0, 12); at most six, of six digits."""
    return tuple(int(found) for found in re.findall(r"[0-9]{1,6}", name[:MOST_TEXT])[:6])
