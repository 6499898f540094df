"""Bayes, in small."""

from __future__ import annotations

import pytest

from bot.diagnosis.belief import Evidence, believe, evidence, normalised, prior, ratios, updated
from bot.diagnosis.history import tell
from bot.diagnosis.playbook import load
from tests.support.diagnoses import did, facts, minute


def test_weights_become_probabilities() -> None:
    assert normalised([1, 3]) == (0.25, 0.75)


def test_evidence_moves_the_belief() -> None:
    assert updated((0.5, 0.5), (0.9, 0.1)) == pytest.approx((0.9, 0.1))


def test_prior_knows_the_hidden_cause() -> None:
    start = prior(load(), None)
    assert len(start) == len(load().causes) + 1
    assert sum(start) == pytest.approx(1)
    assert start[-1] > 0


def test_symptom_changes_the_prior() -> None:
    power = list(load().causes).index("power.poe")
    assert prior(load(), "no_power")[power] > 3 * prior(load(), None)[power]


def test_ratio_compares_with_the_rest() -> None:
    assert ratios((0.5, 0.25, 0.25), Evidence("x", (0.8, 0.2, 0.4)))[0] == pytest.approx(0.8 / 0.3)


def test_long_histories_do_not_underflow() -> None:
    item = Evidence("x", (0.001, 0.0005))
    assert sum(believe((0.5, 0.5), [item] * 400)) == pytest.approx(1)


def test_twin_fact_counts_only_once() -> None:
    history = tell(
        load(), [], [did("act.update_firmware", "not_fixed"), did("act.restart_phone", "not_fixed")]
    )
    assert [item.id for item in evidence(load(), history)] == ["after.update", "act.restart_phone"]


def test_facts_after_a_repair_do_not_count() -> None:
    told = [*facts({"dns": "fail"}, minute(1)), *facts({"dns": "ok", "ntp": "ok"}, minute(3))]
    known = evidence(load(), tell(load(), told, [did("act.fix_dns", "fixed", minute(2))]))
    assert [item.id for item in known] == ["dns", "act.fix_dns"]
    assert known[0].likelihood == load().rows["dns"]["fail"]
