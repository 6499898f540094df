from __future__ import annotations

from bot.diagnosis.explain import explain
from bot.diagnosis.playbook import load


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
