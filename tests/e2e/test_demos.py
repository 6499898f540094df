"""Every fault of the simulated site, played to its end by `decroche demo`, as a newcomer would start it.

Each takes about ten seconds, so they run apart from the other tests (`make e2e`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from bot.domain.diagnosis import LOCALES
from bot.simulator.faults import all_faults, verdict_of

pytestmark = pytest.mark.e2e

# Faults that are not found yet, and why.
OPEN = {
    "site.outage/dns": "a silent resolver hides the rest; once the DNS is found sound, nobody asks who else is cut off"
}


def _played(number: int, fault: str) -> ParameterSet:
    locale = LOCALES[number % len(LOCALES)]
    marks = [pytest.mark.xfail(reason=OPEN[fault])] if fault in OPEN else []
    return pytest.param(fault, locale, id=f"{fault}-{locale}", marks=marks)


FAULTS = [_played(number, fault) for number, fault in enumerate(all_faults())]

# Taps of employee and agent together, proof included: three of them only prove that the cure holds.
MOST_STEPS = 8
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
    print("{verdict} {ended} {steps} steps {seconds} s".format_map(outcome))
    ended = "microsoft" if fault == "unexplained" else "fixed"
    assert (outcome["verdict"], outcome["ended"]) == (verdict_of(fault), ended), transcript
    assert outcome["steps"] <= MORE_STEPS.get(fault, MOST_STEPS), transcript
    assert status == 0
    assert (outcome["bundle"] is not None) == (ended == "microsoft")
