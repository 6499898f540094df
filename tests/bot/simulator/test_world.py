"""The world tells the truth: broken by its fault, mended by the right act and by nothing else."""

from __future__ import annotations

import pytest

from bot.diagnosis.playbook import load
from bot.simulator.faults import all_faults
from bot.simulator.phone import Phone
from tests.support.people import broken_world

MENDABLE = sorted(fault for fault, found in all_faults().items() if found.mends)


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_every_fault_stops_the_phone(fault: str) -> None:
    assert not broken_world(fault).can_call()


@pytest.mark.parametrize("fault", MENDABLE)
def test_right_act_mends_the_phone(fault: str) -> None:
    for act in all_faults()[fault].mends:
        assert broken_world(fault).act(act)


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_other_act_changes_nothing(fault: str) -> None:
    world = broken_world(fault)
    harmless = "act.call_the_plumber"
    assert not world.act(harmless)
    assert not world.can_call()


def test_world_is_well_once_fault_is_gone() -> None:
    world = broken_world("network.dns")
    world.mend()
    assert world.can_call()


@pytest.mark.parametrize(
    ("fault", "step", "answer"),
    [
        ("network.dns", "ask.scope", "several"),
        ("licence.missing", "ask.scope", "one"),
        ("account.disabled", "ask.phone_signed_in", "no"),
        ("account.disabled", "ask.other_device_same_account", "fails"),
        ("network.dns", "ask.phone_signed_in", "yes"),
        ("licence.missing", "ask.phone_signed_in", "no"),
        ("licence.missing/teams_phone", "ask.phone_signed_in", "yes"),
        ("unexplained", "ask.phone_ip", "10.20.30.41"),
        ("unexplained", "ask.the_weather", None),
        ("network.cable_or_port", "ask.phone_ip", "none"),
        ("network.cable_or_port", "ask.ping_gateway", "fail"),
        ("network.vlan_dhcp", "ask.moved_recently", "yes"),
        ("network.vlan_dhcp", "ask.switch_vlan", "other"),
        ("network.port_security", "ask.switch_port", "err_disabled"),
        ("network.proxy", "ask.ping_external", "fail"),
        ("power.poe", "ask.switch_poe", "denied"),
        ("firmware.obsolete", "ask.phone_firmware", "7.1.3.0991"),
        ("account.signin_blocked", "ask.phone_signed_in", "no"),
        ("account.signin_blocked", "ask.other_device_same_account", "works"),
        ("voice.not_configured", "ask.phone_signed_in", "yes"),
        ("service.outage", "ask.other_device_same_account", "fails"),
        ("site.outage", "ask.scope", "site"),
        ("network.dns", "ask.dns", "fail"),
        ("network.egress_tcp443", "ask.tcp443", "fail"),
        ("network.proxy", "ask.proxy", "required"),
        ("network.tls_inspection", "ask.tls", "intercepted"),
        ("network.vlan_dhcp", "ask.dhcp_lease", "none"),
        ("network.vlan_dhcp/wrong_subnet", "ask.dhcp_lease", "wrong_subnet"),
        ("unexplained", "ask.dhcp_lease", "valid"),
        ("hardware.fault", "ask.phone_power", "off"),
        ("hardware.fault", "ask.phone_time", None),
        ("power.poe/dark", "ask.phone_ip", None),
        ("power.poe", "ask.phone_ip", "10.20.30.41"),
        ("account.disabled", "ask.account_enabled", "no"),
        ("account.signin_blocked/mfa", "ask.account_signin", "blocked_mfa"),
        ("account.signin_blocked", "ask.account_signin", "expired"),
        ("licence.missing", "ask.licence_teams", "missing"),
        ("licence.missing/pending", "ask.licence_teams", "pending"),
        ("licence.missing/teams_phone", "ask.licence_teams_phone", "missing"),
        ("voice.not_configured", "ask.voice_calling", "none"),
        ("unexplained", "ask.licence_teams_phone", "ok"),
    ],
)
def test_honest_answer_follows_the_truth(fault: str, step: str, answer: str | None) -> None:
    assert broken_world(fault).answer(step) == answer


def test_every_question_has_an_answer() -> None:
    plain = [step for step in load().steps.values() if step.kind == "ask" and not step.asks]
    world = broken_world("unexplained")
    assert [step.id for step in plain if world.answer(step.id) is None] == []


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_every_choice_can_be_given(fault: str) -> None:
    plain = [step for step in load().steps.values() if step.kind == "ask" and step.choices and not step.asks]
    world = broken_world(fault)
    answers = {step.id: world.answer(step.id) for step in plain if step.input == "choice"}
    assert {i: a for i, a in answers.items() if a and a not in load().steps[i].choices} == {}


def test_wrong_clock_shows_another_time() -> None:
    assert broken_world("time.clock/ntp").answer("ask.phone_time") != Phone().time_shown()
