from __future__ import annotations

import pytest

from bot.diagnosis.explain import explain, lines, only
from bot.diagnosis.playbook import load
from bot.errors import ConfigurationError
from tests.support.playbooks import SOUND, extended


def test_everything_in_the_playbook_is_listed() -> None:
    listed = explain()
    book = load()
    assert [row["id"] for row in listed["causes"]] == list(book.causes)
    assert [row["id"] for row in listed["steps"]] == list(book.steps)
    assert [row["id"] for row in listed["facts"]] == list(book.facts)


def test_a_step_says_what_it_fixes() -> None:
    steps = {row["id"]: row for row in explain()["steps"]}
    assert steps["act.fix_dns"]["fixes"] == ["network.dns"]
    assert steps["act.fix_dns"]["who"] == "network"
    assert steps["probe.network"]["reveals"][0] == "dns"


def test_cause_says_what_shows_it() -> None:
    shown = next(row for row in explain(extended(SOUND))["causes"] if row["id"] == "phone.lamp")["shown_by"]
    assert shown == {"phone.lamp=red": 9.0, "phone.lamp=off": 0.11}


def test_one_id_may_mean_two_things() -> None:
    assert list(only(explain(extended(SOUND)), "phone.lamp")) == ["causes", "facts"]


def test_unknown_id_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"no odd\.id"):
        only(explain(), "odd.id")


def test_lines_hold_ids_or_everything() -> None:
    listed = only(explain(extended(SOUND)), "act.lamp")
    assert list(lines(listed, whole=False)) == ["steps", f"  {'act.lamp':32} Change the lamp"]
    assert "    minutes: 5.0" in list(lines(listed, whole=True))
