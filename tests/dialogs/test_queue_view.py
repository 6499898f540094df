"""The queue: oldest first, narrowed by what was asked, a page at a time, with what an agent decides by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.case import Case, Prioritised, Stage, Told
from bot.domain.desk_views import QueueView
from bot.domain.order import Order
from bot.domain.people import Person
from dialogs.queue_view import PAGE, UNKNOWN, Filters, filters_of, queue_view
from tests.support.cases import SAMIR, START, CaseBuilder
from tests.support.dialogue import LYON, PORTO, Dialogue

RULES = Dialogue(LYON, PORTO).rules
NOW = START + timedelta(hours=5)


def case(
    number: int, site: str = "lyon", cause: str = "", hours: float = 0, agent: Person | None = None
) -> Case:
    made = CaseBuilder(f"D-{number}", start=START + timedelta(hours=hours)).opened().known("site", id=site)
    if cause:
        made.judged(cause, 0.9)
    return (made.claimed(agent) if agent else made).case


CASES = (
    case(1003, hours=4.5),
    case(1001, cause="network.dns", agent=SAMIR),
    case(1002, site="porto", cause="power.poe", hours=1),
)


def view(cases: tuple[Case, ...] = CASES, me: Person = SAMIR, **filters: object) -> QueueView:
    return queue_view(cases, Filters(**filters), me, RULES, "fr", NOW)  # type: ignore[arg-type]  # names of filters


def ids(found: QueueView) -> list[str]:
    return [row.case for row in found.rows]


def test_oldest_case_is_first() -> None:
    assert ids(view()) == ["D-1001", "D-1002", "D-1003"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"cause": "network.dns"}, ["D-1001"]),
        ({"cause": UNKNOWN}, ["D-1003"]),
        ({"site": "porto"}, ["D-1002"]),
        ({"site": UNKNOWN}, []),
        ({"age": "4"}, ["D-1001", "D-1002"]),
        ({"mine": True}, ["D-1001"]),
        ({"site": "lyon", "age": "4"}, ["D-1001"]),
    ],
)
def test_filters_narrow_the_queue(filters: dict[str, object], expected: list[str]) -> None:
    found = queue_view(CASES, Filters(**filters), SAMIR, RULES, "fr", NOW)  # type: ignore[arg-type]  # names of filters
    assert ids(found) == expected
    assert found.total == len(expected)


def test_somebody_elses_cases_are_not_mine() -> None:
    assert ids(view(me=Person(id="29:x"), mine=True)) == []


def test_closed_cases_are_not_listed() -> None:
    closed = CaseBuilder("D-9").opened().moved(Stage.fixed).case
    assert ids(view((closed,))) == []


def test_row_says_what_an_agent_decides_by() -> None:
    made = (
        CaseBuilder()
        .opened("no_power")
        .known("site", id="lyon")
        .judged("network.dns", 0.9)
        .add(Prioritised, priority="urgent")
        .add(Told, what="overdue:urgent")
        .claimed()
        .moved(Stage.helpdesk)
    )
    (row,) = view((made.case,)).rows
    assert (row.who, row.where, row.owner, row.stage) == (
        "Camille Durand",
        "Lyon",
        "Samir Benali",
        "helpdesk",
    )
    assert (row.priority, row.overdue, row.emergency, row.since) == ("urgent", True, True, START)
    assert row.cause == RULES.playbook.causes["network.dns"].title.fr
    calm = CaseBuilder().opened("wrong_time").judged("undetermined", 0.0).case
    (row,) = view((calm,)).rows
    assert (row.cause, row.where, row.owner, row.emergency) == ("", "", "", False)


def test_many_cases_come_in_pages() -> None:
    many = tuple(case(2000 + n, hours=n / 100) for n in range(PAGE * 2 + 1))
    pages = [view(many, page=page) for page in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [PAGE, PAGE, 1]
    assert [one for page in pages for one in ids(page)] == [made.id for made in many]
    assert {page.pages for page in pages} == {3}
    assert view(many, page=99).page == 3
    assert view(many, page=-5).page == 1


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", Filters()),
        ("tous", Filters()),
        ("à moi", Filters(mine=True)),
        ("mine", Filters(mine=True)),
        ("Lyon", Filters(site="lyon")),
        ("porto", Filters(site="porto")),
        ("network.dns", Filters(cause="network.dns")),
        ("xyz abc", Filters(cause=UNKNOWN)),
    ],
)
def test_words_after_queue_are_filters(text: str, filters: Filters) -> None:
    assert filters_of(Order(name="queue", text=text), RULES) == filters


@pytest.mark.parametrize(
    ("values", "filters"),
    [
        ({"cause": "all", "site": "all", "age": "all", "mine": "all"}, Filters()),
        ({"cause": "power.poe", "mine": "true", "page": "2"}, Filters(cause="power.poe", mine=True, page=2)),
        ({"age": "24", "site": "lyon"}, Filters(age="24", site="lyon")),
        ({"age": "-1", "page": "²", "mine": "yes"}, Filters()),
        ({"page": "999999999999"}, Filters()),
    ],
)
def test_inputs_of_the_card_are_filters(values: dict[str, str], filters: Filters) -> None:
    assert filters_of(Order(name="queue", values=values), RULES) == filters


def test_causes_on_offer_are_those_there_are() -> None:
    assert [choice.value for choice in view().causes] == ["network.dns", "power.poe"]
    assert [choice.value for choice in view().sites] == ["lyon", "porto"]


def test_one_time_zone_is_that_of_the_site() -> None:
    assert view(site="porto").time_zone == "Europe/Lisbon"
    assert view().time_zone == "Europe/Paris"
