"""Reading of tables, bounded: so many rows, so many a request, and never in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from bot.runner.switch.oids import Oid
from bot.runner.switch.values import Value

Bindings = Sequence[tuple[Oid, Value]]

MOST_ROWS: Final = 1024
A_REQUEST: Final = 20
_A_BULK: Final = 25


class Asker(Protocol):
    """An agent that can be read; every method may raise `Failed`."""

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """The values that the agent has; the others are missing."""

    async def following(self, oids: Sequence[Oid]) -> Sequence[tuple[Oid, Value] | None]:
        """What comes next after each (GETNEXT); None at the end."""

    async def bulk(self, oid: Oid, most: int) -> Bindings:
        """Up to `most` values that come after (GETBULK); none at the end."""

    def within(self, vlan: int) -> Asker:
        """The same agent's tables of one VLAN, as Cisco IOS keeps them."""


async def fetch(asker: Asker, oids: Sequence[Oid]) -> dict[Oid, Value]:
    """Gets any number of values, a few a request."""
    found: dict[Oid, Value] = {}
    for start in range(0, len(oids), A_REQUEST):
        found.update(await asker.get(oids[start : start + A_REQUEST]))
    return found


async def row(asker: Asker, columns: Mapping[str, Oid], index: Oid) -> dict[str, Value]:
    """One row of a table, by column name; columns that the agent lacks are missing."""
    found = await fetch(asker, [(*column, *index) for column in columns.values()])
    return {name: found[at] for name, column in columns.items() if (at := (*column, *index)) in found}


async def walk(asker: Asker, base: Oid, most: int = MOST_ROWS) -> dict[Oid, Value]:
    """The values below `base` by the rest of their identifier, at most `most` of them.

    Ends where an agent stops counting upwards, which some do for ever.
    """
    rows: dict[Oid, Value] = {}
    last = base
    while len(rows) < most:
        batch = await asker.bulk(last, min(_A_BULK, most - len(rows)))
        for oid, value in batch:
            if oid[: len(base)] != base or oid <= last or len(rows) >= most:
                return rows
            rows[oid[len(base) :]] = value
            last = oid
        if not batch:
            return rows
    return rows
