"""Whole courses of cases: two faults at once, what must never happen, and that every course ends."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import UNDETERMINED, Diagnosis, Done, NextStep, Outcome
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Value
from tests.support.diagnoses import BANNER, HEALTHY, minute

BOUND = 60
NUMBERS = (0.0, 3600.0, -900.0)
VERSIONS = ("7.1.3.0991", "8.1.4.1480", "9.0.0.10460")


class Course:
    """A case in progress; every fact and step has the time at which it came."""

    def __init__(self, symptom: str, values: dict[str, Value]) -> None:
        self.symptom = symptom
        self.facts: list[Fact] = []
        self.done: list[Done] = []
        self._minute = 0
        self.learn(values)

    def _now(self) -> int:
        self._minute += 1
        return self._minute

    def learn(self, values: dict[str, Value]) -> None:
        """Facts that are known from now on."""
        at = minute(self._now())
        self.facts += [Fact(id=i, value=value, at=at) for i, value in values.items()]

    def do(self, step: str, outcome: Outcome, values: dict[str, Value] | None = None) -> None:
        """A step taken, and what it brought."""
        self.done.append(Done(step=step, outcome=outcome, at=minute(self._now())))
        self.learn(values or {})

    def judge(self) -> Diagnosis:
        """What the engine says now."""
        return diagnose(load(), self.symptom, self.facts, self.done)

    def following(self) -> str:
        """The step that the engine proposes now."""
        found = self.judge().next
        assert found is not None
        return found.step


Repairs = dict[str, dict[str, Value]]


def follow(course: Course, truth: dict[str, Value], repairs: Repairs) -> list[str]:
    """Does what the engine says; the phone works when all repairs are made, each of which changes some facts."""
    steps: list[str] = []
    while not (step := course.following()).startswith(("escalate.", "verify.")):
        steps.append(step)
        assert len(steps) < BOUND
        truth |= repairs.get(step, {})
        if step.startswith("act."):
            course.do(step, "fixed" if step in repairs and set(repairs) <= set(steps) else "not_fixed")
        else:
            course.do(step, "answered", {i: truth[i] for i in load().steps[step].reveals if i in truth})
    return [*steps, step]


RESOLVER: Repairs = {"act.fix_dns": {"dns": "ok"}}
LICENCE: Repairs = {"act.assign_licence": {"licence.teams": "ok"}}
ACCOUNT: Repairs = {"act.enable_account": {"account.enabled": "yes"}}
CABLE: Repairs = {"act.swap_cable_or_port": {"phone.ip": "valid", "switch.port": "up"}}
CLOCK: Repairs = {"act.fix_clock": {"clock_offset_s": 2}}

TWO_FAULTS = [
    pytest.param({"dns": "fail", "licence.teams": "missing"}, RESOLVER | LICENCE, id="resolver and licence"),
    pytest.param({"account.enabled": "no", "dns": "fail"}, ACCOUNT | RESOLVER, id="account and resolver"),
    pytest.param(
        {"phone.ip": "none", "switch.port": "down", "clock_offset_s": -900},
        CABLE | CLOCK,
        id="cable and clock",
    ),
    pytest.param(
        {"dns": "fail", "licence.teams": "missing", "clock_offset_s": -900},
        RESOLVER | LICENCE | CLOCK,
        id="three of them",
    ),
]


@pytest.mark.parametrize("measured", [True, False], ids=["measured again", "not measured again"])
@pytest.mark.parametrize(("shown", "repairs"), TWO_FAULTS)
def test_faults_are_mended_in_turn(shown: dict[str, Value], repairs: Repairs, measured: bool) -> None:
    course = Course(BANNER, {**HEALTHY, **shown})
    steps = follow(course, dict(shown) if measured else {}, repairs)
    human = [step for step in steps if not step.startswith(("probe.", "lookup."))]
    assert set(repairs) <= set(steps)
    assert all(steps.count(act) == 1 for act in repairs)
    assert steps[-1].startswith("verify.")
    assert len(human) <= len(repairs) + 3, human


def test_second_fault_comes_to_light_later() -> None:
    course = Course(BANNER, {**HEALTHY, "dns": "fail", "licence.teams": UNKNOWN})
    course.do("act.fix_dns", "not_fixed", {"dns": "ok"})
    course.learn({"licence.teams": "missing"})
    assert course.judge().verdict == "licence.missing"
    assert course.following() == "act.assign_licence"


def test_mended_cause_stays_away_until_measured() -> None:
    course = Course(BANNER, {**HEALTHY, "account.enabled": "no"})
    course.do("act.enable_account", "not_fixed")
    assert course.following() == "lookup.account"
    course.do("lookup.account", "answered", {"account.enabled": "yes"})
    assert course.judge().verdict == UNDETERMINED
    assert course.judge().causes[0].id != "account.disabled"
    course.learn({"account.enabled": "no"})
    assert course.judge().causes[0].id == "account.disabled"


def test_vain_repair_makes_room_for_others() -> None:
    course = Course(BANNER, {**HEALTHY, "switch.port": "err_disabled"})
    assert course.judge().verdict == "network.port_security"
    course.do("act.clear_port_security", "not_fixed")
    assert course.judge().verdict == UNDETERMINED
    assert not course.following().startswith("escalate.")


def test_fault_that_stays_is_handed_on() -> None:
    course = Course(BANNER, {**HEALTHY, "dns": "fail"})
    course.do("act.fix_dns", "not_fixed")
    assert course.following() == "probe.network"
    course.do("probe.network", "answered", {"dns": "fail"})
    assert (course.judge().verdict, course.following()) == ("network.dns", "escalate.helpdesk")


def test_failed_proof_goes_on_elsewhere() -> None:
    course = Course(BANNER, {**HEALTHY, "phone.ip": "valid"})
    course.do("act.restart_phone", "fixed")
    assert course.following() == "verify.test_call"
    course.do("verify.test_call", "not_fixed")
    assert course.judge().causes[0].id != "phone.hang"
    assert not course.following().startswith(("verify.", "act.restart"))


def fact_values(fact: str) -> st.SearchStrategy[Value]:
    """Values that a fact may have, not to be known included."""
    kind = VOCABULARY[fact]
    numbers = {"number": NUMBERS, "text": VERSIONS}
    return st.sampled_from([*numbers.get(kind.kind, kind.values), UNKNOWN])


known_values = st.lists(st.sampled_from(sorted(VOCABULARY)), max_size=12, unique=True).flatmap(
    lambda ids: st.fixed_dictionaries({i: fact_values(i) for i in ids})
)


def play_any(course: Course, data: st.DataObject) -> Iterable[NextStep]:
    """Follows the engine with whatever may happen, until it hands the case on or nothing is left."""
    for _ in range(BOUND):
        found = course.judge().next
        if found is None:
            return
        yield found
        if found.kind == "escalate":
            return
        outcome: Outcome = data.draw(st.sampled_from(_outcomes(found)))
        told = load().steps[found.step].reveals if outcome == "answered" else ()
        course.do(found.step, outcome, {i: data.draw(fact_values(i)) for i in told})
    pytest.fail("never comes to an end")


def _outcomes(found: NextStep) -> list[Outcome]:
    if found.kind == "act":
        return ["fixed", "not_fixed", "cannot", "refused"]
    return ["fixed", "not_fixed", "cannot"] if found.kind == "verify" else ["answered", "cannot"]


@settings(max_examples=25, deadline=None)
@given(symptom=st.sampled_from(sorted(load().symptoms)), values=known_values, data=st.data())
def test_every_course_comes_to_an_end(symptom: str, values: dict[str, Value], data: st.DataObject) -> None:
    course = Course(symptom, values)
    last = None
    for found in play_any(course, data):
        last = found
    ended = course.judge().next
    assert ended is None or (last is not None and last.kind == "escalate")
    if ended is None and course.done:
        assert any(done.step.startswith("verify.") for done in course.done)


@settings(max_examples=25, deadline=None)
@given(symptom=st.sampled_from(sorted(load().symptoms)), values=known_values, data=st.data())
def test_no_step_is_repeated_for_nothing(symptom: str, values: dict[str, Value], data: st.DataObject) -> None:
    course = Course(symptom, values)
    for found in play_any(course, data):
        taken = [done.step for done in course.done]
        if found.step in taken and found.kind != "verify":
            since = course.done[len(taken) - 1 - taken[::-1].index(found.step) + 1 :]
            assert found.kind != "act" or found.step == "act.sign_in_again"
            assert any(d.step.startswith("act.") and d.outcome in {"fixed", "not_fixed"} for d in since)


@settings(max_examples=25, deadline=None)
@given(symptom=st.sampled_from(sorted(load().symptoms)), values=known_values, data=st.data())
def test_risky_acts_keep_their_order(symptom: str, values: dict[str, Value], data: st.DataObject) -> None:
    course = Course(symptom, values)
    for found in play_any(course, data):
        now = {fact.id: fact.value for fact in course.facts if fact.value not in {UNKNOWN, "inconclusive"}}
        now |= _twins(course.done)
        if found.step == "act.factory_reset":
            assert now.get("after.update") == "fails" or now.get("phone.firmware") == VERSIONS[-1]
            assert now.get("account.enabled") != "no"
        if found.step == "act.assign_licence":
            assert {now.get("licence.teams"), now.get("licence.teams_phone")} & {"missing", "disabled_plan"}
            assert now.get("account.enabled") != "no"
        if found.step == "act.replace_phone":
            assert now.get("after.reset") == "fails" or now.get("other_port") == "fails"


def _twins(done: Iterable[Done]) -> dict[str, Value]:
    """The facts that acts have set; one that did not hold has failed."""
    tried = [(load().steps[d.step].twin, d.outcome) for d in done if d.outcome in {"fixed", "not_fixed"}]
    return {twin: "fails" for twin, _ in tried if twin}


@settings(max_examples=20, deadline=None)
@given(values=known_values, data=st.data())
def test_times_decide_not_the_order(values: dict[str, Value], data: st.DataObject) -> None:
    course = Course(BANNER, values)
    for found in play_any(course, data):
        if found.kind == "verify" or len(course.done) > 5:
            break
    facts = data.draw(st.permutations(course.facts))
    done = data.draw(st.permutations(course.done))
    repeated = data.draw(st.lists(st.sampled_from(course.facts), max_size=4)) if course.facts else []
    assert diagnose(load(), BANNER, [*facts, *repeated], done) == course.judge()


def test_repair_that_changed_no_measurement_opens_other_causes() -> None:
    measured: dict[str, Value] = {
        "dns": "fail",
        "tcp443": "inconclusive",
        "udp3478": "inconclusive",
        "ntp": "fail",
    }
    course = Course(BANNER, {**measured, "account.signin": "ok", "licence.teams": "ok"})
    assert course.judge().verdict == "network.dns"
    course.do("act.fix_dns", "not_fixed")
    course.do("probe.network", "answered", measured)
    after = course.judge()
    assert after.verdict == UNDETERMINED
    assert [cause.id for cause in after.causes[:2]] == ["network.dns", "site.outage"]
    course.do("ask.scope", "answered", {"scope": "site"})
    assert course.judge().causes[0].id == "site.outage"
