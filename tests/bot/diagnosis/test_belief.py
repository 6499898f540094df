"""Bayes, in small."""

from __future__ import annotations

import pytest

from bot.diagnosis.belief import (
    Evidence,
    believe,
    believe_on,
    evidence,
    normalised,
    prior,
    ranking,
    ratios,
    updated,
)
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


def test_finer_fact_counts_instead() -> None:
    told = facts({"phone.time": "wrong", "clock_offset_s": 12}, minute(1))
    assert [item.id for item in evidence(load(), tell(load(), told, []))] == ["clock_offset_s"]
    later = [*told, *facts({"phone.time": "ok"}, minute(3))]
    known = evidence(load(), tell(load(), later, [did("act.restart_phone", "not_fixed", minute(2))]))
    assert {item.id for item in known} == {"phone.time", "clock_offset_s", "act.restart_phone"}


def test_whole_hours_weigh_less() -> None:
    assert [load().bucket(fact) for fact in facts({"clock_offset_s": -7200})] == ["zone"]
    assert [load().bucket(fact) for fact in facts({"clock_offset_s": 3540})] == ["zone"]
    assert [load().bucket(fact) for fact in facts({"clock_offset_s": 1800})] == ["wrong"]
    assert [load().bucket(fact) for fact in facts({"clock_offset_s": 86400 * 3})] == ["wrong"]
    clock = list(load().causes).index("time.clock")
    zone, wrong = (load().rows["clock_offset_s"][word] for word in ("zone", "wrong"))
    assert 1 < zone[clock] / zone[-1] < wrong[clock] / wrong[-1]


def test_repaired_cause_may_have_been_second() -> None:
    start = (0.1, 0.1, 0.8)
    shown = Evidence("dns", (0.9, 0.001, 0.001), place=1)
    vain = Evidence("act.fix_dns", (0.05, 0.99, 0.99), place=2)
    alone = believe_on(start, [shown, vain], {}, {})
    beside = believe_on(start, [shown, vain], {0: 2}, {"dns": False})
    assert alone[0] > 0.7
    assert beside[0] < 0.1
    assert sum(beside) == pytest.approx(1)


def test_later_measurement_is_not_excused() -> None:
    start = (0.1, 0.1, 0.8)
    again = Evidence("dns", (0.9, 0.001, 0.001), place=3)
    assert believe_on(start, [again], {0: 2}, {"dns": False})[0] > 0.9


def test_rivals_of_the_case_give_evidence() -> None:
    told = facts({"external_power": "fails", "other_port": "fails", "phone.power": "off"})
    start = prior(load(), "no_power")
    known = evidence(load(), tell(load(), told, []))
    first = ranking(load(), start, believe(start, known), known)[0]
    assert first.id == "hardware.fault"
    assert first.evidence_for
