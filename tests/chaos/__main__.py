"""`python -m tests.chaos`: kills the bot and its Redis, and says whether anything was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter

from bot.simulator.demo import stopped_by_signal
from tests.chaos.judge import Line, is_message
from tests.chaos.kills import Tally, disturbed, faults, planned, undisturbed
from tests.chaos.play import Killed, Result
from tests.chaos.scenarios import SCENARIOS


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Runs everything, or what is named; 1 when something was not as promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "scenarios", nargs="*", choices=[*SCENARIOS, []], help="only these; `kills` is not one"
    )
    chosen = parser.parse_args(arguments)
    return asyncio.run(run(chosen.seed, chosen.kills, chosen.scenarios))


async def run(seed: int, wanted: int, names: list[str]) -> int:
    """All of it, in turn; leaves no process behind, even when it is stopped."""
    began = time.monotonic()
    with stopped_by_signal():
        bad = await every(seed, wanted, names)
    say(f"{'FAILED' if bad else 'all as promised'} in {time.monotonic() - began:.0f} s (seed {seed})")
    return 1 if bad else 0


async def every(seed: int, wanted: int, names: list[str]) -> int:
    """How many parts were not as promised."""
    say(f"seed {seed}, {wanted} kills")
    bad = 0 if names else await kill(seed, wanted)
    for name in names or SCENARIOS:
        result = await SCENARIOS[name]()
        say(f"{'FAIL' if result.problems else 'ok':5} {name}  ({result.seconds:.0f} s)")
        bad += tell_problems(result)
    return bad


async def kill(seed: int, wanted: int) -> int:
    """The kills at random instants."""
    rng, tally, bad = random.Random(seed), Tally(wanted=wanted), 0
    said: dict[str, Counter[Line]] = {}
    for fault in faults(rng, tally):
        if fault not in said:
            alone, said[fault] = await undisturbed(fault)
            if tell_problems(alone):
                say(f"FAIL  {fault}, with nobody killed")
                return 1
        result = await disturbed(fault, planned(rng, fault, tally), said[fault])
        for killed in result.killed:
            say(line_of(len(tally.killed) + 1 + result.killed.index(killed), fault, killed))
        tally.results.append(result)
        say(f"{'FAIL' if result.problems else 'ok':5} {fault}, killed {len(result.killed)} times")
        bad += tell_problems(result)
    return bad + summary(tally)


def line_of(number: int, fault: str, killed: Killed) -> str:
    """One kill in one line."""
    what = f"probes {'running' if killed.probing else 'at rest'}, {killed.waiting} waiting"
    sent = ", ".join(f"{item.id} {type(item.effect).__name__}" for item in killed.sending if is_message(item))
    doubt = f", unknowable: {sent}" if sent else ""
    up = "" if killed.ready else ", while starting"
    return (
        f"kill {number:3}  {fault:20} {killed.at_s:5.1f} s  {killed.victim:13} "
        f"{killed.stage}#{killed.entries}, {what}{up}{doubt}"
    )


def summary(tally: Tally) -> int:
    """The figures; a failure when fewer kills were done than asked for, or more than 1 in 20 leaves a doubt.

    One more is put down to chance.
    """
    count, doubtful = len(tally.killed), tally.unknowable
    say(
        f"{count} kills in {len(tally.results)} cases, {tally.probing} while probes ran; "
        f"{doubtful} messages of which nobody can know whether they had been sent"
    )
    return int(not tally.enough) + int(doubtful > 1 + count // 20)


def tell_problems(result: Result) -> int:
    """Prints what was in doubt and what was wrong with a case; 1 when something was."""
    for problem in [*result.notes, *result.fates, *result.problems]:
        say(f"      {problem}")
    if result.problems:
        say(f"      its files are kept in {result.path}")
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
