"""A read-only SNMP agent on loopback: v2c, and v3 with signing and encryption; real datagrams, own code."""

from __future__ import annotations

import asyncio
import bisect
from collections.abc import Callable, Mapping
from typing import Final, Literal

from bot.simulator import ber
from bot.simulator.ber import Oid, Reader
from bot.simulator.usm import Clock, Security, User, read_security, salt

Tree = Mapping[Oid, bytes]
"""Values, encoded, by their object identifier."""
Views = Callable[[str], Tree | None]
"""The values under a context or VLAN (empty: all); None when there is no such."""
SnmpFault = Literal["ok", "silent", "garbage", "slow"]

ENGINE: Final = b"\x80\x00\x1f\x88\x04Bellecour"
SLOW_S: Final = 0.25

_GET: Final = 0xA0
_NEXT: Final = 0xA1
_RESPONSE: Final = 0xA2
_BULK: Final = 0xA5
_REPORT: Final = 0xA8
_V2C: Final = 1
_V3: Final = 3
_AUTH: Final = 1
_PRIV: Final = 2
_REPORTABLE: Final = 4
_USM: Final = 3
_MOST: Final = 65_000
_MOST_BINDINGS: Final = 100
_NOT_WRITABLE: Final = 17
_STATS: Final = (1, 3, 6, 1, 6, 3, 15, 1, 1)
_UNSUPPORTED_LEVEL: Final = (*_STATS, 1, 0)
_NOT_IN_WINDOW: Final = (*_STATS, 2, 0)
_UNKNOWN_USER: Final = (*_STATS, 3, 0)
_UNKNOWN_ENGINE: Final = (*_STATS, 4, 0)
_WRONG_DIGEST: Final = (*_STATS, 5, 0)
_NOT_DECRYPTED: Final = (*_STATS, 6, 0)


class _Refused(Exception):
    """Answered with a report that names a counter."""

    def __init__(self, counter: Oid, flags: int = 0) -> None:
        super().__init__()
        self.counter = counter
        self.flags = flags


class SnmpAgent:
    """Answers GET, GETNEXT and GETBULK; `asked` are the tags of all requests so far."""

    def __init__(
        self,
        views: Views,
        community: str | None = "public",
        user: User | None = None,
        fault: Callable[[], SnmpFault] = lambda: "ok",
    ) -> None:
        self._views = views
        self._community = community
        self._user = user
        self._fault = fault
        self._clock = Clock()
        self.asked: list[int] = []

    def answer(self, datagram: bytes) -> bytes | None:
        """The datagram that answers another; None when there is nothing to say."""
        fault = self._fault()
        if fault == "silent":
            return None
        if fault == "garbage":
            return bytes(reversed(datagram))
        try:
            message = Reader(datagram).inside()
            version = message.integer()
            return self._v2c(message) if version == _V2C else self._v3(datagram, message)
        except ValueError:
            return None

    def _v2c(self, message: Reader) -> bytes | None:
        community = message.expect(ber.STRING).decode()
        name, _, vlan = community.partition("@")
        tree = self._views(vlan) if name == self._community else None
        if tree is None:
            return None
        return ber.sequence(ber.integer(_V2C), ber.string(community), self._reply(message, tree))

    def _reply(self, message: Reader, tree: Tree) -> bytes:
        kind, content = message.any()
        self.asked.append(kind)
        pdu = Reader(content)
        request, first, second = pdu.integer(), pdu.integer(), pdu.integer()
        names = _names(pdu.inside())
        if kind not in {_GET, _NEXT, _BULK}:
            return _pdu(
                _RESPONSE, request, [ber.sequence(ber.identifier(n), _NULL) for n in names], _NOT_WRITABLE
            )
        if kind == _GET:
            bound = [(name, tree.get(name, ber.tlv(ber.NO_SUCH_INSTANCE, b""))) for name in names]
        else:
            bound = _after(tree, names, *((first, second) if kind == _BULK else (len(names), 0)))
        return _pdu(_RESPONSE, request, [ber.sequence(ber.identifier(n), v) for n, v in bound])

    def _v3(self, datagram: bytes, message: Reader) -> bytes | None:
        head = message.inside()
        number, _, flags = head.integer(), head.integer(), head.expect(ber.STRING)[0]
        security = read_security(message.expect(ber.STRING))
        if not flags & _REPORTABLE:
            return None
        try:
            scoped = self._admit(datagram, message, security, flags)
            engine, context = scoped.expect(ber.STRING), scoped.expect(ber.STRING).decode()
            tree = self._views(context.removeprefix("vlan-"))
            pdu = self._reply(scoped, tree or {})
            back = flags & (_AUTH | _PRIV)
        except _Refused as refused:
            bound = ber.sequence(ber.identifier(refused.counter), ber.integer(1, ber.COUNTER))
            engine, context, back = ENGINE, "", refused.flags
            pdu = _pdu(_REPORT, 0, [bound])
        return self._send(
            number, back, ber.sequence(ber.string(engine), ber.string(context), pdu), security.user
        )

    def _admit(self, datagram: bytes, message: Reader, security: Security, flags: int) -> Reader:
        user = self._user
        if security.engine != ENGINE:
            raise _Refused(_UNKNOWN_ENGINE)
        if user is None or security.user != user.name:
            raise _Refused(_UNKNOWN_USER)
        if not flags & _AUTH or not flags & _PRIV:
            raise _Refused(_UNSUPPORTED_LEVEL)
        if user.digest(datagram.replace(security.digest, user.blank, 1)) != security.digest:
            raise _Refused(_WRONG_DIGEST)
        if not self._clock.in_window(security):
            raise _Refused(_NOT_IN_WINDOW, _AUTH)
        try:
            return Reader(user.decrypt(message.expect(ber.STRING), security)).inside()
        except ValueError as exc:
            raise _Refused(_NOT_DECRYPTED) from exc

    def _send(self, number: int, flags: int, scoped: bytes, name: str) -> bytes:
        user = self._user
        signed, sealed = bool(user and flags & _AUTH), bool(user and flags & _PRIV)
        security = Security(
            engine=ENGINE,
            boots=self._clock.boots,
            time=self._clock.now,
            user=name,
            digest=user.blank if user and signed else b"",
            salt=salt() if sealed else b"",
        )
        data = ber.string(user.encrypt(scoped, security)) if user and sealed else scoped
        head = ber.sequence(
            ber.integer(number), ber.integer(_MOST), ber.string(bytes((flags,))), ber.integer(_USM)
        )
        message = ber.sequence(ber.integer(_V3), head, security.encode(), data)
        if user is None or not signed:
            return message
        at = message.index(user.blank, len(head))
        return message[:at] + user.digest(message) + message[at + len(user.blank) :]


_NULL: Final = ber.tlv(ber.NULL, b"")


def _names(bindings: Reader) -> list[Oid]:
    names: list[Oid] = []
    while not bindings.over and len(names) < _MOST_BINDINGS:
        names.append(bindings.inside().identifier())
    return names


def _pdu(kind: int, request: int, bound: list[bytes], error: int = 0) -> bytes:
    parts = (ber.integer(request), ber.integer(error), ber.integer(1 if error else 0), ber.sequence(*bound))
    return ber.sequence(*parts, tag=kind)


def _after(tree: Tree, names: list[Oid], once: int, times: int) -> list[tuple[Oid, bytes]]:
    """GETNEXT of the first `once` names, then of the others so many times over (RFC 3416 section 4.2.3)."""
    order = sorted(tree)
    found = [_next(tree, order, name) for name in names[:once]]
    row = names[once:]
    for _ in range(min(times, _MOST_BINDINGS)):
        bound = [_next(tree, order, name) for name in row]
        found += bound
        row = [name for name, _ in bound]
    return found[:_MOST_BINDINGS]


def _next(tree: Tree, order: list[Oid], name: Oid) -> tuple[Oid, bytes]:
    at = bisect.bisect_right(order, name)
    if at == len(order):
        return name, ber.tlv(ber.END_OF_MIB, b"")
    return order[at], tree[order[at]]


class SnmpService(asyncio.DatagramProtocol):
    """The agent's socket, on a loopback port chosen by the system."""

    def __init__(self, agent: SnmpAgent, fault: Callable[[], SnmpFault] = lambda: "ok") -> None:
        self._agent = agent
        self._fault = fault
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    async def start(self, address: str = "127.0.0.1") -> None:
        """Listens; raises `OSError` for an address that this machine has not."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, (address, 0))
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        """Stops listening."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answers one datagram; slowly when the agent is overworked."""
        reply = self._agent.answer(data)
        if reply is None:
            return
        if self._fault() == "slow":
            asyncio.get_running_loop().call_later(SLOW_S, self._send, reply, addr)
        else:
            self._send(reply, addr)

    def _send(self, reply: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(reply, addr)
