"""An interface's state and counters."""

from __future__ import annotations

import pytest

from bot.runner.switch import oids
from bot.runner.switch.interface import rates, read_counters, read_interface, since
from tests.support.mibs import Mib

FULL = Mib(
    {
        (*oids.IF_NAME, 7): b"Gi1/0/7",
        (*oids.IF_ALIAS, 7): b"bureau 2.14",
        (*oids.IF_ADMIN, 7): 1,
        (*oids.IF_OPER, 7): 7,
        (*oids.IF_HIGH_SPEED, 7): 100,
        (*oids.DOT3_DUPLEX, 7): 2,
        (*oids.IF_LAST_CHANGE, 7): 1000,
        (*oids.IF_IN_ERRORS, 7): 3,
        (*oids.DOT3_FCS, 7): 2,
    }
)


async def test_what_is_told_is_read() -> None:
    found = await read_interface(FULL, 7, 61_000)
    assert found is not None
    assert (found.name, found.alias, found.admin, found.oper) == (
        "Gi1/0/7",
        "bureau 2.14",
        "up",
        "lower_layer_down",
    )
    assert (found.speed_mbps, found.duplex, found.changed_s_ago) == (100, "half", 600)
    assert found.counters == {"in_errors": 3, "fcs_errors": 2}


async def test_what_is_not_told_is_none() -> None:
    found = await read_interface(Mib({(*oids.IF_OPER, 7): 2}), 7, None)
    assert found is not None
    assert (found.name, found.speed_mbps, found.duplex, found.counters) == (None, None, None, {})


async def test_no_such_interface_is_none() -> None:
    assert await read_interface(FULL, 8, None) is None


async def test_only_kept_counters_are_read() -> None:
    assert await read_counters(Mib({(*oids.DOT3_LATE, 7): 9}), 7) == {"late_collisions": 9}


def test_rates_survive_a_wrap() -> None:
    assert rates({"in_errors": 2**32 - 5, "fcs_errors": 1}, {"in_errors": 5, "fcs_errors": 1}, 2.0) == {
        "in_errors": 5.0,
        "fcs_errors": 0.0,
    }
    assert rates({"in_errors": 1}, {}, 2.0) == {}
    assert rates({"in_errors": 1}, {"in_errors": 2}, 0.0) == {}


@pytest.mark.parametrize(
    ("changed", "up", "ago"), [(100, 700, 6), (700, 100, None), (None, 100, None), (100, None, None)]
)
def test_a_change_was_so_long_ago(changed: int | None, up: int | None, ago: int | None) -> None:
    assert since(changed, up) == ago
