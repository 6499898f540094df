"""Basic Encoding Rules (X.690), as much of them as an SNMP agent needs."""

from __future__ import annotations

from typing import Final

Oid = tuple[int, ...]

INTEGER: Final = 0x02
STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
SEQUENCE: Final = 0x30
COUNTER: Final = 0x41
GAUGE: Final = 0x42
TICKS: Final = 0x43
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB: Final = 0x82


def tlv(tag: int, content: bytes) -> bytes:
    """A value with its tag and length."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes, tag: int = SEQUENCE) -> bytes:
    """Values one after the other."""
    return tlv(tag, b"".join(parts))


def integer(value: int, tag: int = INTEGER) -> bytes:
    """A whole number, as short as it goes."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def string(value: bytes | str) -> bytes:
    """Octets."""
    return tlv(STRING, value.encode() if isinstance(value, str) else value)


def identifier(value: Oid) -> bytes:
    """An object identifier."""
    arcs = (value[0] * 40 + value[1], *value[2:])
    return tlv(OID, b"".join(_arc(arc) for arc in arcs))


def _arc(arc: int) -> bytes:
    septets = [arc & 0x7F]
    while arc := arc >> 7:
        septets.append(arc & 0x7F | 0x80)
    return bytes(reversed(septets))


class Reader:
    """Reads values in order; raises `ValueError` for what is no BER."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def at(self) -> int:
        """How much has been read."""
        return self._at

    @property
    def over(self) -> bool:
        """True when everything has been read."""
        return self._at >= len(self._data)

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise ValueError("cut short")
        self._at += size
        return taken

    def any(self) -> tuple[int, bytes]:
        """The next value's tag and content."""
        tag, size = self._take(2)
        if size & 0x80:
            size = int.from_bytes(self._take(size & 0x7F), "big")
        return tag, self._take(size)

    def expect(self, tag: int) -> bytes:
        """The content of the next value, which must be of this kind."""
        found, content = self.any()
        if found != tag:
            raise ValueError(f"tag {found:#x} instead of {tag:#x}")
        return content

    def inside(self, tag: int = SEQUENCE) -> Reader:
        """A reader of the next value's parts."""
        return Reader(self.expect(tag))

    def integer(self) -> int:
        """The next value, a number."""
        return int.from_bytes(self.expect(INTEGER), "big", signed=True)

    def identifier(self) -> Oid:
        """The next value, an object identifier."""
        arcs: list[int] = []
        arc = 0
        for octet in self.expect(OID):
            arc = arc << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(arc)
                arc = 0
        if not arcs:
            raise ValueError("an empty identifier")
        first = min(arcs[0] // 40, 2)
        return (first, arcs[0] - 40 * first, *arcs[1:])
