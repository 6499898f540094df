from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bot.diagnosis.simulate.figures import Played, Simulation, figures
from bot.diagnosis.simulate.optimum import Optimum
from bot.diagnosis.simulate.play import Run, Taken
from bot.diagnosis.simulate.report import report, show, transcript
from tests.support.toy_world import BANNER, DNS

ASKED = Taken(step="ask.scope", outcome="answered", human=True, minutes=1, told={"scope": "one"})
FIXED = Taken(step="act.fix_dns", outcome="fixed", human=True, minutes=20)
RUN = Run(symptom=BANNER, causes=(DNS,), end="fixed", taken=(ASKED, FIXED), verdict=DNS, at_cure=DNS)
CASE = Played(run=RUN, guide=RUN, fixable=True)
OPTIMUM = Optimum(problems=7, mean_ratio=1.05, worst_ratio=1.3, worst="a b", steps_ratio=1.01)


def shown(*missed: str, optimum: Optimum | None = OPTIMUM) -> str:
    found = Simulation(
        seed=1, playbook="v", conditions=(figures("toy, nominal", [CASE]),), optimum=optimum, missed=missed
    )
    out = StringIO()
    Console(file=out, width=160).print(report(found))
    return out.getvalue()


def test_report_shows_every_figure() -> None:
    text = shown()
    for words in ("toy, nominal", "2.00  2.0  2.0", "100.0%", "network.dns", "1.050 times", "1.300 at worst"):
        assert words in text


def test_report_names_what_is_missed() -> None:
    assert "missed: right 0.5" in shown("right 0.5")
    assert "every target is reached" in shown()


def test_optimum_may_be_left_out() -> None:
    assert "optimum" not in shown(optimum=None)


def test_transcript_tells_every_step() -> None:
    assert transcript(CASE).splitlines() == [
        "no_internet_banner: network.dns -> fixed, verdict network.dns",
        "  ask.scope answered scope=one",
        "  act.fix_dns fixed",
    ]


def test_table_and_cases_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    found = Simulation(
        seed=1, playbook="v", conditions=(figures("toy", [CASE]),), optimum=None, missed=("fixed 0.1",)
    )
    show(found, [CASE])
    out = capsys.readouterr().out
    assert out.index("ratio of the means") < out.index("missed: fixed 0.1") < out.index("-> fixed, verdict")
