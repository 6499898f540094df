"""One SNMP conversation with a switch (v2c, or v3 with the user-based security model), read-only.

pysnmp encodes, decodes, encrypts and repeats; this gives each conversation its own connected socket, so that a
refusal is heard, answers of other hosts are not, and what is no SNMP is told apart from silence. Only
GET, GETNEXT and GETBULK are ever built.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from pyasn1.error import PyAsn1Error
from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413.cmdgen import (
    BulkCommandGeneratorSingleRun,
    GetCommandGenerator,
    NextCommandGeneratorSingleRun,
)
from pysnmp.error import PySnmpError
from pysnmp.proto import errind

from bot.domain.probe import Failure, Where
from bot.runner.finding import Failed, from_os_error
from bot.runner.switch.credentials import Credentials
from bot.runner.switch.oids import Oid
from bot.runner.switch.values import Value

_TRY_S: Final = 1.0
_TRIES: Final = 3
_V2C: Final = 1
_V3: Final = 3
_CONTEXT: Final = "vlan-{}"
# What a hostile datagram can provoke in a decoder.
_GARBAGE: Final = (
    PySnmpError, PyAsn1Error, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError,
)  # fmt: skip
_NOT_LET_IN: Final = (
    errind.AuthenticationError,
    errind.AuthenticationFailure,
    errind.DecryptionError,
    errind.UnknownUserName,
    errind.UnknownSecurityName,
    errind.UnsupportedSecurityLevel,
    errind.WrongDigest,
)
_AUTH: Final = {
    "sha": config.USM_AUTH_HMAC96_SHA,
    "sha224": config.USM_AUTH_HMAC128_SHA224,
    "sha256": config.USM_AUTH_HMAC192_SHA256,
    "sha384": config.USM_AUTH_HMAC256_SHA384,
    "sha512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV: Final = {
    "aes": config.USM_PRIV_CFB128_AES,
    "aes192": config.USM_PRIV_CFB192_AES,
    "aes256": config.USM_PRIV_CFB256_AES,
}

_making: Final = threading.Lock()

# pysnmp ships no types; these are all of it that is called.
_get: Callable[[], Any] = GetCommandGenerator
_next: Callable[[], Any] = NextCommandGeneratorSingleRun
_bulk: Callable[[], Any] = BulkCommandGeneratorSingleRun
_identifier: Callable[[Oid], Any] = univ.ObjectIdentifier
_null: Callable[[str], Any] = univ.Null
_timed_out: Final[object] = errind.requestTimedOut
_no_snmp: Final[object] = errind.parseError

Bound = list[tuple[Oid, Value | None]]


def plain(value: object) -> Value | None:
    """A decoded value as a number, bytes or an identifier; None for « no such » and everything else.

    Null, of which « no such » is a kind, is a string to pyasn1.
    """
    if isinstance(value, univ.Null):
        return None
    if isinstance(value, univ.Integer):
        return int(value)
    if isinstance(value, univ.OctetString):
        return bytes(value)
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(value)
    return None


class _Link:
    """What pysnmp calls a transport: a connected UDP socket that counts what comes in."""

    transport: asyncio.DatagramTransport | None = None

    def prepare(self) -> None:
        """Before use."""
        self.received = self.answered = 0
        self.broken: asyncio.Future[OSError] = asyncio.get_running_loop().create_future()

    def datagram_received(self, datagram: bytes, address: Any) -> None:  # noqa: ANN401 - pysnmp's
        self.received += 1
        hand_over = getattr(self, "_callback_function", None)
        if hand_over is None:
            return
        try:
            hand_over(self, address, datagram)
        except _GARBAGE:
            return

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self.broken.done():
            self.broken.set_result(exc)

    def send_message(self, message: bytes, address: object) -> None:
        del address
        if self.transport is not None:
            self.transport.sendto(message)


class _Link4(_Link, udp.UdpAsyncioTransport):
    pass


class _Link6(_Link, udp6.Udp6AsyncioTransport):
    pass


class _Engine:
    """A pysnmp engine for one set of credentials; conversations with several switches share it."""

    def __init__(self, credentials: Credentials) -> None:
        self.engine = SnmpEngine()
        self.credentials = credentials
        self.slots: list[int] = []
        self._names: dict[int | None, str] = {}

    def slot(self) -> int:
        """A number that no open conversation has."""
        free = next(number for number in itertools.count(1) if number not in self.slots)
        self.slots.append(free)
        return free

    def parameters(self, vlan: int | None) -> str:
        """pysnmp's name for how to speak, made at first use."""
        key = None if self.credentials.user is not None else vlan
        if key not in self._names:
            name = f"as-{key or 'is'}"
            self._add_user(name) if self.credentials.user is not None else self._add_community(name, vlan)
            self._names[key] = name
        return self._names[key]

    def _add_community(self, name: str, vlan: int | None) -> None:
        community = self.credentials.community or ""
        at = community if vlan is None else f"{community}@{vlan}"
        config.add_v1_system(self.engine, name, at, securityName=name)
        config.add_target_parameters(self.engine, name, name, "noAuthNoPriv", _V2C)

    def _add_user(self, name: str) -> None:
        with_auth, with_priv = self.credentials.auth_password, self.credentials.priv_password
        config.add_v3_user(
            self.engine,
            self.credentials.user,
            _AUTH[self.credentials.auth_protocol] if with_auth else config.USM_AUTH_NONE,
            with_auth,
            _PRIV[self.credentials.priv_protocol] if with_priv else config.USM_PRIV_NONE,
            with_priv,
        )
        level = "authPriv" if with_priv else "authNoPriv" if with_auth else "noAuthNoPriv"
        config.add_target_parameters(self.engine, name, self.credentials.user, level, _V3)


@functools.lru_cache(maxsize=16)
def _made(credentials: Credentials) -> _Engine:
    return _Engine(credentials)


def prepare(credentials: Credentials) -> _Engine:
    """The engine for these credentials, made at first use; that takes a tenth of a second, so call it in a thread."""
    with _making:
        return _made(credentials)


class Session:
    """An `Asker` over the wire; see `open_session`."""

    def __init__(
        self,
        engine: _Engine,
        link: _Link,
        domain: Oid,
        end: tuple[str, int],
        deadline: float,
        vlan: int | None,
    ) -> None:
        self._engine, self._link, self._domain, self._end = engine, link, domain, end
        self._deadline, self._vlan = deadline, vlan
        self.requests = 0
        self._address = f"{domain[-1]}-{vlan}"
        config.add_target_address(
            engine.engine, self._address, domain, end, engine.parameters(vlan), _TRY_S * 100, _TRIES - 1
        )

    def within(self, vlan: int) -> Session:
        """The tables of one VLAN: community `name@vlan`, or context `vlan-N` (Cisco IOS)."""
        return Session(self._engine, self._link, self._domain, self._end, self._deadline, vlan)

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """The values that the agent has; a request that it refuses is asked again in halves."""
        status, bound = await self._ask(_get(), oids)
        if not status:
            wanted = set(oids)
            return {oid: value for oid, value in bound if value is not None and oid in wanted}
        if len(oids) == 1:
            return {}
        half = len(oids) // 2
        return {**await self.get(oids[:half]), **await self.get(oids[half:])}

    async def following(self, oids: Sequence[Oid]) -> Sequence[tuple[Oid, Value] | None]:
        """What comes next after each (GETNEXT)."""
        status, bound = await self._ask(_next(), oids)
        if status or len(bound) != len(oids):
            return [None] * len(oids)
        return [
            (oid, value) if value is not None and oid > asked else None
            for asked, (oid, value) in zip(oids, bound, strict=True)
        ]

    async def bulk(self, oid: Oid, most: int) -> Sequence[tuple[Oid, Value]]:
        """Up to `most` values that come after (GETBULK)."""
        status, bound = await self._ask(_bulk(), [oid], 0, most)
        return [] if status else [(at, value) for at, value in bound[:most] if value is not None]

    async def _ask(self, generator: Any, oids: Sequence[Oid], *sizes: int) -> tuple[int, Bound]:  # noqa: ANN401
        """One request and its answer's status and values; raises `Failed`."""
        self.requests += 1
        answer: asyncio.Future[tuple[Any, int, Bound]] = asyncio.get_running_loop().create_future()

        def heard(*said: Any) -> None:  # noqa: ANN401 - engine, handle, indication, status, index, bindings, ours
            if not answer.done():
                _, _, indication, status, _, bound, _ = said
                answer.set_result((indication, int(status), [(tuple(n), plain(v)) for n, v in bound]))

        try:
            generator.send_varbinds(
                self._engine.engine, self._address, None, self._context(), *sizes,
                [(_identifier(oid), _null("")) for oid in oids], heard, None,
            )  # fmt: skip
        except PySnmpError as exc:
            raise Failed(Failure.unsupported, Where.runner, {"error": type(exc).__name__}, ok=None) from exc
        indication, status, bound = await self._wait(answer)
        if indication:
            raise self._failed(indication)
        self._link.answered += 1
        return status, bound

    def _context(self) -> bytes:
        if self._engine.credentials.user is not None and self._vlan is not None:
            return _CONTEXT.format(self._vlan).encode()
        return self._engine.credentials.context.encode()

    async def _wait(self, answer: asyncio.Future[tuple[Any, int, Bound]]) -> tuple[Any, int, Bound]:
        left = self._deadline - asyncio.get_running_loop().time()
        before = self._link.received
        either: set[asyncio.Future[Any]] = {answer, self._link.broken}
        await asyncio.wait(either, timeout=max(left, 0), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            indication, *_ = answer.result()
            junk = isinstance(indication, errind.RequestTimedOut) and self._link.received > before
            return (_no_snmp, 0, []) if junk else answer.result()
        answer.cancel()
        if self._link.broken.done():
            raise from_os_error(self._link.broken.result())
        return (_no_snmp if self._link.received > before else _timed_out), 0, []

    def _failed(self, indication: object) -> Failed:
        why = {"error": type(indication).__name__}
        if isinstance(indication, _NOT_LET_IN):
            return Failed(Failure.snmp_auth, Where.target, why)
        late = self._link.answered and asyncio.get_running_loop().time() >= self._deadline
        if late:
            return Failed(Failure.deadline_exceeded, Where.target, {"error": "the switch is slow"}, ok=None)
        if isinstance(indication, errind.RequestTimedOut):
            return Failed(Failure.snmp_no_reply, Where.path)
        return Failed(Failure.snmp_bad_reply, Where.target, why)


@asynccontextmanager
async def open_session(
    address: str, port: int, credentials: Credentials, deadline: float
) -> AsyncIterator[Session]:
    """A conversation with the agent at an IP address; `deadline` is a time of the running loop.

    Raises `Failed`: `snmp_no_reply` (an agent does not say that a community is wrong: it is silent),
    `snmp_auth` (v3), `snmp_bad_reply`, `deadline_exceeded` (it answers, but slowly), or what the operating system says.
    """
    engine = prepare(credentials)
    link, base = (_Link6(), udp6.DOMAIN_NAME) if ":" in address else (_Link4(), udp.DOMAIN_NAME)
    link.prepare()
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(lambda: link, remote_addr=(address, port))
    except OSError as exc:
        raise from_os_error(exc) from exc
    slot = engine.slot()
    domain = (*base, slot)
    config.add_transport(engine.engine, domain, link)
    try:
        yield Session(engine, link, domain, (address, port), deadline, None)
    finally:
        config.delete_transport(engine.engine, domain)
        engine.slots.remove(slot)
        transport.abort()
        link.broken.cancel()
        await asyncio.sleep(0)  # the engine's timer, cancelled, ends
