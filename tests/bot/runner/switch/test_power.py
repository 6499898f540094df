"""Power over Ethernet: the right row of the table, and what it means."""

from __future__ import annotations

import pytest

from bot.runner.switch import oids
from bot.runner.switch.oids import Oid
from bot.runner.switch.power import Budget, Power, by_name, read_power, word
from bot.runner.switch.values import Value
from tests.support.mibs import Mib

ONE_GROUP = [(1, port) for port in range(1, 25)]
STACK = [(group, port) for group in (1, 2) for port in range(1, 25)]
TABLE: dict[Oid, Value] = {
    (*oids.PSE_DETECTION, 1, 12): 3,
    (*oids.PSE_DETECTION, 1, 13): 2,
    (*oids.PSE_ADMIN, 1, 12): 1,
    (*oids.PSE_CLASS, 1, 12): 4,
    (*oids.PSE_DENIED, 1, 12): 0,
    (*oids.MAIN_PSE_POWER, 1): 370,
    (*oids.MAIN_PSE_USED, 1): 120,
    (*oids.MAIN_PSE_STATUS, 1): 1,
}
CISCO: dict[Oid, Value] = {
    (*oids.CPE_ENTITY, 1, 12): 1012,
    (*oids.CPE_ENTITY, 1, 13): 1013,
    (*oids.ENTITY_ALIAS, 1012, 0): (*oids.IF_INDEX, 10113),
    (*oids.ENTITY_ALIAS, 1013, 0): (*oids.IF_INDEX, 10112),
    (*oids.CPE_CONSUMPTION, 1, 13): 4300,
}


@pytest.mark.parametrize(
    ("indexes", "name", "found"),
    [
        (ONE_GROUP, "12", (1, 12)),
        (ONE_GROUP, "Gi1/0/12", (1, 12)),
        (STACK, "Gi2/0/12", (2, 12)),
        (STACK, "12", None),
        (STACK, "Gi3/0/12", None),
        (ONE_GROUP, "Gi1/1/1", None),
        (ONE_GROUP, "Gi1/0/48", None),
        (ONE_GROUP, "Vlan", None),
        (ONE_GROUP, "", None),
    ],
)
def test_a_name_fits_one_row(indexes: list[Oid], name: str, found: Oid | None) -> None:
    assert by_name(indexes, name) == found


async def test_power_is_read_by_name() -> None:
    power = await read_power(Mib(TABLE), 112, "12", None)
    assert power == Power(
        port="1.12",
        by="name",
        enabled=True,
        status="delivering",
        power_class=3,
        counters={"denied": 0},
        budget=Budget(power_w=370, used_w=120, status="on"),
    )


async def test_the_entity_table_beats_the_name() -> None:
    power = await read_power(Mib({**TABLE, **CISCO}), 10112, "Gi1/0/12", None)
    assert power is not None
    assert (power.port, power.by, power.drawn_w) == ("1.13", "entity", 4.3)


async def test_the_operator_beats_both() -> None:
    power = await read_power(Mib({**TABLE, **CISCO}), 10112, "Gi1/0/12", "1.12")
    assert power is not None
    assert (power.port, power.by) == ("1.12", "told")


@pytest.mark.parametrize("told", [None, "3.1"])
async def test_no_row_is_not_available(told: str | None) -> None:
    assert await read_power(Mib({}), 112, "12", told) is None
    assert await read_power(Mib(TABLE), 112, "Gi1/0/48", told) is None


async def test_supplies_numbered_otherwise_are_summed() -> None:
    values = {
        oid: value
        for oid, value in TABLE.items()
        if oid[:-1] not in {oids.MAIN_PSE_POWER, oids.MAIN_PSE_USED}
    }
    values |= {(*oids.MAIN_PSE_POWER, group): 100 for group in (5, 6)}
    power = await read_power(Mib({**values, (*oids.MAIN_PSE_USED, 5): 90}), 112, "12", None)
    assert power is not None
    assert power.budget is not None
    assert (power.budget.power_w, power.budget.left_w) == (200, 110)


def _power(status: str | None, *, enabled: bool = True, denied: int = 0, left: int | None = 100) -> Power:
    budget = None if left is None else Budget(power_w=370, used_w=370 - left)
    return Power(
        port="1.1", by="name", enabled=enabled, status=status, counters={"denied": denied}, budget=budget
    )


@pytest.mark.parametrize(
    ("power", "said"),
    [
        (None, None),
        (_power("delivering"), "delivering"),
        (_power("delivering", denied=9, left=2), "delivering"),
        (_power("searching"), "searching"),
        (_power("searching", denied=4, left=8), "denied"),
        (_power("other_fault", denied=4, left=8), "denied"),
        (_power("searching", denied=4, left=200), "searching"),
        (_power("searching", denied=4, left=None), "searching"),
        (_power("searching", denied=0, left=8), "searching"),
        (_power("fault"), "fault"),
        (_power("other_fault"), "fault"),
        (_power("disabled"), "disabled"),
        (_power("searching", enabled=False), "disabled"),
        (_power("test"), None),
        (_power(None), None),
    ],
)
def test_power_has_one_word(power: Power | None, said: str | None) -> None:
    assert word(power) == said
