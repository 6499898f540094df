"""A world of hidden faults as tables of probabilities, whoever wrote them.

The playbook's own numbers and a population file become the same tables, so that one simulation
plays both.
"""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec

from bot.domain.fact import Value

Chances = tuple[tuple[Value, float], ...]
Table = dict[str, Chances]
"""The values of a fact with their probabilities; under `ANY`, or for each word of the fact that it follows."""

ANY: Final = "any"
FOLLOWS: Final = {"clock_offset_s": "phone.time"}
"""Facts that are drawn from the list which another fact's value names, so that the two never disagree."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One cause (or one variant of it): how often, what is complained of, which facts it changes."""

    cause: str
    weight: float
    symptoms: dict[str, float]
    facts: dict[str, Table] = {}


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What it costs to have a fact, how often it cannot be had, and how often it is then wrong."""

    minutes: float | None = None
    unknown: float = 0.0
    wrong: float = 0.0


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes of an act and how often it cannot be done."""

    minutes: float | None = None
    cannot: float = 0.0


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """An act mends a cause with probability `p` where every fact of `when` truly has one of these values."""

    act: str
    p: float
    when: dict[str, tuple[Value, ...]] = {}


class World(msgspec.Struct, frozen=True, kw_only=True):
    """All tables. `chance` mends what an act cannot mend; `false_fix`: « it works » is said although it does not."""

    faults: tuple[Fault, ...]
    background: dict[str, Table]
    sources: dict[str, Source]
    acts: dict[str, Act]
    remedies: dict[str, tuple[Remedy, ...]]
    chance: float = 0.0
    false_fix: float = 0.0


def chance(seed: str) -> Random:
    """Repeatable chance."""
    return Random(seed)  # noqa: S311 - a simulation, no secret


def usual(table: Table) -> Value:
    """The likeliest value of a fact."""
    chances = table.get(ANY) or next(iter(table.values()))
    return max(chances, key=lambda pair: pair[1])[0]


def pick(rng: Random, chances: Chances) -> Value:
    """One value, drawn by its probability."""
    left = rng.random() * sum(p for _, p in chances)
    for value, p in chances:
        left -= p
        if left < 0:
            return value
    return max(chances, key=lambda pair: pair[1])[0]


def hardened(world: World, rng: Random, odds: float, unknown: float, wrong: float) -> World:
    """The same world with the odds of every probability multiplied or divided, and worse answers."""
    tilt = _Tilt(rng, odds)
    return World(
        faults=tuple(tilt.fault(fault) for fault in world.faults),
        background={fact: tilt.table(table) for fact, table in world.background.items()},
        sources={
            fact: Source(minutes=source.minutes, unknown=unknown, wrong=wrong)
            for fact, source in world.sources.items()
        },
        acts={i: Act(minutes=a.minutes, cannot=tilt.one(a.cannot)) for i, a in world.acts.items()},
        remedies={cause: tuple(map(tilt.remedy, some)) for cause, some in world.remedies.items()},
        chance=world.chance,
        false_fix=wrong,
    )


class _Tilt:
    """Shifts probabilities, each one up or down at random."""

    def __init__(self, rng: Random, odds: float) -> None:
        self._rng = rng
        self._odds = odds

    def one(self, p: float) -> float:
        factor = self._odds if self._rng.random() < 0.5 else 1 / self._odds
        return p * factor / (1 - p + p * factor)

    def chances(self, chances: Chances) -> Chances:
        tilted = [(value, self.one(p)) for value, p in chances]
        total = sum(p for _, p in tilted)
        return tuple((value, p / total) for value, p in tilted)

    def table(self, table: Table) -> Table:
        return {word: self.chances(chances) for word, chances in table.items()}

    def fault(self, fault: Fault) -> Fault:
        symptoms = self.chances(tuple(fault.symptoms.items()))
        return Fault(
            cause=fault.cause,
            weight=fault.weight * (self._odds if self._rng.random() < 0.5 else 1 / self._odds),
            symptoms={str(symptom): p for symptom, p in symptoms},
            facts={fact: self.table(table) for fact, table in fault.facts.items()},
        )

    def remedy(self, remedy: Remedy) -> Remedy:
        return Remedy(act=remedy.act, p=self.one(remedy.p), when=remedy.when)
