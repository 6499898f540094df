"""Tables are read within bounds, whatever the agent does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.runner.switch.oids import Oid
from bot.runner.switch.walk import A_REQUEST, fetch, row, walk
from tests.support.mibs import Circular, Mib

BASE: Oid = (1, 3, 6, 1)
ROWS: dict[Oid, int] = {(*BASE, n): n for n in range(1, 101)}


async def test_a_walk_gives_the_subtree() -> None:
    mib = Mib({**ROWS, (1, 3, 5): 0, (1, 3, 7): 0})
    assert await walk(mib, BASE) == {(n,): n for n in range(1, 101)}
    assert mib.asked == 5


async def test_a_walk_stops_at_its_bound() -> None:
    assert len(await walk(Mib(ROWS), BASE, most=37)) == 37


async def test_a_circle_is_left_at_once() -> None:
    mib = Circular(ROWS)
    assert len(await walk(mib, BASE)) == 100
    assert mib.asked <= 5


async def test_an_empty_table_is_no_error() -> None:
    assert await walk(Mib({}), BASE) == {}


async def test_many_values_take_several_requests() -> None:
    mib = Mib(ROWS)
    assert await fetch(mib, [*ROWS, (9, 9)]) == ROWS
    assert mib.asked == -(-101 // A_REQUEST)


async def test_a_row_lacks_missing_columns() -> None:
    mib = Mib({(1, 2, 7): 5})
    assert await row(mib, {"here": (1, 2), "gone": (1, 3)}, (7,)) == {"here": 5}


@given(
    st.dictionaries(
        st.lists(st.integers(0, 5), min_size=1, max_size=4).map(tuple), st.integers(), max_size=40
    )
)
async def test_a_walk_is_the_sorted_subtree(values: dict[Oid, int]) -> None:
    expected = {oid[1:]: value for oid, value in values.items() if oid[0] == 3 and len(oid) > 1}
    assert await walk(Mib(values), (3,)) == expected
