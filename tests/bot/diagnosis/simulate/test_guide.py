from __future__ import annotations

from pathlib import Path

from bot.diagnosis.playbook import load
from bot.diagnosis.simulate.draws import draw
from bot.diagnosis.simulate.guide import FindingSpec, Item, Order, follow, load_order
from bot.diagnosis.simulate.own import own_world
from bot.diagnosis.simulate.play import Run
from bot.diagnosis.simulate.tables import chance
from tests.support.toy_world import ACCOUNT, BANNER, DNS, ORDER, certain, toy

ACT_ON_DNS = FindingSpec(do="act.fix_dns", when={"dns": ("fail",)})


def read(folder: Path, order: Order = ORDER) -> list[Run]:
    book = toy(folder)
    world = own_world(book, certain())
    return [follow(book, order, world, draw(world, chance(f"g:{i}"), 0.0, 0.3)) for i in range(40)]


def test_order_costs_what_it_says(tmp_path: Path) -> None:
    runs = read(tmp_path)
    assert {run.end for run in runs} == {"fixed"}
    assert {(run.causes, run.steps) for run in runs} == {((ACCOUNT,), 2), ((DNS,), 3)}


def test_finding_is_acted_upon_in_turn(tmp_path: Path) -> None:
    first = Item(title="ask", steps=("ask.scope",), findings=(ACT_ON_DNS,))
    runs = read(tmp_path, Order(item=(first, *ORDER.item[1:])))
    assert {(run.causes, run.steps) for run in runs} == {((ACCOUNT,), 2), ((DNS,), 2)}


def test_act_within_its_item_is_free(tmp_path: Path) -> None:
    within = FindingSpec(do="act.fix_dns", when={"dns": ("fail",)}, within=True)
    first = Item(title="ask", steps=("ask.scope",), findings=(within,))
    runs = read(tmp_path, Order(item=(first, *ORDER.item[1:])))
    assert {run.steps for run in runs if run.causes == (DNS,)} == {1}


def test_exhausted_order_ends_unfixed(tmp_path: Path) -> None:
    runs = read(tmp_path, Order(item=(ORDER.item[0], ORDER.item[3])))
    assert {(run.end, run.steps) for run in runs} == {("escalated", 2)}


def test_finding_waits_for_its_symptom() -> None:
    finding = FindingSpec(do="act.fix_dns", symptoms=("no_power",))
    assert finding.holds({}, "no_power")
    assert not finding.holds({}, BANNER)


def test_unknown_fact_is_no_finding() -> None:
    assert not ACT_ON_DNS.holds({}, BANNER)
    assert FindingSpec(do="x", when={"dns": ("unknown",)}).holds({}, BANNER)


def test_order_names_only_known_ids() -> None:
    book = load()
    items = load_order().item
    findings = [finding for item in items for finding in item.findings]
    assert {step for item in items for step in item.steps} <= set(book.steps)
    assert {finding.do for finding in findings} <= set(book.steps)
    assert {fact for finding in findings for fact in finding.when} <= set(book.facts)
    assert {symptom for finding in findings for symptom in finding.symptoms} <= set(book.symptoms)


def test_order_has_the_eight_items() -> None:
    assert len(load_order().item) == 8
    assert load_order().item[-1].steps == ("escalate.microsoft",)
