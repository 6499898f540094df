"""Power over Ethernet of a port and the budget behind it (RFC 3621; Cisco's watts where present).

The power table numbers ports in its own way. A row counts as the port's only when something says so: the
operator, Cisco's link to the entity table, or a name and number that fit one row and no other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

import msgspec

from bot.runner.switch import oids
from bot.runner.switch.oids import Oid
from bot.runner.switch.values import digits, number
from bot.runner.switch.walk import Asker, row, walk

By = Literal["told", "entity", "name"]

FULL_CLASS_W: Final = 15.4  # IEEE 802.3af: what a switch sets aside for a port of class 0 or 3
_MOST_PSE: Final = 64
_MOST_ENTITIES: Final = 4096
_STATUS: Final = {1: "disabled", 2: "searching", 3: "delivering", 4: "fault", 5: "test", 6: "other_fault"}
_PRIORITY: Final = {1: "critical", 2: "high", 3: "low"}
_MAIN: Final = {1: "on", 2: "off", 3: "faulty"}
_ENABLED: Final = 1
_CLASSES: Final = range(1, 6)
_COLUMNS: Final = {
    "admin": oids.PSE_ADMIN,
    "status": oids.PSE_DETECTION,
    "priority": oids.PSE_PRIORITY,
    "class": oids.PSE_CLASS,
    "absent": oids.PSE_ABSENT,
    "denied": oids.PSE_DENIED,
    "overload": oids.PSE_OVERLOAD,
    "short": oids.PSE_SHORT,
    "allocated": oids.CPE_ALLOCATED,
    "drawn": oids.CPE_CONSUMPTION,
}


class Budget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Watts of the power supply behind the port."""

    power_w: int
    used_w: int
    status: str | None = None

    @property
    def left_w(self) -> int:
        """What is left; negative when oversubscribed."""
        return self.power_w - self.used_w


class Power(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A port's power; `port` is its (group, port) in the table, `counters` are of events since the switch started."""

    port: str
    by: By
    enabled: bool | None = None
    status: str | None = None
    priority: str | None = None
    power_class: int | None = None
    allocated_w: float | None = None
    drawn_w: float | None = None
    counters: dict[str, int] = {}
    budget: Budget | None = None


def by_name(indexes: Collection[Oid], name: str) -> Oid | None:
    """The one row that fits an interface's name: `Gi2/0/12` is port 12 of group 2.

    None where another row could be meant as well, and for ports on modules (`Gi1/1/1`).
    """
    numbers = digits(name)
    if not numbers or any(numbers[1:-1]):
        return None
    fits = [index for index in indexes if index[1] == numbers[-1]]
    if len({index[0] for index in indexes}) > 1:
        fits = [index for index in fits if len(numbers) > 1 and index[0] == numbers[0]]
    return fits[0] if len(fits) == 1 else None


async def _by_entity(asker: Asker, if_index: int) -> Oid | None:
    """Cisco: the row whose physical entity stands for the interface."""
    entities = await walk(asker, oids.CPE_ENTITY)
    if not entities:
        return None
    wanted = (*oids.IF_INDEX, if_index)
    aliases = await walk(asker, oids.ENTITY_ALIAS, _MOST_ENTITIES)
    physical = {index[0] for index, value in aliases.items() if value == wanted and index}
    fits = [index for index, value in entities.items() if number(value) in physical and len(index) == 2]
    return fits[0] if len(fits) == 1 else None


async def _find(asker: Asker, if_index: int, name: str | None, told: str | None) -> tuple[Oid, By] | None:
    rows = await walk(asker, oids.PSE_DETECTION)
    indexes = [index for index in rows if len(index) == 2]
    if told is not None:
        wanted = tuple(int(part) for part in told.split("."))
        return (wanted, "told") if wanted in indexes else None
    entity = await _by_entity(asker, if_index) if indexes else None
    if entity in indexes and entity is not None:
        return entity, "entity"
    fit = by_name(indexes, name or "")
    return (fit, "name") if fit is not None else None


async def _read_budget(asker: Asker, group: int) -> Budget | None:
    """The supply of the port's group; that of all groups where they are not numbered alike."""
    power = await walk(asker, oids.MAIN_PSE_POWER, _MOST_PSE)
    used = await walk(asker, oids.MAIN_PSE_USED, _MOST_PSE)
    status = await walk(asker, oids.MAIN_PSE_STATUS, _MOST_PSE)
    groups = [(group,)] if (group,) in power else sorted(power)
    total = sum(number(power.get(index)) or 0 for index in groups)
    if not total:
        return None
    states = [_MAIN.get(number(status.get(index)) or 0) for index in groups]
    worst = next((state for state in states if state != "on"), "on") if states else None
    return Budget(
        power_w=total, used_w=sum(number(used.get(index)) or 0 for index in groups), status=worst or None
    )


async def read_power(asker: Asker, if_index: int, name: str | None, told: str | None) -> Power | None:
    """A port's power, or None when the switch has no power table or it cannot be said which row is the port's."""
    found = await _find(asker, if_index, name, told)
    if found is None:
        return None
    index, by = found
    values = {key: number(value) for key, value in (await row(asker, _COLUMNS, index)).items()}
    status = _STATUS.get(values.get("status") or 0)
    known_class = values.get("class") in _CLASSES and status == "delivering"
    return Power(
        port=".".join(map(str, index)),
        by=by,
        enabled=None if values.get("admin") is None else values["admin"] == _ENABLED,
        status=status,
        priority=_PRIORITY.get(values.get("priority") or 0),
        power_class=(values["class"] or 1) - 1 if known_class else None,
        allocated_w=_watts(values.get("allocated")),
        drawn_w=_watts(values.get("drawn")),
        counters={
            name: count
            for name in ("denied", "overload", "short", "absent")
            if (count := values.get(name)) is not None
        },
        budget=await _read_budget(asker, index[0]),
    )


def _watts(milliwatts: int | None) -> float | None:
    return None if milliwatts is None else round(milliwatts / 1000, 1)


def word(power: Power | None) -> str | None:
    """`delivering`, `searching`, `denied`, `fault` or `disabled`; None when nothing shows it.

    Denied: the port gives nothing, was denied power before, and the supply has less left than a phone may ask for.
    """
    if power is None:
        return None
    if power.enabled is False or power.status == "disabled":
        return "disabled"
    if power.status in {None, "test", "delivering"}:
        return "delivering" if power.status == "delivering" else None
    short = power.budget is not None and power.budget.left_w < FULL_CLASS_W
    if short and power.counters.get("denied", 0) > 0:
        return "denied"
    return "searching" if power.status == "searching" else "fault"
