"""`decroche playbook simulate`: the one door into the simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.simulate.draws import draw
from bot.diagnosis.simulate.figures import TWO_FAULTS, Played, Simulation, figures, missed
from bot.diagnosis.simulate.guide import Order, follow, load_order
from bot.diagnosis.simulate.optimum import compare_all
from bot.diagnosis.simulate.own import own_world
from bot.diagnosis.simulate.play import Play, engine_of
from bot.diagnosis.simulate.population import Conditions, read_population
from bot.diagnosis.simulate.settings import Settings
from bot.diagnosis.simulate.tables import World, chance, hardened
from bot.errors import ConfigurationError

Condition = Literal["nominal", "hard", "double"]
CONDITIONS: Final[tuple[Condition, ...]] = ("nominal", "hard", "double")
NAMES: Final = {"nominal": "nominal", "hard": "hard", "double": TWO_FAULTS}


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to simulate: how many cases of which world, under which conditions, and how many small problems.

    `double` is the share of cases with two faults; under the condition of that name it is all of them.
    `told` are facts that every report brings with it, before anything is asked.
    """

    population: Path | None = None
    cases: int = 2000
    seed: int = 1
    double: float = 0.0
    conditions: tuple[Condition, ...] = CONDITIONS
    problems: int = 100
    told: tuple[str, ...] = ()


def simulate(
    playbook: Playbook, settings: Settings, wanted: Wanted, order: Order | None = None
) -> tuple[Simulation, list[Played]]:
    """Figures, and the cases behind them. The same seed gives the same figures.

    Raises `ConfigurationError` when the population file cannot be used, or a fact told does not exist.
    """
    strange = [fact for fact in wanted.told if fact not in playbook.facts]
    if strange:
        raise ConfigurationError(
            f"no fact is called {strange[0]!r}", "`decroche playbook explain` lists them."
        )
    name, world, hard = _world(playbook, settings, wanted.population)
    listed: list[Played] = []
    found = []
    for condition in wanted.conditions:
        worlds = _hard(world, hard, wanted.seed) if condition == "hard" else _nominal(world)
        asked = msgspec.structs.replace(wanted, double=1.0) if condition == "double" else wanted
        played = _play(playbook, settings, asked, worlds, order or load_order())
        found.append(figures(f"{name}, {NAMES[condition]}", played))
        listed += played
    best = compare_all(playbook, settings, wanted.problems, wanted.seed) if wanted.problems else None
    return (
        Simulation(
            seed=wanted.seed,
            playbook=playbook.version,
            conditions=tuple(found),
            optimum=best,
            missed=missed(found, best, settings.targets),
        ),
        listed,
    )


def failures(played: Iterable[Played]) -> Sequence[Played]:
    """Cases to look at: not fixed although some act would have, out of order, or with a wrong verdict."""
    return [
        one
        for one in played
        if (one.fixable and one.run.end != "fixed")
        or one.run.premature_resets
        or one.run.licence_out_of_order
        or one.run.verdict not in (*one.run.causes, "undetermined")
    ]


def _world(playbook: Playbook, settings: Settings, path: Path | None) -> tuple[str, World, Conditions]:
    if path is None:
        own = Conditions(
            odds_shift=settings.odds_shift,
            unknown_share=settings.unknown_share,
            wrong_answer_share=settings.wrong_answer_share,
        )
        return "the playbook's own", own_world(playbook, settings), own
    found = read_population(path, playbook)
    return path.name, found.world(), found.population


def _nominal(world: World) -> Callable[[int], World]:
    return lambda _: world


def _hard(world: World, by: Conditions, seed: int) -> Callable[[int], World]:
    """A world of its own for each batch of cases."""

    def shifted(batch: int) -> World:
        rng = chance(f"{seed}:world:{batch}")
        return hardened(world, rng, by.odds_shift, by.unknown_share, by.wrong_answer_share)

    return shifted


def _play(
    playbook: Playbook, settings: Settings, wanted: Wanted, worlds: Callable[[int], World], order: Order
) -> list[Played]:
    bot = Play(playbook, engine_of(playbook), settings, wanted.told)
    played = []
    for number in range(wanted.cases):
        batch, first = divmod(number, settings.cases_per_world)
        if first == 0:
            world = worlds(batch)
        draws = draw(world, chance(f"{wanted.seed}:{number}"), wanted.double, settings.remedy_p)
        guide = follow(playbook, order, world, draws, wanted.told)
        played.append(Played(run=bot.run(world, draws), guide=guide, fixable=draws.fixable(playbook.steps)))
    return played
