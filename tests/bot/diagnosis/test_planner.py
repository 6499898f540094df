"""The order of steps, seen from outside."""

from __future__ import annotations

import pytest

from bot.diagnosis.playbook import load
from bot.domain.diagnosis import Done
from bot.domain.fact import Value
from tests.support.diagnoses import BANNER, HEALTHY, ask, did, step_of


def typical(fact: str, cause: str) -> Value:
    """The likeliest value of a fact under a cause."""
    book = load()
    index, rows, buckets = book.hypotheses.index(cause), book.rows[fact], book.facts[fact].buckets
    word = max(rows, key=lambda value: rows[value][index])
    if buckets is None:
        return word
    if buckets.kind == "size":
        return 0.0 if word == buckets.names[0] else -420.0
    return {"obsolete": "7.1.3.0991", "old": "8.1.3.1301", "current": "9.0.0.10460"}[word]


def works(step: str, cause: str) -> bool:
    """True when the act mends the cause, or shows it."""
    book = load()
    index, twin = book.hypotheses.index(cause), book.steps[step].twin
    likely = book.rows[twin]["works"] if twin else book.mends[step]
    return likely[index] > 0.5


def play(cause: str, symptom: str) -> tuple[list[str], str]:
    """The steps of a typical case of a cause, and the last verdict."""
    values: dict[str, Value] = {}
    done: list[Done] = []
    while len(done) < 30:
        answer = ask(values, *done, symptom=symptom)
        following = answer.next
        if following is None or following.kind == "escalate":
            return [*(d.step for d in done), *([following.step] if following else [])], answer.verdict
        values |= {fact: typical(fact, cause) for fact in load().steps[following.step].reveals}
        if following.kind == "act":
            done.append(did(following.step, "fixed" if works(following.step, cause) else "not_fixed"))
        else:
            done.append(did(following.step, "fixed" if following.kind == "verify" else "answered"))
    pytest.fail("never comes to an end")


# A phone that shows the banner has power; a broken one is found by replacing it, which Microsoft decides.
UNDER_BANNER = [i for i in load().causes if i not in {"power.poe", "hardware.fault"}]


@pytest.mark.parametrize("cause", UNDER_BANNER)
def test_typical_case_is_found_and_mended(cause: str) -> None:
    steps, verdict = play(cause, BANNER)
    assert verdict == cause
    assert steps[-1] == "verify.restart"
    assert len([s for s in steps if not s.startswith(("probe.", "lookup.", "verify."))]) <= 12


@pytest.mark.parametrize(
    ("cause", "symptom"),
    [
        ("power.poe", "no_power"),
        ("hardware.fault", "no_power"),
        ("power.poe", "random_reboot"),
        ("network.egress_udp", "one_way_audio"),
        ("voice.not_configured", "cannot_call"),
        ("licence.missing", "cannot_call"),
        ("account.signin_blocked", "signed_out"),
        ("time.clock", "wrong_time"),
    ],
)
def test_other_symptoms_lead_there_too(cause: str, symptom: str) -> None:
    steps, verdict = play(cause, symptom)
    assert (verdict, steps[-1]) == (cause, "verify.restart")


def test_measured_network_fault_needs_no_question() -> None:
    steps, _ = play("network.dns", BANNER)
    assert steps[:3] == ["probe.network", "act.fix_dns", "verify.recheck_probes"]


def test_questions_come_before_risky_acts() -> None:
    steps, _ = play("profile.corrupt", BANNER)
    acts = [s for s in steps if s.startswith("act.")]
    assert acts[-2:] == ["act.update_firmware", "act.factory_reset"]
    asked = [i for i, s in enumerate(steps) if "ask.phone_time" in (s, *load().steps[s].asks)]
    assert asked[0] < steps.index(acts[-2])


def test_network_team_acts_only_on_suspicion() -> None:
    done: list[Done] = []
    while following := ask(HEALTHY, *done).next:
        assert following.kind != "act" or following.who not in {"network", "admin"}
        done.append(did(following.step, "not_fixed" if following.kind == "act" else "cannot"))


def test_cured_verdict_falls_to_the_next_cure() -> None:
    values: dict[str, Value] = {**HEALTHY, "clock_offset_s": -600, "ntp": "fail", "phone.time": "wrong"}
    answer = ask(values, did("act.fix_clock", "cannot"))
    assert (answer.verdict, step_of(answer)) == ("time.clock", "act.fix_time_server")


def test_helpdesk_follows_when_cures_are_impossible() -> None:
    answer = ask({**HEALTHY, "dns": "fail"}, did("act.fix_dns", "cannot"))
    assert (answer.verdict, step_of(answer)) == ("network.dns", "escalate.helpdesk")


def test_ordinary_measurements_are_not_repeated() -> None:
    assert step_of(ask(HEALTHY, did("act.restart_phone", "fixed"))) == "verify.test_call"
