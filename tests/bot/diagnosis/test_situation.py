"""Which steps are possible now."""

from __future__ import annotations

import msgspec

from bot.diagnosis.belief import prior
from bot.diagnosis.history import tell
from bot.diagnosis.playbook import load
from bot.diagnosis.situation import Situation
from bot.domain.diagnosis import Done
from bot.domain.fact import Value
from tests.support.diagnoses import BANNER, did, facts, minute


def situation(values: dict[str, Value], *done: Done, symptom: str = BANNER) -> Situation:
    history = tell(load(), facts(values), done)
    return Situation(
        playbook=load(),
        symptom=symptom,
        history=history,
        belief=prior(load(), symptom),
    )


def possible(step: str, now: Situation) -> bool:
    return now.possible(load().steps[step])


def test_step_is_possible_only_once() -> None:
    assert possible("ask.scope", situation({}))
    assert not possible("ask.scope", situation({}, did("ask.scope", "refused")))
    assert not possible("ask.scope", situation({"scope": "unknown"}))


def test_act_is_done_when_twin_known() -> None:
    assert not possible("act.swap_cable_or_port", situation({"other_port": "fails"}))
    assert possible("act.swap_cable_or_port", situation({"other_port": "unknown"}))


def test_form_needs_two_open_questions() -> None:
    assert possible("ask.screen", situation({"phone.power": "on"}))
    assert not possible("ask.screen", situation({"phone.power": "on", "phone.signed_in": "yes"}))
    assert possible("ask.phone_time", situation({"phone.power": "on", "phone.signed_in": "yes"}))


def test_form_answers_all_its_questions() -> None:
    asked = situation({}, did("ask.situation", "answered"))
    assert not any(possible(q, asked) for q in ("ask.situation", "ask.scope", "ask.moved_recently"))


def test_form_puts_only_open_questions() -> None:
    now = situation({"scope": "one"})
    questions = {question.id for question in now.questions(load().steps["ask.situation"])}
    assert "ask.scope" not in questions
    assert "ask.moved_recently" in questions


def test_unmeasured_fact_may_be_asked() -> None:
    probed = did("probe.network", "answered")
    assert possible("ask.switch_port", situation({"switch.port": "unknown"}, probed))
    nothing: dict[str, Value] = {"dns": "unknown", "tcp443": "unknown", "tls": "unknown"}
    assert possible("ask.network_by_hand", situation(nothing, probed))
    assert not possible("ask.network_by_hand", situation({**nothing, "dns": "ok"}, probed))


def test_impossible_update_allows_a_replacement() -> None:
    tried = did("act.update_firmware", "cannot")
    old: dict[str, Value] = {"other_port": "fails", "phone.firmware": "7.1.3.0991"}
    assert possible("act.replace_phone", situation(old, tried))
    assert not possible("act.replace_phone", situation(old))
    assert not possible("act.replace_phone", situation({**old, "phone.firmware": "unknown"}, tried))


def test_changed_rule_allows_new_sign_in() -> None:
    tried = did("act.sign_in_again", "not_fixed", minute(1))
    corrected = did("act.fix_signin_policy", "not_fixed", minute(2))
    impossible = did("act.fix_signin_policy", "cannot", minute(2))
    assert not possible("act.sign_in_again", situation({}, tried))
    assert possible("act.sign_in_again", situation({}, tried, corrected))
    assert not possible("act.sign_in_again", situation({}, tried, impossible))


def test_network_repair_allows_new_measurement() -> None:
    repaired = did("act.fix_dns", "not_fixed")
    assert not possible("probe.network", situation({"dns": "fail"}))
    assert possible("probe.network", situation({"dns": "fail"}, repaired))


def test_unmet_need_hides_the_step() -> None:
    assert not possible("ask.phone_time", situation({"phone.power": "off"}))
    assert not possible("ask.ping_gateway", situation({"phone.ip": "none"}))
    assert possible("ask.ping_gateway", situation({"phone.ip": "valid"}))


def test_unsuitable_symptom_hides_the_step() -> None:
    assert not possible("ask.phone_time", situation({}, symptom="no_power"))
    assert not possible("probe.network", situation({}, symptom="not_a_phone_problem"))
    assert possible("escalate.helpdesk", situation({}, symptom="not_a_phone_problem"))


def sure_of(cause: str, now: Situation) -> Situation:
    """The same situation, with little doubt about the cause."""
    belief = tuple(0.9 if i == cause else 0.1 / len(load().causes) for i in load().hypotheses)
    return msgspec.structs.replace(now, belief=belief)


BEFORE_A_RESET = ("probe.network", "lookup.account", "ask.phone_power", "act.restart_phone")


def test_required_step_comes_in_place() -> None:
    reset = load().steps["act.factory_reset"]
    done = [did(step, "cannot") for step in BEFORE_A_RESET]
    first = sure_of("profile.corrupt", situation({}, *done)).reachable(reset)
    failed = sure_of("profile.corrupt", situation({"after.update": "fails"}, *done)).reachable(reset)
    assert (first.id if first else "", failed.id if failed else "") == (
        "act.update_firmware",
        "act.factory_reset",
    )


def test_impossible_update_allows_no_reset() -> None:
    reset = load().steps["act.factory_reset"]
    done = [did(step, "cannot") for step in (*BEFORE_A_RESET, "act.update_firmware")]
    old = sure_of("profile.corrupt", situation({"phone.firmware": "7.1.3.0991"}, *done))
    newest = sure_of("profile.corrupt", situation({"phone.firmware": "9.0.0.10460"}, *done))
    assert old.reachable(reset) is None
    assert newest.reachable(reset) == reset


def test_likelier_rival_forbids_the_reset() -> None:
    reset = load().steps["act.factory_reset"]
    done = [did(step, "cannot") for step in BEFORE_A_RESET]
    now = situation({"after.update": "fails"}, *done)
    assert not possible("act.factory_reset", sure_of("network.dns", now))
    assert sure_of("profile.corrupt", now).possible(reset)


def test_standing_fact_forbids_until_answered() -> None:
    done = [did(step, "cannot") for step in BEFORE_A_RESET]
    values: dict[str, Value] = {"after.update": "fails", "account.signin": "expired"}
    before = sure_of("profile.corrupt", situation(values, *done))
    after = sure_of("profile.corrupt", situation(values, *done, did("act.sign_in_again", "not_fixed")))
    assert not possible("act.factory_reset", before)
    assert possible("act.factory_reset", after)


def test_licence_changes_only_on_evidence() -> None:
    assert not possible("act.assign_licence", situation({"licence.teams": "unknown"}))
    assert not possible("act.assign_licence", situation({"licence.teams": "pending"}))
    assert not possible(
        "act.assign_licence", situation({"licence.teams": "missing", "account.enabled": "no"})
    )
    assert possible("act.assign_licence", situation({"licence.teams": "missing"}))


def test_dead_phone_is_replaced_without_reset() -> None:
    dead: dict[str, Value] = {"other_port": "fails", "external_power": "fails"}
    assert possible("act.replace_phone", situation(dead, symptom="no_power"))
    assert not possible("act.replace_phone", situation(dead))


def test_cures_follow_the_sign_in_value() -> None:
    cause = load().causes["account.signin_blocked"]
    steps = {
        value: situation({"account.signin": value}).cures(cause)[0].step
        for value in ("expired", "blocked_ca", "blocked_mfa", "device_limit", "registration_blocked")
    }
    assert steps == {
        "expired": "act.sign_in_again",
        "blocked_ca": "act.fix_signin_policy",
        "blocked_mfa": "act.fix_signin_policy",
        "device_limit": "act.clean_device_objects",
        "registration_blocked": "escalate.microsoft",
    }


def test_ruled_out_cure_does_not_fit() -> None:
    wait = load().steps["act.wait_propagation"]
    assert situation({"licence.teams": "pending"}).fits(wait)
    assert not situation({"licence.teams": "ok"}).fits(wait)


def test_working_twin_means_known_to_work() -> None:
    update = load().steps["act.update_firmware"]
    assert situation({"after.update": "works"}).works_since(update) == 0
    assert situation({"after.update": "fails"}).works_since(update) is None
