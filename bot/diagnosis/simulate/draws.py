"""One case of a world: all that chance decides about it, drawn at once and never again.

So the engine and the guide's fixed order meet exactly the same phone, and a repeated act or
question does not get another answer by luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

import msgspec

from bot.diagnosis.simulate.tables import ANY, FOLLOWS, Fault, Remedy, World, pick
from bot.domain.fact import Value


class Draws(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is.

    `own`: for each fault the values of the facts it changes. `unknown` and `wrong`: facts that cannot
    be had, and those of which the first answer is wrong (with a number that chooses the wrong one).
    `mended` and `sure`: pairs of a fault's place and an act that mends it, the latter those that are
    remedies of it rather than luck. `claimed`: acts after which « it works » is said in any case.
    """

    symptom: str
    faults: tuple[Fault, ...]
    own: tuple[dict[str, Value], ...]
    background: dict[str, Value]
    following: dict[str, dict[str, Value]]
    unknown: frozenset[str]
    wrong: dict[str, float]
    cannot: frozenset[str]
    mended: frozenset[tuple[int, str]]
    sure: frozenset[tuple[int, str]]
    claimed: frozenset[str]

    @property
    def causes(self) -> tuple[str, ...]:
        """The hidden causes."""
        return tuple(fault.cause for fault in self.faults)

    def fixable(self, steps: Iterable[str]) -> bool:
        """True when for every fault some act among these steps can be done, is a remedy and works."""
        possible = set(steps) - self.cannot
        return all(
            any((place, act) in self.mended and (place, act) in self.sure for act in possible)
            for place in range(len(self.faults))
        )


def draw(world: World, rng: Random, double: float, remedy_p: float) -> Draws:
    """A case: a fault (or two, with probability `double`) and everything that follows from it."""
    symptom, faults = _faults(world, rng, double)
    background = {f: pick(rng, table[ANY]) for f, table in world.background.items() if f not in FOLLOWS}
    own = tuple(
        {f: pick(rng, table[ANY]) for f, table in fault.facts.items() if f not in FOLLOWS} for fault in faults
    )
    chances = {
        (place, act): _chance(world, fault, {**background, **own[place]}, act)
        for place, fault in enumerate(faults)
        for act in world.acts
    }
    return Draws(
        symptom=symptom,
        faults=faults,
        own=own,
        background=background,
        following=_following(world, faults, rng),
        unknown=frozenset(f for f, source in world.sources.items() if rng.random() < source.unknown),
        wrong={f: rng.random() for f, source in world.sources.items() if rng.random() < source.wrong},
        cannot=frozenset(i for i, act in world.acts.items() if rng.random() < act.cannot),
        mended=frozenset(pair for pair, p in chances.items() if rng.random() < p),
        sure=frozenset(pair for pair, p in chances.items() if p >= remedy_p),
        claimed=frozenset(act for act in world.acts if rng.random() < world.false_fix),
    )


def _faults(world: World, rng: Random, double: float) -> tuple[str, tuple[Fault, ...]]:
    first = _one(rng, [(fault, fault.weight) for fault in world.faults])
    symptom = str(pick(rng, tuple(first.symptoms.items())))
    if rng.random() >= double:
        return symptom, (first,)
    others = [
        (fault, fault.weight * fault.symptoms.get(symptom, 0.0))
        for fault in world.faults
        if fault.cause != first.cause
    ]
    return symptom, (first, _one(rng, others)) if any(weight for _, weight in others) else (first,)


def _one(rng: Random, weighed: list[tuple[Fault, float]]) -> Fault:
    return rng.choices([fault for fault, _ in weighed], [weight for _, weight in weighed])[0]


def _following(world: World, faults: tuple[Fault, ...], rng: Random) -> dict[str, dict[str, Value]]:
    """For a fact that follows another, the value beside each word of that one."""
    tables = {
        fact: next((fault.facts[fact] for fault in faults if fact in fault.facts), world.background[fact])
        for fact in FOLLOWS
        if fact in world.background
    }
    return {fact: {w: pick(rng, chances) for w, chances in table.items()} for fact, table in tables.items()}


def _chance(world: World, fault: Fault, truth: Mapping[str, Value], act: str) -> float:
    """How probably an act mends a fault, given what the facts truly are."""
    remedies = (r for r in world.remedies.get(fault.cause, ()) if r.act == act and _holds(r, truth))
    return max((remedy.p for remedy in remedies), default=world.chance)


def _holds(remedy: Remedy, truth: Mapping[str, Value]) -> bool:
    return all(truth.get(fact) in values for fact, values in remedy.when.items())
