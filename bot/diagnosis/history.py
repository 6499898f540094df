"""What happened, in order: which value of a fact counts, which acts were carried out, what contradicts what.

Facts and steps may carry a time; those that do are ordered together. Facts without one precede
everything, steps without one follow everything, so a bare list of each still makes sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from bot.diagnosis.playbook import Playbook
from bot.domain.diagnosis import Contradiction, Done
from bot.domain.fact import Fact

TRIED: Final = frozenset({"fixed", "not_fixed"})


class Reading(msgspec.Struct, frozen=True):
    """A fact whose value proves something: its word in the playbook and its place in the history."""

    fact: Fact
    word: str
    place: int


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The ordered past of a case.

    `readings` are oldest first. `mentioned` and `steps` give the last place of each fact (whatever its
    value) and of each step, `tried` that of each act carried out. `acts` have the outcome believed
    today: a repair that later proved not to hold is `not_fixed`. `mended` is the place of the repair
    that holds, if one does; `disproved` is the place of the last check that failed.
    """

    readings: tuple[Reading, ...]
    mentioned: dict[str, int]
    steps: dict[str, int]
    tried: dict[str, int]
    acts: tuple[Done, ...]
    mended: int | None
    contradictions: tuple[Contradiction, ...]
    latest: dict[str, Reading] = {}
    disproved: int = -1

    def current(self, before: int | None = None) -> dict[str, Reading]:
        """The latest reading of every fact, up to a place of the history."""
        return self.latest if before is None else {r.fact.id: r for r in self.readings if r.place < before}


def tell(
    playbook: Playbook, facts: Sequence[Fact], done: Sequence[Done], *, doubted: bool = False
) -> History:
    """The history of facts and steps; `doubted` says that the last repair is known not to hold."""
    order = _ordered(facts, done)
    acts = [(i, item) for i, item in enumerate(order) if isinstance(item, Done) and _tried(playbook, item)]
    mended = None if doubted else _mended(playbook, order)
    readings = tuple(_readings(playbook, order, mended))
    return History(
        readings=readings,
        disproved=max((i for i, item in enumerate(order) if _fails(item)), default=-1),
        latest={reading.fact.id: reading for reading in readings},
        mentioned={item.id: place for place, item in enumerate(order) if isinstance(item, Fact)},
        steps={item.step: place for place, item in enumerate(order) if isinstance(item, Done)},
        tried={item.step: place for place, item in acts},
        acts=tuple(_believed(item, place == mended) for place, item in acts),
        mended=mended,
        contradictions=_contradictions(readings, [place for place, _ in acts]),
    )


def _ordered(facts: Sequence[Fact], done: Sequence[Done]) -> list[Fact | Done]:
    def key(item: Fact | Done) -> tuple[int, float, bool]:
        is_step = isinstance(item, Done)
        if item.at is None:
            return (2 if is_step else 0, 0.0, is_step)
        return (1, _utc(item.at).timestamp(), is_step)

    return sorted((*facts, *done), key=key)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _tried(playbook: Playbook, item: Done) -> bool:
    return item.outcome in TRIED and item.step.startswith("act.") and playbook.step(item.step) is not None


def _mended(playbook: Playbook, order: Sequence[Fact | Done]) -> int | None:
    """The last repair tried, if it worked and no check failed after it."""
    for place in range(len(order) - 1, -1, -1):
        item = order[place]
        if not isinstance(item, Done) or item.outcome not in TRIED:
            continue
        if item.step in playbook.mends:
            return place if item.outcome == "fixed" else None
        if _fails(item):
            return None
    return None


def _fails(item: Fact | Done) -> bool:
    return isinstance(item, Done) and item.step.startswith("verify.") and item.outcome == "not_fixed"


def _believed(item: Done, holds: bool) -> Done:
    return (
        item
        if holds or item.outcome == "not_fixed"
        else Done(step=item.step, outcome="not_fixed", at=item.at)
    )


def _readings(playbook: Playbook, order: Sequence[Fact | Done], mended: int | None) -> Iterable[Reading]:
    for place, item in enumerate(order):
        fact = item if isinstance(item, Fact) else _twin(playbook, item, place == mended)
        word = playbook.bucket(fact) if fact else None
        if fact and word:
            yield Reading(fact, word, place)


def _twin(playbook: Playbook, done: Done, holds: bool) -> Fact | None:
    """The fact that the outcome of an act sets; a repair that did not hold has failed."""
    step = playbook.step(done.step)
    if step is None or step.twin is None or done.outcome not in TRIED:
        return None
    works = done.outcome == "fixed" and (holds or done.step not in playbook.mends)
    return Fact(id=step.twin, value="works" if works else "fails", at=done.at)


def _contradictions(readings: Sequence[Reading], acts: Sequence[int]) -> tuple[Contradiction, ...]:
    last: dict[str, Reading] = {}
    found: dict[str, list[Fact]] = {}
    for reading in readings:
        earlier = last.get(reading.fact.id)
        last[reading.fact.id] = reading
        if earlier is None or earlier.word == reading.word:
            continue
        if not any(earlier.place < act <= reading.place for act in acts):
            found.setdefault(reading.fact.id, [earlier.fact]).append(reading.fact)
    return tuple(
        Contradiction(fact=fact, values=tuple(dict.fromkeys(f.value for f in facts)))
        for fact, facts in found.items()
    )
