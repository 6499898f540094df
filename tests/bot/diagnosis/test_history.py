"""Order, latest values, repairs that hold and those that do not."""

from __future__ import annotations

from datetime import datetime

from bot.diagnosis.history import History, tell
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import Done
from bot.domain.fact import Fact
from tests.support.diagnoses import did, minute


def told(facts: list[Fact], *done: Done) -> History:
    return tell(load(), facts, done)


def test_untimed_facts_precede_timed_ones() -> None:
    history = told([Fact(id="dns", value="ok", at=minute(0)), Fact(id="dns", value="fail")])
    assert history.current()["dns"].word == "ok"


def test_untimed_steps_follow_everything() -> None:
    history = told([Fact(id="dns", value="ok", at=minute(9))], did("act.fix_dns", "fixed"))
    assert history.mended == 1


def test_naive_time_counts_as_utc() -> None:
    naive = datetime(2026, 11, 22, 9, 5)  # noqa: DTZ001
    history = told([Fact(id="dns", value="ok", at=naive), Fact(id="dns", value="fail", at=minute(4))])
    assert history.current()["dns"].word == "ok"


def test_silent_values_leave_the_earlier_one() -> None:
    history = told([Fact(id="dns", value="fail"), Fact(id="dns", value="unknown")])
    assert history.current()["dns"].word == "fail"
    assert history.mentioned == {"dns": 1}


def test_act_sets_its_twin_fact() -> None:
    history = told([], did("act.swap_cable_or_port", "not_fixed"), did("act.update_firmware", "cannot"))
    assert {i: r.word for i, r in history.current().items()} == {"other_port": "fails"}


def test_only_the_last_repair_holds() -> None:
    history = told([], did("act.restart_phone", "fixed"), did("act.fix_dns", "fixed"))
    assert history.mended == 1
    assert [act.outcome for act in history.acts] == ["not_fixed", "fixed"]


def test_later_failure_undoes_a_repair() -> None:
    history = told([], did("act.update_firmware", "fixed"), did("verify.restart", "not_fixed"))
    assert history.mended is None
    assert history.current()["after.update"].word == "fails"


def test_checks_count_only_after_the_repair() -> None:
    history = told(
        [],
        did("verify.test_call", "fixed", minute(1)),
        did("act.fix_dns", "fixed", minute(2)),
        did("verify.audio", "fixed", minute(3)),
    )
    assert history.mended is not None
    assert history.steps["verify.test_call"] < history.mended < history.steps["verify.audio"]


def test_trial_with_another_account_mends_nothing() -> None:
    history = told([], did("act.try_other_account", "fixed"))
    assert history.mended is None
    assert history.current()["other_account"].word == "works"


def test_doubted_repair_does_not_hold() -> None:
    history = tell(load(), [], [did("act.fix_dns", "fixed")], doubted=True)
    assert history.mended is None
    assert history.acts[0].outcome == "not_fixed"


def test_three_values_make_one_contradiction() -> None:
    history = told([Fact(id="scope", value=v) for v in ("one", "site", "one")])
    assert [c.values for c in history.contradictions] == [("one", "site")]
