from __future__ import annotations

import msgspec
import pytest

from bot.domain.fact import VOCABULARY, Source
from bot.domain.pace import Pace
from bot.domain.views import CheckRow, CheckState, Evidence, Figure, Measure, Socket
from bot.probes.plans import shipped
from cards.texts import ids
from tests.support.drawn import draw, words
from tests.support.triage_views import triage
from tests.support.view_parts import NINE
from tests.support.views import checks, verdict

CALL = Measure(
    prober="quality",
    host="relay.example",
    ok=False,
    at=NINE,
    n=31,
    by="lyon-1",
    figures=(
        Figure(name="rtt_ms", value=80.4, limit=100.0),
        Figure(name="loss_pct", value=4.0, limit=1.0),
        Figure(name="jitter_ms", value=3.25, limit=30.0),
    ),
)
SILENT = Measure(prober="icmp", host="10.20.0.1", ok=False, at=NINE, n=32, by="lyon-1")


def shown(*measures: Measure, socket: Socket | None = None) -> str:
    view = msgspec.structs.replace(triage("fr"), measures=measures, socket=socket)
    return words(draw(view)).replace("\u00a0", " ").replace("\u2019", "'")


def test_calls_stand_against_microsofts_limits() -> None:
    assert (
        "Qualité de la voix, relay.example : aller-retour 80 ms (au plus 100 ms), perte 4 % (au plus 1 %), "
        "gigue 3,2 ms (au plus 30 ms), au-delà des limites de Microsoft" in shown(CALL)
    )


def test_who_measured_is_told_with_the_time() -> None:
    assert "mesuré par lyon-1, 22 nov. à 09:14, nº 31" in shown(CALL)


def test_silence_is_said() -> None:
    assert "Ping, 10.20.0.1 : pas de réponse" in shown(SILENT)


def test_nothing_measured_has_no_heading() -> None:
    assert "Mesures" in shown(CALL).splitlines()
    assert "Mesures" not in shown().splitlines()


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        (Pace(ms=60.0, usual_ms=4.0), "60 ms, habituellement 4 ms"),
        (Pace(ms=180.0, limit_ms=50.0), "180 ms au lieu de 50 ms au plus"),
        (Pace(ms=180.0, usual_ms=4.2, limit_ms=50.0), "180 ms, habituellement 4,2 ms"),
    ],
)
def test_slowness_stands_beside_its_check(pace: Pace, said: str) -> None:
    row = CheckRow(id="dns", title="DNS", state=CheckState.ok, pace=pace)
    view = msgspec.structs.replace(checks("fr", running=False), rows=(row,))
    drawn = words(draw(view)).replace("\u00a0", " ").replace("\u2019", "'")
    assert f"Adresses internet (DNS)\u2002{said}" in drawn.splitlines()
    assert "Lent" in drawn.splitlines()
    assert "Bon" not in drawn.splitlines()


def test_the_socket_is_told_as_far_as_known() -> None:
    whole = Socket(name="sw-2 Gi1/0/12", untagged="20", voice="120", poe="delivering", watts="6.2")
    assert "sw-2 Gi1/0/12 · VLAN 20 · VLAN voix 120 · PoE : alimenté, 6,2 W" in shown(socket=whole)
    assert "sw-2 Gi1/0/12 · PoE : refusé" in shown(socket=Socket(name="sw-2 Gi1/0/12", poe="denied"))
    assert "Prise réseau" not in shown()


def test_every_prober_and_state_of_power_has_words() -> None:
    assert {f"poe.{state}" for state in VOCABULARY["switch.poe"].values} <= ids()
    probers = {row.prober for plan in shipped().plan.values() for row in plan.row}
    assert {f"prober.{prober}" for prober in probers} <= ids()


def test_only_the_helpdesk_reads_the_runners_name() -> None:
    fact = Evidence(text="Le DNS ne répond pas", source=Source.measured, at=NINE, n=7, by="lyon-1")
    agent = words(draw(msgspec.structs.replace(triage("fr"), evidence_for=(fact,))))
    assert "mesuré par lyon-1, 22 nov. à 09:14, nº 7" in agent.replace("\u00a0", " ")
    employee = words(draw(msgspec.structs.replace(verdict("fr"), evidence_for=(fact,))))
    assert "mesuré, 22 nov. à 09:14" in employee.replace("\u00a0", " ")
    assert "lyon-1" not in employee
