"""Every fault of the simulated site, played to its end by `decroche demo`, as a newcomer would start it.

Each takes about ten seconds, so they run apart from the other tests (`make e2e`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.domain.diagnosis import LOCALES
from bot.simulator.faults import all_faults, verdict_of

pytestmark = pytest.mark.e2e


FAULTS = [(fault, LOCALES[number % len(LOCALES)]) for number, fault in enumerate(all_faults())]

# Taps of employee and agent together, proof included: three of them only prove that the cure holds.
MOST_STEPS = 8
# Of the employee alone, until the verdict; and how long they may wait for a first card.
MOST_TAPS = 6
FIRST_CARD_S = 1.0
# Nothing measures it: what the employee tries and what they report are all that there is.
MORE_TAPS = {"profile.corrupt": 7}
FIRST_CARDS: list[float] = []
# Faults that no probe and no look-up can see: people have to look, and to try.
MORE_STEPS = {"profile.corrupt": 10, "unexplained": 10}


def _play(fault: str, locale: str, out: Path) -> tuple[int, dict[str, Any], str]:
    """Exit status, what was printed for programs, and for people."""
    command = [sys.executable, "-m", "bot", "demo", "--fault", fault, "--locale", locale]
    done = subprocess.run(
        [*command, "--out", str(out), "--json"], capture_output=True, timeout=150, check=False, text=True
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.parametrize(("fault", "locale"), FAULTS)
def test_fault_is_found_and_dealt_with(fault: str, locale: str, tmp_path: Path) -> None:
    status, outcome, transcript = _play(fault, locale, tmp_path)
    assert outcome, transcript
    print(
        "{verdict} {ended} {steps} steps {seconds} s, {taps} taps, first card {first_card_s} s".format_map(
            outcome
        )
    )
    ended = "microsoft" if fault == "unexplained" else "fixed"
    assert (outcome["verdict"], outcome["ended"]) == (verdict_of(fault), ended), transcript
    if fault != "unexplained":
        assert outcome["taps"] <= MORE_TAPS.get(fault, MOST_TAPS), transcript
    FIRST_CARDS.append(outcome["first_card_s"])
    assert outcome["steps"] <= MORE_STEPS.get(fault, MOST_STEPS), transcript
    assert status == 0
    assert (outcome["bundle"] is not None) == (ended == "microsoft")


def test_first_card_is_there_at_once() -> None:
    """In the middle of all that were played: a single one may meet a busy machine."""
    if not FIRST_CARDS:
        pytest.skip("no fault was played in this run")
    print(f"first card after {median(FIRST_CARDS):.2f} s (middle), {max(FIRST_CARDS):.2f} s (slowest)")
    assert median(FIRST_CARDS) <= FIRST_CARD_S
