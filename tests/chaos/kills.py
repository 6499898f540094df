"""Many kills at random instants of cases, at least half of them while probes run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Final

import msgspec

from tests.chaos.judge import Line, lost_jobs, told
from tests.chaos.play import Kill, Killed, Play, Result, Victim, opened, people

FAULTS: Final = (
    "network.dns/silent",
    "licence.missing",
    "time.clock/ntp",
    "unexplained",
    "network.egress_udp",
    "network.dns",
)
PER_CASE: Final = 4
SLOW: Final = frozenset({"network.dns/silent", "time.clock/ntp", "network.egress_udp"})
PROBES_S: Final = 4.0
CASE_S: Final = 5.0
MOST_CASES: Final = 4


class Tally(msgspec.Struct, kw_only=True):
    """All cases so far."""

    results: list[Result] = []
    wanted: int

    @property
    def killed(self) -> list[Killed]:
        """Every kill, in order."""
        return [killed for result in self.results for killed in result.killed]

    @property
    def probing(self) -> int:
        """How many of them met probes."""
        return sum(killed.probing for killed in self.killed)

    @property
    def unknowable(self) -> int:
        """Of how many messages nobody can know whether they had been sent."""
        return sum(len(result.fates) for result in self.results)

    @property
    def enough(self) -> bool:
        """True when all kills were carried out, half of them while probes ran."""
        return len(self.killed) >= self.wanted and 2 * self.probing >= len(self.killed)


async def undisturbed(fault: str) -> tuple[Result, Counter[Line]]:
    """The same case with nobody killed, and what was said in it."""
    result = Result(fault=fault)
    async with opened(fault, result) as play, people(play):
        await play.until_ended()
        await play.watch.look()
        said = told(play.evidence())
    return result, said


async def disturbed(fault: str, kills: list[Kill], said: Counter[Line]) -> Result:
    """One case with its kills; what it says must be what is said when nobody is killed."""
    result = Result(fault=fault)
    async with opened(fault, result) as play, people(play):
        await play.suffer(kills)
        await play.bot.until_ready()
        await play.until_ended()
        await play.watch.look()
        result.notes = lost_jobs(play.watch.now.case)
        result.problems += [] if result.notes else [*differences(play, said)]
    return result


def differences(play: Play, said: Counter[Line]) -> Iterator[str]:
    """Nothing may be missing or said more often, but for what nobody can know."""
    now = told(play.evidence())
    differing = [*((said - now).elements()), *((now - said).elements())]
    if len(differing) > len(play.evidence().unknowable):
        yield from (f"not as undisturbed: {side}, {what}" for side, what in differing)


def planned(rng: random.Random, fault: str, tally: Tally) -> list[Kill]:
    """The kills of the next case; more of them while probes run, until half of all are."""
    left = max(tally.wanted - len(tally.killed), 1)
    behind = 2 * tally.probing <= len(tally.killed)
    return [_kill(rng, fault, probing=behind or rng.random() < 0.5) for _ in range(min(PER_CASE, left))]


def _kill(rng: random.Random, fault: str, *, probing: bool) -> Kill:
    longest = (PROBES_S if fault in SLOW else 0.2) if probing else CASE_S
    victim: Victim = "bot and Redis" if rng.random() < 0.4 else "bot"
    return Kill(probing=probing, after_s=rng.uniform(0, longest), victim=victim)


def faults(rng: random.Random, tally: Tally) -> Iterator[str]:
    """Faults in turn, for as long as there is something to kill."""
    order = rng.sample(FAULTS, len(FAULTS))
    for number, fault in enumerate(cycle(order)):
        if tally.enough or number > tally.wanted * MOST_CASES // PER_CASE:
            return
        yield fault
