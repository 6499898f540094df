"""The engine: verdicts, next steps, what happens after acts, and what it must never do."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import UNDETERMINED, Done
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Value
from tests.support.diagnoses import (
    BANNER,
    HEALTHY,
    HEALTHY_NETWORK,
    ask,
    did,
    facts,
    minute,
    step_of,
)

WITH_HEALTHY_REST: list[tuple[dict[str, Value], str, str]] = [
    ({"dns": "fail", "tcp443": "inconclusive", "tls": "unknown"}, "network.dns", "act.fix_dns"),
    ({"udp3478": "fail"}, "network.egress_udp", "act.open_firewall"),
    ({"tcp443": "fail"}, "network.egress_tcp443", "act.open_firewall"),
    ({"tls": "intercepted"}, "network.tls_inspection", "act.exempt_tls_inspection"),
    ({"proxy": "required"}, "network.proxy", "act.exempt_proxy"),
    ({"clock_offset_s": -420}, "time.clock", "act.fix_clock"),
    ({"ntp.offset_s": 900.5}, "time.clock", "act.fix_clock"),
    ({"phone.time": "wrong"}, "time.clock", "act.fix_clock"),
    ({"phone.time": "wrong", "tls": "expired"}, "time.clock", "act.fix_clock"),
    ({"licence.teams": "missing"}, "licence.missing", "act.assign_licence"),
    ({"licence.teams": "disabled_plan"}, "licence.missing", "act.assign_licence"),
    ({"licence.teams": "pending"}, "licence.missing", "act.wait_propagation"),
    ({"account.enabled": "no"}, "account.disabled", "act.enable_account"),
    ({"account.signin": "expired"}, "account.signin_blocked", "act.sign_in_again"),
    ({"account.signin": "blocked_ca"}, "account.signin_blocked", "act.fix_signin_policy"),
    ({"account.signin": "blocked_mfa"}, "account.signin_blocked", "act.fix_signin_policy"),
    ({"account.signin": "device_limit"}, "account.signin_blocked", "act.clean_device_objects"),
    ({"account.signin": "registration_blocked"}, "account.signin_blocked", "escalate.microsoft"),
    ({"policy.phone": "blocks"}, "policy.teams", "act.fix_teams_policy"),
    ({"service_health.teams": "outage"}, "service.outage", "act.wait_service"),
    ({"switch.port": "err_disabled"}, "network.port_security", "act.clear_port_security"),
]


@pytest.mark.parametrize(("values", "cause", "cure"), WITH_HEALTHY_REST)
def test_telling_fact_gives_its_verdict(values: dict[str, Value], cause: str, cure: str) -> None:
    answer = ask({**HEALTHY, "scope": "one", **values})
    assert (answer.verdict, step_of(answer)) == (cause, cure)
    assert set(answer.causes[0].evidence_for) & set(values)


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ({"dns": "fail", "tcp443": "unknown", "tls": "inconclusive"}, "network.dns"),
        ({"tls": "intercepted"}, "network.tls_inspection"),
        ({"clock_offset_s": 400}, "time.clock"),
        ({"licence.teams": "missing"}, "licence.missing"),
        ({"account.enabled": "no"}, "account.disabled"),
        ({"service_health.teams": "outage"}, "service.outage"),
        (dict.fromkeys(("dns", "tcp443", "tls", "udp3478", "http80"), "fail"), "site.outage"),
    ],
)
def test_verdict_needs_no_other_facts(values: dict[str, Value], cause: str) -> None:
    assert ask(values).verdict == cause


def test_no_fact_gives_no_verdict() -> None:
    for symptom in load().symptoms:
        assert ask({}, symptom=symptom).verdict == UNDETERMINED


def test_bot_measures_before_anybody_is_asked() -> None:
    first = ask({})
    second = ask(HEALTHY_NETWORK, did("probe.network", "answered"))
    assert (step_of(first), step_of(second)) == ("probe.network", "lookup.account")


def test_measurement_that_failed_is_not_repeated() -> None:
    answer = ask({}, did("probe.network", "cannot"), did("lookup.account", "cannot"))
    assert answer.next is not None
    assert answer.next.kind == "ask"


def test_healthy_measurements_lead_to_phone_time() -> None:
    done: list[Done] = []
    for _ in range(8):
        step = str(step_of(ask(HEALTHY, *done)))
        done.append(did(step, "not_fixed" if step.startswith("act.") else "cannot"))
    asked = {question for item in done for question in (item.step, *load().steps[item.step].asks)}
    assert "ask.phone_time" in asked


def test_self_given_address_points_at_network() -> None:
    answer = ask({**HEALTHY, "phone.ip": "apipa"})
    assert {cause.id for cause in answer.causes[:3]} == {
        "network.vlan_dhcp",
        "network.port_security",
        "network.cable_or_port",
    }


def test_old_firmware_raises_without_convincing() -> None:
    before = {cause.id: cause.p for cause in ask(HEALTHY).causes}["firmware.obsolete"]
    answer = ask({**HEALTHY, "phone.firmware": "7.1.3.0991"})
    assert answer.causes[0].id == "firmware.obsolete"
    assert before * 2 < answer.causes[0].p < 0.8
    assert answer.verdict == UNDETERMINED


def test_phone_licence_weighs_more_without_calls() -> None:
    values = {**HEALTHY, "licence.teams_phone": "missing"}
    under_banner = {c.id: c.p for c in ask(values).causes}["licence.missing"]
    without_calls = {c.id: c.p for c in ask(values, symptom="cannot_call").causes}["licence.missing"]
    with_teams_missing = {c.id: c.p for c in ask({**HEALTHY, "licence.teams": "missing"}).causes}
    assert 0.05 < under_banner < without_calls
    assert with_teams_missing["licence.missing"] > under_banner


def test_unknown_and_inconclusive_prove_nothing() -> None:
    silent: dict[str, Value] = dict.fromkeys(VOCABULARY, UNKNOWN)
    silent |= dict.fromkeys(("dns", "tcp443", "udp3478", "ntp", "http80"), "inconclusive")
    assert ask(silent).causes == ask({}).causes


def test_failed_acts_alone_give_no_verdict() -> None:
    acts = [did(i, "not_fixed") for i in load().steps if i.startswith("act.")]
    answer = ask(HEALTHY, *acts)
    assert answer.verdict == UNDETERMINED
    assert sum(cause.p for cause in answer.causes) < 0.75


def test_failed_cure_speaks_against_its_cause() -> None:
    values: dict[str, Value] = {**HEALTHY, "account.signin": "expired"}
    before, after = ask(values), ask(values, did("act.sign_in_again", "not_fixed"))
    assert after.causes[0].p < before.causes[0].p
    assert "act.sign_in_again" in after.causes[0].against


def test_refused_act_is_no_evidence() -> None:
    before = ask(HEALTHY)
    after = ask(HEALTHY, did("act.restart_phone", "refused"), did("act.update_firmware", "cannot"))
    assert before.causes == after.causes


def test_working_restart_convicts_a_hang() -> None:
    answer = ask(HEALTHY, did("act.restart_phone", "fixed"))
    assert (answer.verdict, step_of(answer)) == ("phone.hang", "verify.test_call")
    assert answer.causes[0].evidence_for == ("act.restart_phone",)


def test_working_socket_convicts_the_cable() -> None:
    values: dict[str, Value] = {**HEALTHY, "phone.ip": "none", "moved_recently": "no", "scope": "one"}
    answer = ask(values, did("act.swap_cable_or_port", "fixed"))
    assert answer.verdict == "network.cable_or_port"
    assert "other_port" in answer.causes[0].evidence_for


def test_repair_is_followed_by_every_check() -> None:
    done = [did("act.fix_dns", "fixed")]
    seen = []
    while (answer := ask({**HEALTHY, "dns": "fail"}, *done)).next:
        assert answer.verdict == "network.dns"
        seen.append(answer.next.step)
        done.append(did(answer.next.step, "fixed"))
    assert seen == ["verify.recheck_probes", "verify.test_call", "verify.audio", "verify.restart"]


def test_good_measurement_afterwards_keeps_verdict() -> None:
    told = [*facts({**HEALTHY, "dns": "fail"}, minute(0)), Fact(id="dns", value="ok", at=minute(9))]
    answer = diagnose(load(), BANNER, told, [did("act.fix_dns", "fixed", minute(5))])
    assert (answer.verdict, answer.contradictions) == ("network.dns", ())


def test_bad_measurement_afterwards_refutes_repair() -> None:
    told = [*facts({**HEALTHY, "dns": "fail"}, minute(0)), Fact(id="dns", value="fail", at=minute(9))]
    answer = diagnose(load(), BANNER, told, [did("act.fix_dns", "fixed", minute(5))])
    assert "act.fix_dns" in {i for cause in answer.causes for i in cause.against}
    assert not (step_of(answer) or "").startswith("verify.")


def test_failed_check_reopens_the_case() -> None:
    answer = ask(HEALTHY, did("act.restart_phone", "fixed"), did("verify.test_call", "not_fixed"))
    assert answer.verdict == UNDETERMINED
    assert answer.next is not None
    assert answer.next.kind in {"ask", "act"}


def test_failed_network_repair_is_measured_again() -> None:
    answer = ask(
        {**HEALTHY, "dns": "fail"}, did("probe.network", "answered"), did("act.fix_dns", "not_fixed")
    )
    assert step_of(answer) in {"probe.network", "escalate.helpdesk"}


def test_done_step_is_not_proposed_again() -> None:
    done: list[Done] = []
    for _ in range(30):
        following = ask(HEALTHY, *done).next
        if following is None:
            break
        assert following.step not in {item.step for item in done}
        done.append(did(following.step, "cannot"))
    else:
        pytest.fail("never comes to an end")


def test_reset_never_precedes_the_update() -> None:
    reset = [did("after.reset", "cannot"), *(did(i, "cannot") for i in load().steps if i.startswith("ask."))]
    for _ in range(30):
        following = ask(HEALTHY, *reset).next
        if following is None:
            return
        if following.step == "act.factory_reset":
            assert "act.update_firmware" in {item.step for item in reset}
        reset.append(did(following.step, "not_fixed" if following.kind == "act" else "cannot"))
    pytest.fail("never comes to an end")


HEALTHY_ANSWERS: dict[str, dict[str, Value]] = {
    "ask.scope": {"scope": "one"},
    "ask.phone_time": {"clock_offset_s": 12},
    "ask.phone_ip": {"phone.ip": "valid"},
    "ask.phone_power": {"phone.power": "on"},
    "ask.phone_signed_in": {"phone.signed_in": "yes"},
    "ask.moved_recently": {"moved_recently": "no"},
    "ask.changed_recently": {"changed_recently": "no"},
    "ask.phone_static_config": {"phone.static_config": "no"},
    "ask.ping_gateway": {"ping.gateway": "ok"},
    "ask.ping_external": {"ping.external": "ok"},
    "ask.other_device_same_account": {"other_device_same_account": "works"},
    "ask.switch_port": {"switch.port": "up"},
    "ask.switch_vlan": {"switch.vlan": "voice"},
    "ask.switch_poe": {"switch.poe": "delivering"},
}


@pytest.mark.parametrize("firmware", ["7.1.3.0991", "8.1.4.1480", "9.0.0.10460"])
def test_unexplained_fault_ends_at_microsoft(firmware: str) -> None:
    answers: dict[str, dict[str, Value]] = {
        **HEALTHY_ANSWERS,
        "ask.phone_firmware": {"phone.firmware": firmware},
    }
    values, human = dict(HEALTHY), 0
    done = [did("probe.network", "answered"), did("lookup.account", "answered")]
    while following := ask(values, *done).next:
        assert ask(values, *done).verdict == UNDETERMINED
        human += following.who != "bot"
        if following.kind == "escalate":
            break
        for question in (following.step, *load().steps[following.step].asks):
            values |= answers.get(question, {})
        done.append(did(following.step, "answered" if following.kind == "ask" else "not_fixed"))
    assert following is not None
    assert (following.step, following.who) == ("escalate.microsoft", "microsoft")
    assert human <= 15
    assert {"act.update_firmware", "act.factory_reset"} <= {item.step for item in done}


@pytest.mark.parametrize("symptom", sorted(load().symptoms))
def test_every_symptom_comes_to_an_end(symptom: str) -> None:
    done: list[Done] = []
    for _ in range(30):
        following = ask(HEALTHY, *done, symptom=symptom).next
        if following is None:
            return
        done.append(did(following.step, "not_fixed" if following.kind == "act" else "cannot"))
    pytest.fail("never comes to an end")


def test_unused_remedies_go_to_helpdesk_first() -> None:
    everything = [did(i, "cannot") for i in load().steps if i.split(".")[0] not in {"escalate", "verify"}]
    undone = [item for item in everything if item.step not in load().limits.microsoft_after]
    assert step_of(ask(HEALTHY, *everything)) == "escalate.microsoft"
    assert step_of(ask({**HEALTHY, "phone.power": "off"}, *undone, symptom="no_power")) == "escalate.helpdesk"


def test_other_devices_go_to_a_person() -> None:
    assert step_of(ask({}, symptom="not_a_phone_problem")) == "escalate.helpdesk"


def test_known_values_are_not_asked() -> None:
    following = ask({**HEALTHY, "clock_offset_s": 3, "phone.ip": "unknown"}).next
    assert following is not None
    assert following.step not in {"ask.phone_time", "ask.phone_ip"}


def test_two_values_contradict_each_other() -> None:
    told = [Fact(id="scope", value="one"), Fact(id="scope", value="site")]
    answer = diagnose(load(), BANNER, told)
    assert [(c.fact, c.values) for c in answer.contradictions] == [("scope", ("one", "site"))]
    assert answer.causes == diagnose(load(), BANNER, told[1:]).causes


def test_later_time_beats_the_order() -> None:
    told = [Fact(id="dns", value="ok", at=minute(2)), Fact(id="dns", value="fail", at=minute(1))]
    answer = diagnose(load(), BANNER, told)
    assert answer.contradictions[0].values == ("fail", "ok")
    assert answer.verdict == UNDETERMINED


def test_act_in_between_explains_a_change() -> None:
    told = [Fact(id="phone.ip", value="none", at=minute(1)), Fact(id="phone.ip", value="valid", at=minute(3))]
    swapped = did("act.swap_cable_or_port", "not_fixed", minute(2))
    assert diagnose(load(), BANNER, told).contradictions
    assert not diagnose(load(), BANNER, told, [swapped]).contradictions


def test_near_numbers_do_not_contradict() -> None:
    told = [Fact(id="clock_offset_s", value=-420), Fact(id="clock_offset_s", value=-431)]
    assert not diagnose(load(), BANNER, told).contradictions


def test_update_known_to_work_is_verified() -> None:
    answer = ask({**HEALTHY, "phone.firmware": "7.1.3.0991", "after.update": "works"})
    assert (answer.verdict, step_of(answer)) == ("firmware.obsolete", "verify.test_call")


def _seconds(told: list[Fact]) -> float:
    start = time.perf_counter()
    diagnose(load(), BANNER, told)
    return time.perf_counter() - start


values = st.one_of(st.text(max_size=8), st.integers(), st.floats())
moments = st.one_of(st.none(), st.integers(0, 30).map(minute))
any_fact = st.one_of(
    st.builds(Fact, id=st.text(max_size=8), value=values, at=moments),
    st.sampled_from(sorted(VOCABULARY)).flatmap(
        lambda i: st.builds(
            Fact,
            id=st.just(i),
            value=st.one_of(st.sampled_from([*VOCABULARY[i].values, UNKNOWN]), values),
            at=moments,
        )
    ),
)
any_done = st.builds(
    Done,
    step=st.one_of(st.text(max_size=8), st.sampled_from(sorted(load().steps))),
    outcome=st.sampled_from(["answered", "fixed", "not_fixed", "cannot", "refused"]),
    at=moments,
)
symptoms = st.one_of(st.none(), st.text(max_size=5), st.sampled_from(sorted(load().symptoms)))


@settings(max_examples=30, deadline=None)
@given(symptom=symptoms, told=st.lists(any_fact, max_size=20), done=st.lists(any_done, max_size=12))
def test_anything_gives_one_sound_answer(symptom: str | None, told: list[Fact], done: list[Done]) -> None:
    answer = diagnose(load(), symptom, told, done)
    assert answer == diagnose(load(), symptom, told, done)
    assert 0 < sum(cause.p for cause in answer.causes) <= 1.0001
    if answer.verdict != UNDETERMINED:
        assert answer.causes[0].p >= 0.8
        assert answer.causes[0].evidence_for


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_order_and_repetition_change_nothing(data: Any) -> None:
    told = facts({**HEALTHY, "dns": "fail", "scope": "one", "phone.ip": "valid"}, minute(1))
    shuffled = data.draw(st.permutations(told))
    repeated = shuffled + data.draw(st.lists(st.sampled_from(told), max_size=5))
    assert diagnose(load(), BANNER, repeated) == diagnose(load(), BANNER, told)
