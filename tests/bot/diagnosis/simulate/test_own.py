from __future__ import annotations

from pathlib import Path

import pytest

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.own import own_world, value_of
from bot.diagnosis.simulate.settings import load_settings
from bot.diagnosis.simulate.tables import ANY
from bot.domain.fact import Fact
from tests.support.toy_world import ACCOUNT, BANNER, DNS, certain, toy


def test_world_has_every_cause() -> None:
    world = own_world(load(), load_settings())
    assert [fault.cause for fault in world.faults] == list(load().causes)


def test_every_word_has_a_value() -> None:
    book = load()
    for fact, rows in book.rows.items():
        assert [book.bucket(Fact(id=fact, value=value_of(book, fact, w))) for w in rows] == list(rows)


def test_tables_are_the_rows(tmp_path: Path) -> None:
    world = own_world(toy(tmp_path), certain())
    dns, account = world.faults
    assert dict(dns.facts["dns"][ANY])["fail"] == pytest.approx(0.9995)
    assert dict(world.background["dns"][ANY])["fail"] == pytest.approx(0.0005)
    assert (dns.cause, dns.weight, dns.symptoms) == (DNS, 5.0, {BANNER: 1.0})
    assert (account.cause, account.facts) == (ACCOUNT, {})


def test_outcomes_of_repairs_are_not_drawn() -> None:
    world = own_world(load(), load_settings())
    assert not {"other_port", "external_power", "after.update", "after.reset"} & set(world.background)
    assert "other_account" in world.background


def test_condition_of_a_cure_is_kept() -> None:
    remedies = own_world(load(), load_settings()).remedies["account.signin_blocked"]
    limit = next(r for r in remedies if r.act == "act.clean_device_objects")
    assert limit.when["account.signin"] == ("device_limit",)
    assert all("unknown" not in values for remedy in remedies for values in remedy.when.values())


def test_clock_agrees_with_its_word() -> None:
    book = load()
    table = own_world(book, load_settings()).background["clock_offset_s"]
    assert table["ok"] == ((0, 1.0),)
    assert all(abs(float(value)) > 300 for value, _ in table["wrong"])


def test_complaints_add_up_to_one() -> None:
    for fault in own_world(load(), load_settings()).faults:
        assert sum(fault.symptoms.values()) == pytest.approx(1)
