from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.directory import (
    HELPDESK_GROUP,
    LICENCE_GROUP,
    PHONE_SKU,
    TEAMS_SKU,
    User,
    catalogue,
)
from bot.simulator.replicas import Lag
from tests.support.graphclient import GraphCaller, graph_caller
from tests.support.tenant import CAMILLE, CLIENT

PHONE = catalogue().sku[PHONE_SKU].id
USER = f"/v1.0/users/{CAMILLE}"
MEMBERS = f"/v1.0/groups/{LICENCE_GROUP}/members"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[GraphCaller]:
    async with graph_caller(tmp_path) as caller:
        yield caller


def camille(client: GraphCaller) -> User:
    return client.tenant.camille


def licence(*, add: list[Any] | None = None, remove: list[str] | None = None) -> dict[str, Any]:
    return {"addLicenses": add or [], "removeLicenses": remove or []}


async def assign(client: GraphCaller, sku: str = PHONE, **more: object) -> tuple[int, Any]:
    body = licence(add=[{"skuId": sku, "disabledPlans": [], **more}])
    status, said, _ = await client.ask(f"{USER}/assignLicense", body=body)
    return status, said


async def reference(client: GraphCaller, who: str = CAMILLE) -> tuple[int, Any]:
    person = client.tenant.directory.find(who)
    body = {"@odata.id": f"{client.tenant.graph.url}/v1.0/directoryObjects/{person.id}"}
    status, said, _ = await client.ask(f"{MEMBERS}/$ref", body=body)
    return status, said


async def test_assigned_licence_is_held_and_booked_once(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    first = await assign(client)
    second = await assign(client)
    assert (first[0], second[0]) == (200, 200)
    assert PHONE in [row["skuId"] for row in first[1]["assignedLicenses"]]
    assert camille(client).has_plan("MCOEV")
    (write,) = client.tenant.graph.writes.of("assign")
    assert (write.who, write.detail, write.by) == (camille(client).id, PHONE, CLIENT)
    assert [write.changed for write in client.tenant.graph.writes.made] == [True, False]


async def test_plans_switched_off_stay_off(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    await assign(client, disabledPlans=[catalogue().plans["MCOEV"]])
    assert camille(client).licence(PHONE_SKU).plans == {"MCOEV": "Disabled"}


async def test_direct_licence_can_be_removed(client: GraphCaller) -> None:
    status, _, _ = await client.ask(f"{USER}/assignLicense", body=licence(remove=[PHONE]))
    assert status == 200
    assert not camille(client).has_plan("MCOEV")
    assert len(client.tenant.graph.writes.of("remove", camille(client).id)) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"addLicenses": []}, "missing parameters are: removeLicenses"),
        (licence(add=[{"skuId": "00000000-0000-0000-0000-000000000000"}]), "valid company License"),
        (licence(add=[{"skuId": catalogue().sku["MCOCAP"].id}]), "valid company License"),
        (licence(add=["rubbish"]), "Cannot convert"),
        (licence(remove=[catalogue().sku["SPE_E5"].id]), "does not have a corresponding license"),
        (licence(remove=[catalogue().sku[TEAMS_SKU].id]), "inherited from a group"),
    ],
)
async def test_impossible_assignment_is_refused_in_words(
    client: GraphCaller, body: object, words: str
) -> None:
    status, said, _ = await client.ask(f"{USER}/assignLicense", body=body)
    assert (status, said["error"]["code"]) == (400, "Request_BadRequest")
    assert words in said["error"]["message"]
    assert client.tenant.graph.writes.made == []
    assert len(client.tenant.graph.writes.refused) == 1


async def test_last_seat_goes_only_once(client: GraphCaller) -> None:
    directory = client.tenant.directory
    directory.remove_licence(CAMILLE, PHONE_SKU)
    directory.stock[PHONE_SKU] = directory.consumed(PHONE_SKU)
    status, said = await assign(client)
    assert (status, "any available licenses" in said["error"]["message"]) == (400, True)
    directory.stock[PHONE_SKU] += 1
    assert (await assign(client))[0] == 200
    assert directory.free(PHONE_SKU) == 0


async def test_licence_needs_a_usage_location(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    camille(client).usage_location = None
    assert "usage location" in (await assign(client))[1]["error"]["message"]


async def test_account_is_enabled_without_a_body(client: GraphCaller) -> None:
    client.tenant.directory.disable(CAMILLE)
    for _ in range(2):
        status, said, _ = await client.ask(USER, method="PATCH", body={"accountEnabled": True})
        assert (status, said) == (204, None)
    assert camille(client).enabled
    assert len(client.tenant.graph.writes.of("enable")) == 1


@pytest.mark.parametrize("kind", ["synced", "admin"])
async def test_some_accounts_cannot_be_enabled(client: GraphCaller, kind: str) -> None:
    camille(client).enabled = False
    setattr(camille(client), kind, True)
    status, _, _ = await client.ask(USER, method="PATCH", body={"accountEnabled": True})
    assert status == {"synced": 400, "admin": 403}[kind]
    assert not camille(client).enabled


async def test_only_the_account_switch_is_patched(client: GraphCaller) -> None:
    assert (await client.ask(USER, method="PATCH", body={"displayName": "x"}))[0] == 403
    assert (await client.ask(USER, method="PATCH", body={"accountEnabled": "yes"}))[0] == 400


async def test_group_brings_and_takes_its_licence(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, TEAMS_SKU)
    assert not camille(client).has_plan("TEAMS1")
    assert await reference(client) == (204, None)
    assert camille(client).licence(TEAMS_SKU).group == LICENCE_GROUP
    status, said = await reference(client)
    assert (status, "already exist" in said["error"]["message"]) == (400, True)
    leave = f"{MEMBERS}/{camille(client).id}/$ref"
    assert (await client.ask(leave, method="DELETE"))[0] == 204
    assert (await client.ask(leave, method="DELETE"))[0] == 404
    assert not camille(client).has_plan("TEAMS1")
    assert [write.what for write in client.tenant.graph.writes.made] == ["join", "leave"]


async def test_group_without_seats_gives_an_error(client: GraphCaller) -> None:
    directory = client.tenant.directory
    directory.remove_licence(CAMILLE, TEAMS_SKU)
    directory.stock[TEAMS_SKU] = directory.consumed(TEAMS_SKU)
    assert (await reference(client))[0] == 204
    body = await client.get(f"{USER}?$select=licenseAssignmentStates,assignedLicenses")
    (state,) = [row for row in body["licenseAssignmentStates"] if row["state"] == "Error"]
    assert (state["error"], state["assignedByGroup"]) == ("CountViolation", LICENCE_GROUP)
    assert state["skuId"] not in [row["skuId"] for row in body["assignedLicenses"]]
    assert directory.free(TEAMS_SKU) == 0


async def test_some_groups_take_no_members(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, TEAMS_SKU)
    client.tenant.directory.synced_groups.add(LICENCE_GROUP)
    assert "on-premises" in (await reference(client))[1]["error"]["message"]
    assert (await client.ask(f"{MEMBERS}/$ref", body={"@odata.id": "rubbish"}))[0] == 400
    client.tenant.directory.synced_groups.clear()
    client.tenant.directory.dynamic_groups.add(LICENCE_GROUP)
    assert "dynamic" in (await reference(client))[1]["error"]["message"]
    assert (await client.get(f"/v1.0/groups/{LICENCE_GROUP}"))["groupTypes"] == ["DynamicMembership"]
    unknown = "/v1.0/groups/00000000-0000-0000-0000-000000000000/members/$ref"
    assert (await client.ask(unknown, body={}))[0] == 404


@pytest.mark.parametrize(
    ("permission", "method", "path", "body"),
    [
        ("LicenseAssignment.ReadWrite.All", "POST", f"{USER}/assignLicense", licence()),
        ("User.EnableDisableAccount.All", "PATCH", USER, {"accountEnabled": True}),
        ("GroupMember.ReadWrite.All", "POST", f"{MEMBERS}/$ref", {}),
        ("GroupMember.ReadWrite.All", "DELETE", f"{MEMBERS}/x/$ref", None),
    ],
)
async def test_each_write_wants_its_permission(
    client: GraphCaller, permission: str, method: str, path: str, body: object
) -> None:
    client.tenant.graph.denied.add(permission)
    status, said, _ = await client.ask(path, method=method, body=body)
    assert (status, said["error"]["code"]) == (403, "Authorization_RequestDenied")
    assert client.tenant.graph.writes.made == []


async def test_written_licence_is_hidden_then_pending(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    client.tenant.graph.replicas.lag = Lag(hidden_reads=1, pending_reads=2)
    await assign(client)
    seen = []
    for _ in range(4):
        body = await client.get(f"{USER}/licenseDetails")
        plans = [plan for row in body["value"] for plan in row["servicePlans"]]
        found = [row["provisioningStatus"] for row in plans if row["servicePlanName"] == "MCOEV"]
        seen.append(found)
    assert seen == [[], ["PendingProvisioning"], ["PendingProvisioning"], ["Success"]]


async def test_enabled_account_is_read_later(client: GraphCaller) -> None:
    client.tenant.directory.disable(CAMILLE)
    client.tenant.graph.replicas.lag = Lag(hidden_reads=2)
    await client.ask(USER, method="PATCH", body={"accountEnabled": True})
    seen = [(await client.get(f"{USER}?$select=accountEnabled"))["accountEnabled"] for _ in range(3)]
    assert seen == [False, False, True]


async def test_write_in_a_batch_has_no_body(client: GraphCaller) -> None:
    part = {"id": "1", "method": "PATCH", "url": f"/users/{CAMILLE}", "body": {"accountEnabled": False}}
    status, body, _ = await client.ask("/v1.0/$batch", body={"requests": [part]})
    (answer,) = body["responses"]
    assert (status, answer["status"], answer["body"]) == (200, 204, None)
    assert not camille(client).enabled


async def test_members_include_those_of_nested_groups(client: GraphCaller) -> None:
    client.tenant.directory.groups["night"] = "Nuit"
    client.tenant.directory.parents["night"] = HELPDESK_GROUP
    camille(client).groups.add("night")
    client.tenant.graph.page_size = 2
    path, seen = f"/v1.0/groups/{HELPDESK_GROUP}/transitiveMembers?$select=id", []
    while path:
        body = await client.get(path)
        seen += [row["id"] for row in body["value"]]
        path = body.get("@odata.nextLink", "").removeprefix(client.tenant.graph.url)
    assert len(seen) == 3
    assert camille(client).id in seen


async def test_time_alone_provisions_a_licence(client: GraphCaller) -> None:
    client.tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    client.tenant.graph.replicas.lag = Lag(pending=timedelta(hours=1))
    await assign(client)
    assert not camille(client).has_plan("MCOEV")
    await client.get(f"{USER}/licenseDetails")
    assert not camille(client).has_plan("MCOEV")
