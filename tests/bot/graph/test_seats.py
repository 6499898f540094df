from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.graph.client import GraphClient, connect
from bot.graph.errors import GraphError
from bot.graph.lookup import look_up
from bot.graph.seats import Seat, best_product, find_seat, free_seats, missing_plans, usual_group
from bot.simulator.directory import LICENCE_GROUP, PHONE_SKU, TEAMS_SKU, Licence
from tests.support.products import PLANS, PRODUCTS
from tests.support.tenant import CAMILLE, Tenant

Json = dict[str, Any]
TEAMS, PHONE = frozenset({PLANS["TEAMS1"]}), frozenset({PLANS["MCOEV"]})


def stock(name: str, bought: object = 10, used: object = 5, **more: object) -> Json:
    one = PRODUCTS[name]
    return {
        "skuId": one.sku_id,
        "skuPartNumber": name,
        "capabilityStatus": "Enabled",
        "appliesTo": "User",
        "consumedUnits": used,
        "prepaidUnits": {"enabled": bought},
        "servicePlans": one.details()["servicePlans"],
    } | more


def state(name: str, group: str | None = None, how: str = "Active", *off: str) -> Json:
    sku = PRODUCTS[name].sku_id
    return {"skuId": sku, "assignedByGroup": group, "state": how, "disabledPlans": list(off)}


def chosen(products: list[Json], missing: frozenset[str], *held: str) -> str:
    user = {"licenseAssignmentStates": [state(name) for name in held]}
    product = best_product(products, user, missing)
    return "" if product is None else str(product["skuPartNumber"])


@pytest.mark.parametrize(
    ("products", "missing", "held", "expected"),
    [
        ([stock("SPE_E3"), stock("MCOEV")], PHONE, (), "MCOEV"),
        ([stock("MCOEV", bought=5), stock("SPE_E5")], PHONE, (), "SPE_E5"),
        ([stock("SPE_E5", used=0), stock("Microsoft_Teams_EEA_New")], TEAMS, (), "Microsoft_Teams_EEA_New"),
        ([stock("SPE_E3"), stock("SPE_E5")], TEAMS | PHONE, (), "SPE_E5"),
        ([stock("SPE_E3"), stock("SPE_E5", used=9), stock("MCOEV")], PHONE, ("SPE_E3",), "MCOEV"),
        ([stock("MCOCAP"), stock("Microsoft_Teams_Rooms_Pro")], PHONE, (), ""),
        ([stock("PHONESYSTEM_VIRTUALUSER")], PHONE, (), ""),
        ([stock("MCOEV", capabilityStatus="Suspended")], PHONE, (), ""),
        ([stock("MCOEV", appliesTo="Company")], PHONE, (), ""),
        ([stock("MCOEV", bought=5)], PHONE, (), "MCOEV"),
        ([], PHONE, (), ""),
    ],
)
def test_best_product_is_what_colleagues_have(
    products: list[Json], missing: frozenset[str], held: tuple[str, ...], expected: str
) -> None:
    assert chosen(products, missing, *held) == expected


@pytest.mark.parametrize(
    ("bought", "used", "free"),
    [(10, 4, 6), (4, 10, 0), (None, 1, 0), ("10", 1, 0), (10, None, 10), (True, 0, 0)],
)
def test_free_seats_are_never_negative(bought: object, used: object, free: int) -> None:
    assert free_seats(stock("MCOEV", bought, used)) == free


@pytest.mark.parametrize(
    ("states", "group"),
    [
        ([], None),
        ([state("MCOEV", "g"), state("MCOEV", "g"), state("MCOEV")], "g"),
        ([state("MCOEV", "g"), state("MCOEV"), state("MCOEV")], None),
        ([state("MCOEV", "g", "Error"), state("MCOEV")], None),
        ([state("MCOEV", "g", "Active", PLANS["MCOEV"].upper())], None),
        ([state("SPE_E5", "g")], None),
        ([state("MCOEV", "g"), state("MCOEV", "h"), state("MCOEV", "h")], "h"),
    ],
)
def test_usual_group_gives_the_plan(states: list[Json], group: str | None) -> None:
    people = [{"licenseAssignmentStates": [one]} for one in states]
    assert usual_group(people, PRODUCTS["MCOEV"].sku_id, PHONE) == group


@pytest.mark.parametrize(
    ("values", "account", "wanted"),
    [
        ({"licence.teams": "missing"}, {"teams_why": "none"}, {"TEAMS1", "TEAMS_GOV"}),
        ({"licence.teams_phone": "missing"}, {"teams_phone_why": "resource_account"}, {"MCOEV"}),
        ({"licence.teams": "missing"}, {"teams_why": "suspended"}, set()),
        ({"licence.teams": "pending"}, {"teams_why": "pending"}, set()),
        ({"licence.teams": "ok"}, {}, set()),
    ],
)
def test_only_what_a_seat_mends_is_missing(
    values: dict[str, str], account: dict[str, str], wanted: set[str]
) -> None:
    plans = missing_plans(values, account)
    assert {PLANS[name] for name in wanted} <= plans
    assert bool(plans) == bool(wanted)


async def seat_of(graph: GraphClient, missing: frozenset[str]) -> Seat | None:
    user = await graph.get(f"/users/{CAMILLE}", {"$select": "id,usageLocation,licenseAssignmentStates"})
    return await find_seat(graph, user, missing)


async def test_seat_comes_through_the_group(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, TEAMS_SKU)
    tenant.camille.licences.clear()
    seat = await seat_of(graph, TEAMS)
    assert seat is not None
    assert (seat.sku_name, seat.group, seat.group_name) == (TEAMS_SKU, LICENCE_GROUP, "Licences Teams")
    assert (seat.free, seat.obstacle) == (22, "")


async def test_seat_is_given_directly_otherwise(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    seat = await seat_of(graph, PHONE)
    assert seat is not None
    assert (seat.sku_name, seat.group, seat.obstacle) == (PHONE_SKU, None, "")


async def test_last_seat_gone_is_said(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    tenant.directory.stock = {PHONE_SKU: 3}
    seat = await seat_of(graph, PHONE)
    assert seat is not None
    assert seat.free == 0


async def test_country_must_be_known_first(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    tenant.camille.usage_location = None
    seat = await seat_of(graph, PHONE)
    assert seat is not None
    assert seat.obstacle == "no_usage_location"


async def test_member_of_group_cannot_join_it(graph: GraphClient, tenant: Tenant) -> None:
    tenant.camille.licences = [Licence("Microsoft_365_E3_(no_Teams)", LICENCE_GROUP)]
    seat = await seat_of(graph, TEAMS)
    assert seat is not None
    assert (seat.group, seat.obstacle) == (LICENCE_GROUP, "already_in_group")


async def test_group_unread_is_never_offered(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, TEAMS_SKU)
    tenant.graph.fail(9, path="/groups/", status=403)
    seat = await seat_of(graph, TEAMS)
    assert seat is not None
    assert (seat.group, seat.obstacle) == (LICENCE_GROUP, "group_not_read")


async def test_licence_that_failed_is_no_seat(graph: GraphClient, tenant: Tenant) -> None:
    tenant.camille.licences = [Licence(PHONE_SKU, None, "Error", "CountViolation", {"MCOEV": "Error"})]
    seat = await seat_of(graph, PHONE)
    assert seat is not None
    assert seat.obstacle == "assignment_failed"


async def test_stock_is_read_once(graph: GraphClient, tenant: Tenant) -> None:
    await seat_of(graph, PHONE)
    await seat_of(graph, PHONE)
    assert tenant.graph.calls.count("GET /subscribedSkus") == 1


async def test_unreadable_stock_raises(tenant: Tenant) -> None:
    tenant.graph.denied = {"Organization.Read.All", "LicenseAssignment.Read.All"}
    graph = connect(tenant.settings())
    with pytest.raises(GraphError):
        await seat_of(graph, PHONE)
    await graph.close()


async def test_look_up_tells_the_seat(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    account = (await look_up(graph, CAMILLE)).account
    assert (account["seat_name"], account["seats_free"]) == (PHONE_SKU, "22")
    assert "seat_group" not in account


async def test_look_up_survives_unreadable_stock(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    tenant.graph.throttle(9, path="/subscribedSkus", status=500, retry_after=None)
    lookup = await look_up(graph, CAMILLE)
    assert lookup.account["seat_obstacle"] == "stock_not_read"
    assert {fact.id: fact.value for fact in lookup.facts}["licence.teams_phone"] == "missing"


async def test_healthy_person_needs_no_seat(graph: GraphClient, tenant: Tenant) -> None:
    assert not [name for name in (await look_up(graph, CAMILLE)).account if name.startswith("seat")]
    assert not any("subscribedSkus" in call for call in tenant.graph.calls)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["User", "Enabled", *PHONE]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["servicePlanId", "enabled", "state", "skuId"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_PRODUCT = st.dictionaries(
    st.sampled_from(
        ["skuId", "servicePlans", "prepaidUnits", "consumedUnits", "capabilityStatus", "appliesTo"]
    ),
    _ANY,
)
_PERSON = st.dictionaries(st.sampled_from(["licenseAssignmentStates", "id"]), _ANY)


@given(st.lists(_PRODUCT, max_size=4), _PERSON)
def test_no_stock_can_crash_it(products: list[Json], user: Json) -> None:
    product = best_product(products, user, PHONE)
    assert product is None or free_seats(product) >= 0
    assert usual_group([user, *products], "x", PHONE) is None
