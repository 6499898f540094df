"""Probes run from this machine, now, for `decroche probe`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.errors import ConfigurationError
from bot.probes.options import options_of
from bot.runner.probe import run_probe
from bot.runner.probers import with_keys
from bot.runner.switch.credentials import Keys

AT_ONCE: Final = 32

_targets = msgspec.json.Decoder(tuple[ProbeSpec, ...])


def parse_targets(data: bytes) -> tuple[ProbeSpec, ...]:
    """Reads the JSON list of a `--targets` file; raises `ConfigurationError` naming the item at fault."""
    try:
        specs = _targets.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"the targets cannot be read: {exc}", _ADVICE) from exc
    for number, spec in enumerate(specs):
        _check(number, spec)
    return specs


_ADVICE: Final = 'A list of {"prober", "host", "port", "options"}; see docs/contracts.'


def _check(number: int, spec: ProbeSpec) -> None:
    try:
        options_of(spec)
    except ConfigurationError as exc:
        raise ConfigurationError(f"target {number}: {exc}", _ADVICE) from exc
    if not spec.host or (spec.port is not None and not 0 < spec.port < 65536):
        raise ConfigurationError(f"target {number}: a host, and a port from 1 to 65535", _ADVICE)


async def run_specs(
    specs: Sequence[ProbeSpec],
    keys: Keys | None = None,
    came: Callable[[int, ProbeResult], None] = lambda _index, _result: None,
) -> list[ProbeResult]:
    """Runs all probes, at most 32 at once; results in the same order, each told to `came` when it is there.

    `keys` are credentials of switches.
    """
    gate, probers = asyncio.Semaphore(AT_ONCE), with_keys(keys or {})

    async def one(index: int, spec: ProbeSpec) -> ProbeResult:
        async with gate:
            result = await run_probe(spec, probers=probers)
        came(index, result)
        return result

    return list(await asyncio.gather(*(one(index, spec) for index, spec in enumerate(specs))))
