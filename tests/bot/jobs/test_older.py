"""An open case is judged by the playbook that it was opened with, whoever started in between."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from bot import keys
from bot.bootstrap import rules_of, utc_now
from bot.diagnosis.playbook import load
from bot.domain.case import Case, Known
from bot.domain.events import Heard
from bot.domain.people import Person
from bot.jobs.older import OlderPlaybooks
from bot.settings import Settings
from bot.state.cases import CaseStore, Turn
from bot.state.connection import connect
from dialogs.advance import advance
from dialogs.draft import Rules
from tests.support.playbooks import own_playbook
from tests.support.waiting import wait_until


@pytest.fixture
def base(tmp_path: Path) -> dict[str, Any]:
    return {"data_dir": tmp_path / "data", "_env_file": None}


async def loaded(rules: Rules, redis: Redis) -> Rules:
    older = OlderPlaybooks(rules.playbook, redis)
    await older.load()
    return msgspec.structs.replace(rules, older=older.found)


async def opened_with(settings: Settings, redis: Redis) -> Case:
    """A case opened by a bot with these settings, as its first process left it."""
    rules = await loaded(rules_of(settings), redis)
    person = Person(id="29:1camille", name="Camille")
    event = Heard(at=utc_now(), person=person, conversation="a:1", text="No internet", locale="fr")
    case = advance(None, event, rules, "D-1001").case
    assert case is not None
    await CaseStore(redis).commit(Turn(case=case))
    return case


def next_turn(case: Case, rules: Rules) -> Case:
    person = case.opened.person
    event = Heard(at=utc_now(), person=person, conversation="a:1", text="statut", locale="fr")
    after = advance(case, event, rules).case
    assert after is not None
    return after


async def test_open_case_keeps_its_playbook(base: dict[str, Any], tmp_path: Path, redis: Redis) -> None:
    settings = Settings(**base, playbook=own_playbook(tmp_path / "book", 0.9))
    case = await opened_with(settings, redis)
    own_playbook(tmp_path / "book", 0.7)
    rules = await loaded(rules_of(settings), redis)
    assert rules.playbook.limits.verdict == 0.7
    assert rules.book(None).limits.verdict == 0.7
    assert rules.book(case).limits.verdict == 0.9
    assert not next_turn(case, rules).known("playbook")


async def test_lost_playbook_is_noted_once(base: dict[str, Any], tmp_path: Path, redis: Redis) -> None:
    case = await opened_with(Settings(**base, playbook=own_playbook(tmp_path / "book", 0.9)), redis)
    await redis.delete(keys.playbook(case.opened.playbook))
    rules = await loaded(rules_of(Settings(**base)), redis)
    assert rules.opened_with(case) is load()
    after = next_turn(next_turn(case, rules), rules)
    noted = [entry.data for entry in after.all(Known) if entry.topic == "playbook"]
    assert noted == [{"opened": case.opened.playbook, "judge": load().version}]


async def test_version_of_a_newer_process_is_taken_up(
    base: dict[str, Any], tmp_path: Path, redis: Redis
) -> None:
    old = OlderPlaybooks(load(), redis)
    await old.load()
    case = await opened_with(Settings(**base, playbook=own_playbook(tmp_path / "book", 0.9)), redis)
    stop = asyncio.Event()
    following = asyncio.create_task(old.follow(stop))
    await wait_until(lambda: case.opened.playbook in old.found, "the newer version is found")
    assert old.found[case.opened.playbook].limits.verdict == 0.9
    stop.set()
    await following


async def test_redis_that_is_away_is_waited_for() -> None:
    nowhere = connect("redis://127.0.0.1:1")
    stop = asyncio.Event()
    following = asyncio.create_task(OlderPlaybooks(load(), nowhere).follow(stop))
    await asyncio.wait({following}, timeout=0.3)
    assert not following.done()
    stop.set()
    await following
    await nowhere.aclose()
