from __future__ import annotations

from pathlib import Path

import msgspec

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.draws import draw
from bot.diagnosis.simulate.own import own_world
from bot.diagnosis.simulate.play import Engine, Play, Run, engine_of
from bot.diagnosis.simulate.settings import Settings, load_settings
from bot.diagnosis.simulate.tables import World, chance
from bot.domain.diagnosis import Diagnosis, NextStep
from tests.support.toy_world import DNS, LICENCE, certain, small_world, toy


def runs(folder: Path, world: World | None = None, double: float = 0.0) -> list[Run]:
    book, settings = toy(folder), certain()
    own = world or own_world(book, settings)
    play = Play(book, engine_of(book), settings)
    return [play.run(own, draw(own, chance(f"play:{i}"), double, 0.3)) for i in range(60)]


def stubborn(step: str) -> Engine:
    """An engine that always proposes the same."""
    spec = load().steps[step]
    said = Diagnosis(verdict=DNS, causes=(), next=NextStep(step=step, kind=spec.kind, who=spec.who))
    return lambda symptom, facts, done: said


def follow(engine: Engine, cause: str, settings: Settings | None = None) -> Run:
    world = small_world()
    cases = (draw(world, chance(f"s:{i}"), 0.0, 0.3) for i in range(50))
    case = next(case for case in cases if case.causes == (cause,))
    return Play(load(), engine, settings or load_settings()).run(world, case)


def test_certain_case_takes_one_step(tmp_path: Path) -> None:
    for run in runs(tmp_path):
        assert (run.end, run.steps, run.checks) == ("fixed", 1, 1)
        assert run.verdict == run.at_cure == run.causes[0]
        assert run.minutes == (22 if run.causes == (DNS,) else 12)


def test_two_faults_take_two_steps(tmp_path: Path) -> None:
    twice = [run for run in runs(tmp_path, double=1.0) if run.end == "fixed"]
    assert twice
    assert {run.steps for run in twice} == {2}


def test_impossible_cure_ends_handed_over(tmp_path: Path) -> None:
    book = toy(tmp_path)
    world = own_world(book, msgspec.structs.replace(certain(), own_cannot=1.0))
    assert {run.end for run in runs(tmp_path, world)} == {"escalated"}


def test_repetition_counts_as_loop() -> None:
    run = follow(stubborn("act.restart_phone"), DNS)
    assert (run.end, run.steps) == ("loop", load_settings().bound)


def test_silence_before_the_fix_is_dead_end() -> None:
    silent = Diagnosis(verdict="undetermined", causes=())
    assert follow(lambda symptom, facts, done: silent, DNS).end == "dead_end"


def test_escalation_ends_and_counts_once() -> None:
    run = follow(stubborn("escalate.helpdesk"), DNS)
    assert (run.end, run.steps) == ("escalated", 1)


def test_early_reset_is_noted() -> None:
    assert follow(stubborn("act.factory_reset"), DNS).premature_resets > 0


def test_licence_without_evidence_is_noted() -> None:
    assert follow(stubborn("act.assign_licence"), DNS).licence_out_of_order > 0
    once = msgspec.structs.replace(load_settings(), bound=1)
    assert follow(stubborn("act.assign_licence"), LICENCE, once).licence_out_of_order == 1


def test_report_may_bring_facts(tmp_path: Path) -> None:
    book, settings = toy(tmp_path), certain()
    world = own_world(book, settings)
    seen: list[int] = []

    def listening(symptom: str, facts: tuple[object, ...], done: tuple[object, ...]) -> Diagnosis:
        seen.append(len(facts))
        return Diagnosis(verdict="undetermined", causes=())

    Play(book, listening, settings, told=["scope", "dns"]).run(world, draw(world, chance("r"), 0.0, 0.3))
    assert seen == [2]
