"""The helpdesk's own guide, lived through: its four scenarios, each row of its decision tree, a repair in vain."""

from __future__ import annotations

import pytest

from bot.domain.case import Stage, Stepped
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.fact import Value
from tests.support.dialogue import Dialogue

Facts = dict[str, Value]
Answers = dict[str, str]

OLD: Answers = {"ask.phone_firmware": "7.1.3.0991"}

# What is measured or looked up, what the employee answers where that is not what a healthy phone shows, the act.
SCENARIOS: dict[str, tuple[Facts, Answers, str]] = {
    "moved": ({}, {"ask.moved_recently": "yes", "ask.phone_ip": "169.254.3.7"}, "act.clear_port_security"),
    "old firmware": ({}, OLD, "act.update_firmware"),
    "proxy": ({"proxy": "required", "tcp443": "fail"}, {}, "act.exempt_proxy"),
    "filtering DNS": ({"dns": "fail", "tcp443": "inconclusive", "tls": "unknown"}, {}, "act.fix_dns"),
    "TLS inspection": ({"tls": "intercepted"}, {}, "act.exempt_tls_inspection"),
}
TREE: dict[str, tuple[Facts, Answers, str]] = {
    "no address": ({}, {"ask.phone_ip": "169.254.3.7"}, "act.fix_vlan_dhcp"),
    "way out is filtered": ({"tcp443": "fail", "tls": "fail"}, {}, "act.open_firewall"),
    "voice is filtered": ({"udp3478": "fail"}, {}, "act.open_firewall"),
    "unstable power": (
        {},
        {"symptom": "random_reboot", "ask.phone_power": "reboots"},
        "act.external_power",
    ),
    "one user, licence": ({"licence_teams": "missing"}, {}, "act.assign_licence"),
    "one user, account": ({"account_enabled": "no"}, {}, "act.enable_account"),
    "after the update": ({}, {}, "act.factory_reset"),
}


def lived(facts: Facts, answers: Answers, act: str, locale: Locale) -> Dialogue:
    """The case until the act waits for somebody; what nobody says otherwise is fine, and nothing helps."""
    talk = Dialogue(locale=locale)
    if "symptom" in answers:
        talk.reported(symptom=answers["symptom"]).looked_up().probes()
    else:
        talk.checked(**facts)
    for _ in range(40):
        if act in {talk.asked, talk.to_do}:
            return talk
        if not talk.answered_with(answers):
            talk.nothing_helps()
        if talk.stage is Stage.microsoft:
            break
    raise AssertionError(f"{act} never came: {[done.step for done in talk.case.done()]}")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", [*SCENARIOS, *TREE])
def test_guide_leads_to_its_act(name: str, locale: Locale) -> None:
    facts, answers, act = (SCENARIOS | TREE)[name]
    talk = lived(facts, answers, act, locale)
    if talk.to_do == act:
        talk.agent("claim").agent("resolve")
    else:
        talk.tap("fixed")
    if "probes" in {job.what for job in talk.case.running()}:
        talk.probes()
    assert talk.proved().stage is Stage.fixed


def test_wrong_clock_reaches_its_act() -> None:
    talk = Dialogue().checked().until("ask.phone_time")
    late = talk.clock(ahead=talk.now - talk.now.replace(hour=(talk.now.hour - 1) % 24))
    assert talk.answered_with({"ask.phone_time": late})
    assert talk.until("act.fix_clock").asked == "act.fix_clock"


@pytest.mark.parametrize("locale", LOCALES)
def test_repair_in_vain_goes_on(locale: Locale) -> None:
    talk = lived({"licence_teams": "missing"}, {}, "act.assign_licence", locale)
    talk.agent("not_fixed")
    assert talk.stage is not Stage.intake
    for _ in range(12):
        if talk.stage is Stage.microsoft:
            break
        talk.nothing_helps()
    acts = [e.step for e in talk.case.all(Stepped) if e.step.startswith("act.") and e.outcome == "not_fixed"]
    assert len(acts) == len(set(acts))


def test_question_amid_scenario_changes_nothing() -> None:
    asked_too = Dialogue().checked(dns="fail")
    asked_too >> "Pourquoi un seul appareil est concerné ?"
    plain = Dialogue().checked(dns="fail")
    assert (asked_too.to_do, asked_too.verdict, asked_too.case.facts()[-1].id) == (
        plain.to_do,
        plain.verdict,
        plain.case.facts()[-1].id,
    )
