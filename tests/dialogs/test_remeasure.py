from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.case import Case
from bot.domain.fact import Value
from bot.domain.probe import Failure
from dialogs import remeasure
from dialogs.draft import Rules
from tests.support.cases import CaseBuilder
from tests.support.dialogue import LYON, NETWORK_FINE, Dialogue

RULES = Dialogue(replace(LYON, switches=("10.20.0.2",))).rules
SWITCH_ACTS = sorted(remeasure.ON_THE_SWITCH)


def case(mac: str = "64:16:7f:00:00:01", **different: Value) -> Case:
    """A case whose site was measured: fine, but for what is named."""
    builder = CaseBuilder().opened().known("site", id="lyon").known("phone", mac=mac)
    named = {name.replace("__", "."): value for name, value in different.items()}
    for fact, value in (NETWORK_FINE | named).items():
        builder = builder.measured(fact, value)
    return builder.case


def test_what_was_bad_or_in_doubt_is_measured_anew() -> None:
    found = remeasure.facts(case(dns="fail", tcp443="inconclusive", udp3478="unknown"), RULES)
    assert set(found) == {"dns", "tcp443", "udp3478"}


def test_what_was_fine_is_left_alone() -> None:
    assert remeasure.facts(case(), RULES) == ()
    assert not remeasure.wanted(case(), RULES, "act.restart_phone")


def test_a_wrong_time_server_is_bad() -> None:
    assert remeasure.bad(case(ntp__offset_s=-420.0), RULES)
    assert remeasure.facts(case(ntp__offset_s=-420.0), RULES) == ("ntp.offset_s",)
    assert not remeasure.bad(case(ntp__offset_s=12.0), RULES)


@pytest.mark.parametrize("fact", sorted(remeasure.TELLS))
def test_what_phones_work_without_decides_nothing(fact: str) -> None:
    odd = case(**{fact.replace(".", "__"): "fail"})
    assert not remeasure.bad(odd, RULES)
    assert fact in remeasure.facts(odd, RULES)


def test_only_what_came_since_decides() -> None:
    before = case(switch__port="down")
    assert remeasure.bad(before, RULES)
    assert not remeasure.bad(before, RULES, since=before.version)


@pytest.mark.parametrize("repair", SWITCH_ACTS)
def test_work_on_the_switch_is_looked_at(repair: str) -> None:
    assert remeasure.wanted(case(), RULES, repair)
    assert remeasure.facts(case(), RULES, repair) == ("switch.port",)


@pytest.mark.parametrize(
    ("measured", "rules"), [(case(mac=""), RULES), (case(), Dialogue().rules)], ids=["no mac", "no switch"]
)
def test_a_switch_that_cannot_tell_is_not_asked(measured: Case, rules: Rules) -> None:
    assert not any(remeasure.wanted(measured, rules, repair) for repair in SWITCH_ACTS)


def test_sound_that_was_bad_is_sampled_again() -> None:
    """No fact tells of it, so all of the symptom's plan is measured."""
    builder = CaseBuilder().opened("bad_audio").known("site", id="lyon").measured("dns", "fail")
    bad = builder.probed("quality", "relay", 3478, Failure.quality_loss).case
    assert remeasure.wanted(bad, RULES, "")
    assert remeasure.facts(bad, RULES) == ()
    good = builder.probed("quality", "relay", 3478).case
    assert remeasure.facts(good, RULES) == ("dns",)


def test_every_act_on_the_switch_exists() -> None:
    assert set(SWITCH_ACTS) <= set(RULES.playbook.steps)
