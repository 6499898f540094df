from __future__ import annotations

import msgspec
import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.draws import Draws, draw
from bot.diagnosis.simulate.patient import Patient
from bot.diagnosis.simulate.tables import World, chance
from bot.domain.diagnosis import Outcome
from tests.support.toy_world import DNS, LICENCE, small_world, table

FIX_DNS, ASSIGN = load().steps["act.fix_dns"], load().steps["act.assign_licence"]
TRIAL = load().steps["act.try_other_account"]


def case_of(world: World, *causes: str) -> Draws:
    """A case of that world with exactly these causes."""
    cases = (draw(world, chance(f"p:{i}"), 1.0 if len(causes) > 1 else 0.0, 0.3) for i in range(200))
    return next(case for case in cases if case.causes == causes)


def patient(world: World, *causes: str) -> Patient:
    return Patient(world, case_of(world, *causes))


def test_fault_shows_until_mended() -> None:
    phone = patient(small_world(), DNS)
    assert phone.tell(["dns"]) == {"dns": "fail"}
    assert phone.try_act(FIX_DNS) == "fixed"
    assert phone.works
    assert phone.tell(["dns"]) == {"dns": "ok"}


def test_wrong_act_leaves_it_broken() -> None:
    phone = patient(small_world(), DNS)
    assert phone.try_act(ASSIGN) == "not_fixed"
    assert not phone.works
    assert phone.tell(["dns"]) == {"dns": "fail"}


def test_both_faults_must_be_mended() -> None:
    phone = patient(small_world(), DNS, LICENCE)
    assert phone.tell(["dns", "licence.teams"]) == {"dns": "fail", "licence.teams": "missing"}
    assert phone.try_act(FIX_DNS) == "not_fixed"
    assert phone.tell(["dns", "licence.teams"]) == {"dns": "ok", "licence.teams": "missing"}
    assert phone.try_act(ASSIGN) == "fixed"


def test_impossible_act_changes_nothing() -> None:
    phone = patient(small_world(cannot=1.0), DNS)
    assert phone.try_act(FIX_DNS) == "cannot"
    assert not phone.works


def test_act_heals_what_it_concerns() -> None:
    world = msgspec.structs.replace(
        small_world(), background={**small_world().background, "dns": table(ok=0.6, fail=0.4)}
    )
    cases = (draw(world, chance(f"h:{i}"), 0.0, 0.3) for i in range(200))
    odd = next(case for case in cases if case.causes == (LICENCE,) and case.background["dns"] == "fail")
    phone = Patient(world, odd)
    assert phone.tell(["dns"]) == {"dns": "fail"}
    assert phone.try_act(FIX_DNS) == "not_fixed"
    assert phone.tell(["dns"]) == {"dns": "ok"}


def test_what_cannot_be_had_is_unknown() -> None:
    phone = patient(small_world(unknown=1.0), DNS)
    assert phone.tell(["dns", "clock_offset_s", "scope"]) == {"dns": "unknown", "clock_offset_s": "unknown"}
    assert phone.try_act(TRIAL) == "cannot"


def test_wrong_answer_ends_with_the_fault() -> None:
    phone = patient(small_world(wrong=1.0), DNS)
    assert phone.tell(["dns"]) == {"dns": "ok"}
    phone.try_act(FIX_DNS)
    assert phone.tell(["dns"]) == {"dns": "ok"}


def test_wrong_finding_ends_with_its_act() -> None:
    phone = patient(small_world(wrong=1.0), LICENCE)
    assert phone.tell(["dns"]) == {"dns": "fail"}
    assert phone.try_act(FIX_DNS) == "not_fixed"
    assert phone.tell(["dns"]) == {"dns": "ok"}


def test_clock_and_its_word_agree() -> None:
    for wrong in (0.0, 1.0):
        world = small_world(wrong=wrong)
        for i in range(30):
            told = Patient(world, draw(world, chance(str(i)), 0, 0.3)).tell(["phone.time", "clock_offset_s"])
            assert (told["phone.time"] == "wrong") == (told["clock_offset_s"] == 900)


@pytest.mark.parametrize(("value", "outcome"), [("works", "fixed"), ("fails", "not_fixed")])
def test_trial_tells_its_twin(value: str, outcome: Outcome) -> None:
    background = {**small_world().background, "other_account": table(**{value: 1.0})}
    phone = patient(msgspec.structs.replace(small_world(), background=background), DNS)
    assert phone.try_act(TRIAL) == outcome
    assert not phone.works


def test_claimed_fix_does_not_mend() -> None:
    phone = patient(msgspec.structs.replace(small_world(), false_fix=1.0), DNS)
    assert phone.try_act(ASSIGN) == "fixed"
    assert not phone.works


def test_minutes_are_those_of_the_world() -> None:
    phone = patient(small_world(), DNS)
    assert phone.minutes(FIX_DNS) == 40
    assert phone.minutes(load().steps["ask.phone_time"]) == 3
    assert phone.minutes(load().steps["act.restart_phone"]) == load().steps["act.restart_phone"].minutes
