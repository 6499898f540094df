"""A played case sums up what happened, and ends when the bot says so, somebody leaves, or time is up."""

from __future__ import annotations

import asyncio
import os
import signal
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.simulator.demo import Outcome, Run, find_bundle, first_end, play, stopped_by_signal
from bot.simulator.ledger import Ended, Ledger
from bot.simulator.rooms import BOT
from bot.simulator.stage import Stage
from tests.support.standin import button, card


def _run(tmp_path: Path, fault: str = "network.dns") -> tuple[Run, Console]:
    console = Console(width=100, color_system=None, record=True, file=StringIO())
    return Run(fault, Stage(fault, "fr", tmp_path), console), console


def _outcome(fault: str, verdict: str, ended: Ended) -> Outcome:
    return Outcome(fault=fault, verdict=verdict, ended=ended, steps=3, seconds=1.0)


@pytest.mark.parametrize(
    ("fault", "verdict", "ended", "right"),
    [
        ("network.dns/hijacked", "network.dns", "fixed", True),
        ("network.dns", "time.clock", "fixed", False),
        ("network.dns", "network.dns", "timeout", False),
        ("unexplained", "undetermined", "microsoft", True),
    ],
)
def test_outcome_is_right_when_fault_is_found(fault: str, verdict: str, ended: Ended, right: bool) -> None:
    assert _outcome(fault, verdict, ended).right is right


def test_newest_bundle_is_copied_out(tmp_path: Path) -> None:
    bundles = tmp_path / "data" / "bundles"
    bundles.mkdir(parents=True)
    for age, name in ((2_000_000_000, "new.zip"), (1_000_000_000, "old.zip")):
        (bundles / name).write_bytes(b"zip")
        os.utime(bundles / name, (age, age))
    assert find_bundle(tmp_path / "data", tmp_path / "out") == tmp_path / "out" / "new.zip"
    assert find_bundle(tmp_path / "data", None) == bundles / "new.zip"


def test_no_bundle_makes_no_directory(tmp_path: Path) -> None:
    assert find_bundle(tmp_path / "data", tmp_path / "out") is None
    assert not (tmp_path / "out").exists()


async def _forever() -> None:
    await asyncio.Event().wait()


async def _leaves() -> None:
    return


async def _fails() -> None:
    raise LookupError("the bot does not answer")


async def test_case_ends_when_somebody_leaves(tmp_path: Path) -> None:
    run, _ = _run(tmp_path)
    assert await first_end(run, [_forever(), _leaves()], 5) == "stopped"


async def test_case_ends_when_time_is_up(tmp_path: Path) -> None:
    run, _ = _run(tmp_path)
    assert await first_end(run, [_forever()], 0.01) == "timeout"


async def test_failure_of_a_person_is_raised(tmp_path: Path) -> None:
    run, _ = _run(tmp_path)
    with pytest.raises(LookupError):
        await first_end(run, [_fails(), _forever()], 5)


async def test_case_is_remembered_without_its_buttons(tmp_path: Path) -> None:
    run, _ = _run(tmp_path)
    rooms = run.stage.channel.rooms
    room = rooms.open("a:1", "personal", run.stage.employee)
    post = rooms.post(room, BOT, card=card("Step", buttons=(button("OK", "fixed"),)))
    rooms.edit(room, post, "", card("Answered"))
    assert run.case == "D-1001"


async def test_summary_names_verdict_and_steps(tmp_path: Path) -> None:
    run, console = _run(tmp_path)
    run.ledger = Ledger(({"kind": "judged", "n": 1, "at": "2026-11-22T10:00:00Z", "verdict": "network.dns"},))
    outcome = run.outcome("fixed", None)
    run.report(outcome)
    printed = console.export_text()
    assert (outcome.verdict, outcome.steps, outcome.bundle) == ("network.dns", 0, None)
    assert "Verdict : network.dns" in printed
    assert "0 gestes humains" in printed


async def test_sigterm_ends_the_task_orderly() -> None:
    left = asyncio.Event()

    async def task() -> None:
        with stopped_by_signal():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                await _forever()
            finally:
                left.set()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(task())
    assert left.is_set()


async def test_hidden_fault_is_found_and_mended(tmp_path: Path) -> None:
    console = Console(width=100, color_system=None, record=True, file=StringIO())
    outcome = await play("network.egress_tcp443", "en", tmp_path / "out", console)
    printed = console.export_text()
    assert (outcome.verdict, outcome.ended, outcome.bundle) == ("network.egress_tcp443", "fixed", None)
    assert outcome.steps >= 3
    assert "Fixed, and verified." in printed
    assert "Camille Fournier's chat with Décroche" in printed
