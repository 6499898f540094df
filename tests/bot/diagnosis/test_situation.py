"""Which steps are possible now."""

from __future__ import annotations

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
        current=history.current(),
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


def test_required_step_comes_in_place() -> None:
    reset = load().steps["act.factory_reset"]
    first = situation({}).reachable(reset)
    then = situation({}, did("act.update_firmware", "cannot")).reachable(reset)
    assert first is not None
    assert then is not None
    assert (first.id, then.id) == ("act.update_firmware", "act.factory_reset")


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
    assert situation({"after.update": "works"}).known_to_work(update)
    assert not situation({"after.update": "fails"}).known_to_work(update)
