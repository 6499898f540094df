"""SNMP: what the phone's switch port gives it: link, power, VLAN; who announces itself; why it is shut."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bot.domain.probe import Failure, ProbeSpec, Where
from bot.errors import ConfigurationError
from bot.probes.options import SnmpOptions, options_of, port_of
from bot.runner.finding import Failed, Finding
from bot.runner.names import addresses_of
from bot.runner.switch import judge
from bot.runner.switch.credentials import Credentials, choose
from bot.runner.switch.judge import Reading
from bot.runner.switch.read import Reader
from bot.runner.trace import note

if TYPE_CHECKING:
    from types import ModuleType

_MARGIN_S: Final = 0.05
_NO_KEYS: Final = "no SNMP credentials for this switch are kept here"


def _summary(reading: Reading, reader: Reader, voice_vlans: tuple[int, ...]) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(reading))
    facts = judge.facts(reading, reader.address, voice_vlans)
    return {
        **told,
        "facts": facts,
        "known": judge.known(reading, reader.address),
        "not_available": reader.missing,
    }


def _judge(reading: Reading, reader: Reader, options: SnmpOptions) -> Finding:
    for line in judge.lines(reading):
        note(line)
    summary = _summary(reading, reader, options.voice_vlans)
    failure = judge.failure(summary["facts"])
    if failure is None:
        return Finding(ok=True, details=summary)
    raise Failed(failure, Where.target, summary)


def _load() -> ModuleType:
    """pysnmp costs 10 MB and a fifth of a second: only a runner that asks switches pays it."""
    from bot.runner.switch import session  # noqa: PLC0415

    return session


class SwitchProber:
    """The prober, with the credentials that its site keeps for its switches (see docs/settings.md)."""

    def __init__(self, keys: Mapping[str, Credentials]) -> None:
        self._keys = keys

    async def __call__(self, spec: ProbeSpec, deadline: float) -> Finding:
        """Reads the port of a phone; a MAC address that the switch does not know proves nothing (ok None)."""
        options = options_of(spec)
        if not isinstance(options, SnmpOptions):
            raise Failed(Failure.unsupported, Where.runner, ok=None)
        credentials = self._credentials(options, spec.host)
        address = (await addresses_of(spec.host, options, deadline))[0]
        session = await asyncio.to_thread(_load)
        await asyncio.to_thread(session.prepare, credentials)
        until = deadline - _MARGIN_S
        async with session.open_session(address, port_of(spec) or 0, credentials, until) as asker:
            reader = Reader(asker, options, until)
            reading = await reader.read()
        return _judge(reading, reader, options)

    def _credentials(self, options: SnmpOptions, host: str) -> Credentials:
        try:
            found = choose(options, host, self._keys)
        except ConfigurationError as exc:
            raise Failed(Failure.unsupported, Where.runner, {"error": str(exc)}, ok=None) from exc
        if found is None:
            raise Failed(Failure.snmp_no_credentials, Where.runner, {"error": _NO_KEYS}, ok=None)
        return found
