import csv

import pytest

from bot.graph.plans import device_products, plan_ids
from tests.support.products import PRODUCTS
from tests.support.reference import reference


def test_plan_ids_match_published_table() -> None:
    with reference("teams-phone-skus.csv").open(encoding="utf-8") as file:
        published = {(row["service_plan"], row["service_plan_id"]) for row in csv.DictReader(file)}
    ids = plan_ids()
    for table in (ids.teams, ids.teams_phone, ids.virtual_user, ids.calling_plan):
        assert set(table.items()) <= published


def test_products_here_are_those_published() -> None:
    published: dict[str, tuple[str, set[str]]] = {}
    with reference("teams-phone-skus.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            published.setdefault(row["sku_part_number"], (row["sku_id"], set()))[1].add(row["service_plan"])
    assert {name: (one.sku_id, set(one.plans)) for name, one in PRODUCTS.items()} == published


@pytest.mark.parametrize("name", PRODUCTS)
def test_product_is_for_people_or_devices(name: str) -> None:
    sku_id = PRODUCTS[name].sku_id
    expected = "shared_device" if name.startswith("MCOCAP") else "room" if "ROOM" in name.upper() else None
    assert device_products().get(sku_id) == ("room" if name == "MTR_PREM" else expected)
