"""Malformed inputs for parsers, the same at every run: half noise, half valid messages with a few faults.

Some hundreds by default; `make fuzz` (`--inputs 10000`) tries as many as were promised.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

FEW: Final = 400

Fault = Callable[[random.Random, bytes], bytes]

_NASTY = (
    b"\x00",
    b"\xff",
    b"\xff\xff",
    b"\x7f\xff",
    b"\x80\x00",
    b"\xc0\x0c",
    b"\xc0\x00",
    b"\r\n",
    b"{",
    b"\x00" * 8,
)


def _flip(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def _overwrite(dice: random.Random, data: bytes) -> bytes:
    at, nasty = dice.randrange(len(data)), dice.choice(_NASTY)
    return data[:at] + nasty + data[at + len(nasty) :]


def _insert(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(_NASTY) * dice.randrange(1, 40) + data[at:]


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def _remove(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.randrange(1, 12) :]


def _repeat(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at : at + 40] * dice.randrange(2, 30) + data[at:]


_FAULTS: Sequence[Fault] = (_flip, _overwrite, _insert, _cut, _remove, _repeat)


def _mutant(dice: random.Random, seeds: Sequence[bytes], keep: int) -> bytes:
    seed = dice.choice(seeds)
    head, data = seed[:keep], seed[keep:]
    for _ in range(dice.randrange(1, 5)):
        data = dice.choice(_FAULTS)(dice, data) if data else data
    return head + data


_wanted = {"inputs": FEW}


def ask_for(inputs: int) -> None:
    """How many inputs a test tries in this run."""
    _wanted["inputs"] = inputs


def inputs() -> int:
    """How many inputs a test tries."""
    return _wanted["inputs"]


def malformed(seeds: Sequence[bytes], keep: int = 0) -> Iterator[bytes]:
    """`inputs()` messages; `keep` first bytes of each stay (an id without which nothing is parsed further)."""
    dice = random.Random(20261122)
    for number in range(inputs()):
        if number % 2:
            yield _mutant(dice, seeds, keep)
        else:
            yield dice.choice(seeds)[:keep] + dice.randbytes(dice.randrange(160))
