"""An SNMP agent without a network: the values of a table, read as `Asker` reads them."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence

from bot.runner.switch.oids import Oid
from bot.runner.switch.values import Value


class Mib:
    """Answers from `values`; `inside` are the tables of VLANs."""

    def __init__(
        self, values: Mapping[Oid, Value], inside: Mapping[int, Mapping[Oid, Value]] | None = None
    ) -> None:
        self.values = dict(values)
        self._order = sorted(self.values)
        self._inside = inside or {}
        self.asked = 0

    def within(self, vlan: int) -> Mib:
        return Mib(self._inside.get(vlan, {}))

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        self.asked += 1
        return {oid: self.values[oid] for oid in oids if oid in self.values}

    async def following(self, oids: Sequence[Oid]) -> Sequence[tuple[Oid, Value] | None]:
        self.asked += 1
        return [next(iter(self._after(oid, 1)), None) for oid in oids]

    async def bulk(self, oid: Oid, most: int) -> Sequence[tuple[Oid, Value]]:
        self.asked += 1
        return self._after(oid, most)

    def _after(self, oid: Oid, most: int) -> list[tuple[Oid, Value]]:
        at = bisect.bisect_right(self._order, oid)
        return [(name, self.values[name]) for name in self._order[at : at + most]]


class Circular(Mib):
    """A broken agent: after the last value comes the first again."""

    async def bulk(self, oid: Oid, most: int) -> Sequence[tuple[Oid, Value]]:
        self.asked += 1
        everything = sorted(self.values.items())
        return (self._after(oid, most) + everything * most)[:most]
