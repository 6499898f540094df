"""Which seat would give a person the Teams or Teams Phone plan that they lack, and how colleagues get theirs.

Nobody likes to guess this at a quarter to nine: the tenant owns a dozen products that carry the plan, most of
them the wrong one. The product that colleagues already use is the right one, through the group they have it from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from bot.graph.answer import path_of
from bot.graph.client import GraphClient
from bot.graph.errors import GraphError
from bot.graph.patience import Patience
from bot.graph.plans import device_products, plan_ids
from bot.graph.values import Body, rows, table, text, words

COLLEAGUES: Final = "50"
STOCK: Final = "subscribed_skus"

_GIVABLE: Final = frozenset({"none", "resource_account", "assignment_failed"})
_SOLD: Final = frozenset({"enabled", "warning"})


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A product that gives what is missing; `free` seats are left, `group` is how colleagues get it (None: directly).

    `obstacle` is a text id when nobody can simply hand it out: `dynamic_group`, `synchronised_group`,
    `group_not_read`, `no_usage_location`, `already_in_group`, `assignment_failed`.
    """

    sku_id: str
    sku_name: str
    free: int
    group: str | None = None
    group_name: str = ""
    obstacle: str = ""

    def notes(self) -> dict[str, str]:
        """The same as particulars of the account."""
        return {
            "seat_sku": self.sku_id,
            "seat_name": self.sku_name,
            "seats_free": str(self.free),
            "seat_group": self.group or "",
            "seat_group_name": self.group_name,
            "seat_obstacle": self.obstacle,
        }


def missing_plans(values: dict[str, str], account: dict[str, str]) -> frozenset[str]:
    """Ids of the plans that a seat would bring: of the facts `licence.*` that say `missing`.

    Not those that are there and in error or suspended: another seat mends neither.
    """
    ids, wanted = plan_ids(), set[str]()
    for name, plans in (("teams", ids.teams), ("teams_phone", ids.teams_phone)):
        if values.get(f"licence.{name}") == "missing" and account.get(f"{name}_why") in _GIVABLE:
            wanted |= set(plans.values())
    return frozenset(wanted)


async def find_seat(
    graph: GraphClient, user: Body, missing: frozenset[str], *, patience: Patience | None = None
) -> Seat | None:
    """The seat that gives `user` (Graph's own, with `id` and `licenseAssignmentStates`) the `missing` plans.

    None when the tenant owns no product that has them. Raises `GraphError` when the stock cannot be read.
    """
    product = best_product(await _stock(graph, patience), user, missing)
    if product is None:
        return None
    seat = Seat(sku_id=_sku(product), sku_name=text(product, "skuPartNumber"), free=free_seats(product))
    try:
        group = usual_group(await _colleagues(graph, seat.sku_id, patience), seat.sku_id, missing)
    except GraphError:
        group = None  # then it is handed out directly
    return await _through(graph, seat, user, group, patience)


def free_seats(product: Body) -> int:
    """Seats of a `subscribedSku` that are paid for and not in use."""
    units = table(product, "prepaidUnits")
    return max(0, _number(units.get("enabled")) - _number(product.get("consumedUnits")))


def best_product(stock: Sequence[Body], user: Body, missing: frozenset[str]) -> Body | None:
    """The product that colleagues use, has a seat, gives all that is missing and least that is there already."""
    fits = [product for product in stock if _plans(product) & missing and _for_people(product)]
    if not fits:
        return None
    mine = {text(state, "skuId").lower() for state in rows(user, "licenseAssignmentStates")}
    held = set[str]().union(*(_plans(product) for product in stock if _sku(product) in mine))

    def rank(product: Body) -> tuple[bool, bool, int, int, int]:
        plans, used = _plans(product), _number(product.get("consumedUnits"))
        return (free_seats(product) > 0, used > 0, _kinds(plans & missing), -len(plans & held), used)

    return max(fits, key=rank)


def usual_group(people: Sequence[Body], sku_id: str, missing: frozenset[str]) -> str | None:
    """The group from which most of these `people` have the product with the missing plan on; None: directly."""
    given = Counter(
        text(state, "assignedByGroup")
        for person in people
        for state in rows(person, "licenseAssignmentStates")
        if _of(state, sku_id)
        and text(state, "state").lower() == "active"
        and not missing & {plan.lower() for plan in words(state, "disabledPlans")}
    )
    groups = [group for group, _ in given.most_common() if group]
    return groups[0] if groups and given[groups[0]] >= given.get("", 0) else None


async def _stock(graph: GraphClient, patience: Patience | None) -> list[Body]:
    kept = graph.shelf.get(STOCK)
    if kept is not None:
        return kept.rows
    stock = await graph.get_all("/subscribedSkus", patience=patience)
    graph.shelf.put(STOCK, stock)
    return stock


async def _colleagues(graph: GraphClient, sku_id: str, patience: Patience | None) -> list[Body]:
    wanted = {
        "$filter": f"assignedLicenses/any(s:s/skuId eq {sku_id})",
        "$select": "id,licenseAssignmentStates",
        "$top": COLLEAGUES,
    }
    return rows(await graph.get("/users", wanted, patience=patience))


async def _through(
    graph: GraphClient, seat: Seat, user: Body, group: str | None, patience: Patience | None
) -> Seat:
    states = rows(user, "licenseAssignmentStates")
    failed = any(_of(state, seat.sku_id) and "error" in text(state, "state").lower() for state in states)
    if group is None:
        located = bool(text(user, "usageLocation"))
        obstacle = "assignment_failed" if failed else "" if located else "no_usage_location"
        return msgspec.structs.replace(seat, obstacle=obstacle)
    body = await _group(graph, group, patience)
    mine = {text(state, "assignedByGroup").lower() for state in states}
    obstacle = "already_in_group" if group.lower() in mine else _closed(body) if body else "group_not_read"
    return msgspec.structs.replace(
        seat,
        group=group,
        group_name=text(body, "displayName"),
        obstacle="assignment_failed" if failed else obstacle,
    )


async def _group(graph: GraphClient, group: str, patience: Patience | None) -> Body:
    """What bears on joining a group; nothing when the application may not read groups."""
    wanted = {"$select": "id,displayName,groupTypes,onPremisesSyncEnabled"}
    try:
        return await graph.get(path_of("groups", group), wanted, patience=patience)
    except GraphError:
        return {}


def _of(state: Body, sku_id: str) -> bool:
    return text(state, "skuId").lower() == sku_id


def _closed(group: Body) -> str:
    if "DynamicMembership" in words(group, "groupTypes"):
        return "dynamic_group"
    return "synchronised_group" if group.get("onPremisesSyncEnabled") is True else ""


def _for_people(product: Body) -> bool:
    sold = text(product, "capabilityStatus").lower() in _SOLD
    whose = text(product, "appliesTo").lower() in ("user", "")
    return sold and whose and _sku(product) not in device_products()


def _kinds(plans: frozenset[str]) -> int:
    """How many of the two kinds, Teams and Teams Phone, are among the plans."""
    ids = plan_ids()
    return sum(bool(plans & set(kind.values())) for kind in (ids.teams, ids.teams_phone))


def _plans(product: Body) -> frozenset[str]:
    return frozenset(text(plan, "servicePlanId").lower() for plan in rows(product, "servicePlans"))


def _sku(product: Body) -> str:
    return text(product, "skuId").lower()


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
