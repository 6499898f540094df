"""Expected costs of repair, in minutes."""

from __future__ import annotations

import pytest

from bot.diagnosis.belief import Belief, prior
from bot.diagnosis.costs import Costs
from bot.diagnosis.history import tell
from bot.diagnosis.playbook import load
from bot.diagnosis.situation import Situation
from bot.diagnosis.spec import StepSpec
from tests.support.diagnoses import BANNER

LIMITS = load().limits


def situation(belief: Belief | None = None) -> Situation:
    """A case of which nothing is known, with a belief of the test's choice."""
    start = belief or prior(load(), BANNER)
    return Situation(playbook=load(), symptom=BANNER, history=tell(load(), [], []), belief=start)


def only(**shares: float) -> Belief:
    """All belief on these causes (dots written as two underscores)."""
    return tuple(shares.get(h.replace(".", "__"), 0.0) for h in load().hypotheses)


def step(step_id: str) -> StepSpec:
    return load().steps[step_id]


def best(belief: Belief, *steps: str) -> str:
    chosen = Costs(situation(belief)).best(
        [step(i) for i in steps], {i for i in steps if i.startswith("act.")}
    )
    return chosen.id if chosen else ""


def test_every_step_costs_a_turn() -> None:
    costs = Costs(situation())
    assert costs.of(step("ask.phone_time")) == step("ask.phone_time").minutes + LIMITS.turn_minutes
    others = (step("act.fix_dns").minutes + LIMITS.turn_minutes) * LIMITS.agent_factor
    assert costs.of(step("act.fix_dns")) == pytest.approx(others)


def test_certain_cause_costs_its_cure() -> None:
    costs = Costs(situation(only(phone__hang=1.0)))
    cure = load().causes["phone.hang"].cures[0]
    expected = costs.of(step(cure.step)) + (1 - cure.p) * LIMITS.escalation_minutes
    assert costs.now() == pytest.approx(expected)


def test_hopeless_case_costs_the_escalation() -> None:
    assert Costs(situation(only(other=1.0))).now() == pytest.approx(LIMITS.escalation_minutes)
    costs = Costs(situation(only(phone__hang=1.0)))
    assert costs.repair([1.0], without="act.restart_phone") == pytest.approx(LIMITS.escalation_minutes)


def test_cheaper_likelier_cure_comes_first() -> None:
    belief = only(phone__hang=0.6, network__cable_or_port=0.4)
    assert best(belief, "act.restart_phone", "act.swap_cable_or_port") == "act.restart_phone"
    belief = only(phone__hang=0.1, network__cable_or_port=0.9)
    assert best(belief, "act.restart_phone", "act.swap_cable_or_port") == "act.swap_cable_or_port"


ON_THE_PHONE = ("ask.phone", "ask.settings", "ask.screen", "ask.phone_time", "ask.phone_firmware")


def test_telling_question_precedes_costly_acts() -> None:
    belief = only(firmware__obsolete=0.3, time__clock=0.3, profile__corrupt=0.4)
    assert best(belief, "ask.phone_time", "act.update_firmware") == "ask.phone_time"


def test_form_is_worth_all_its_answers() -> None:
    belief = only(firmware__obsolete=0.3, time__clock=0.3, profile__corrupt=0.4)
    assert best(belief, *ON_THE_PHONE) == "ask.phone"


def test_single_question_is_cheaper_when_enough() -> None:
    belief = only(firmware__obsolete=0.3, time__clock=0.3, network__tls_inspection=0.4)
    assert best(belief, *ON_THE_PHONE) == "ask.phone_time"


def test_cure_that_tells_comes_first() -> None:
    belief = only(phone__hang=0.5, network__cable_or_port=0.5)
    assert best(belief, "act.restart_phone", "act.swap_cable_or_port") == "act.restart_phone"


def test_question_that_saves_nothing_is_dropped() -> None:
    assert best(only(phone__hang=1.0), "ask.moved_recently") == ""
    assert best(only(other=1.0), "act.restart_phone") == "act.restart_phone"
