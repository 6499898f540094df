from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.simulator.directory import HELPDESK_GROUP
from tests.support.tenant import CAMILLE, CLIENT, Tenant, running_tenant

Answer = tuple[int, Any, dict[str, str]]


class Client:
    """A bare HTTP client with a valid token."""

    def __init__(self, tenant: Tenant, session: aiohttp.ClientSession) -> None:
        self.tenant, self.session = tenant, session

    async def ask(
        self,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: object = None,
        token: str | None = None,
    ) -> Answer:
        bearer = self.tenant.login.token(self.tenant.graph.url, CLIENT) if token is None else token
        headers = {"Authorization": f"Bearer {bearer}", "client-request-id": "mine"}
        async with self.session.request(
            "GET" if body is None else "POST",
            self.tenant.graph.url + path,
            params=query,
            json=body,
            headers=headers,
        ) as response:
            return response.status, await response.json(), dict(response.headers)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with running_tenant(tmp_path) as tenant, aiohttp.ClientSession() as session:
        yield Client(tenant, session)


async def test_user_has_basic_properties_only(client: Client) -> None:
    status, body, headers = await client.ask(f"/v1.0/users/{CAMILLE}")
    assert (status, body["displayName"]) == (200, "Camille Fournier")
    assert "accountEnabled" not in body
    assert headers["client-request-id"] == "mine"


async def test_select_gives_what_was_named(client: Client) -> None:
    query = {"$select": "id,accountEnabled"}
    _, body, _ = await client.ask(f"/v1.0/users/{client.tenant.camille.id}", query=query)
    body.pop("@odata.context")
    assert body == {"id": client.tenant.camille.id, "accountEnabled": True}


async def test_unknown_property_cannot_be_selected(client: Client) -> None:
    status, body, _ = await client.ask(f"/v1.0/users/{CAMILLE}", query={"$select": "mood"})
    assert (status, body["error"]["code"]) == (400, "BadRequest")


@pytest.mark.parametrize(
    "path",
    [
        "/v1.0/users/nobody@bellecour.example",
        "/v1.0/users/nobody@bellecour.example/licenseDetails",
        "/v1.0/admin/teams/userConfigurations/nobody",
    ],
)
async def test_unknown_person_is_not_found(client: Client, path: str) -> None:
    status, body, _ = await client.ask(path)
    assert (status, body["error"]["code"]) == (404, "Request_ResourceNotFound")
    assert set(body["error"]) == {"code", "message", "innerError"}


async def test_quoted_address_finds_the_person(client: Client) -> None:
    status, body, _ = await client.ask(f"/v1.0/users('{CAMILLE}')")
    assert (status, body["id"]) == (200, client.tenant.camille.id)


async def test_unknown_path_is_bad_request(client: Client) -> None:
    status, body, _ = await client.ask("/v1.0/cats")
    assert (status, body["error"]["message"]) == (400, "Resource not found for the segment 'cats'.")
    assert (await client.ask("/v7/users/x"))[0] == 400


@pytest.mark.parametrize("token", ["", "rubbish", "foreign", "expired"])
async def test_only_valid_bearers_are_served(client: Client, token: str) -> None:
    login = client.tenant.login
    if token == "foreign":
        token = login.token("https://api.botframework.com", CLIENT)
    elif token == "expired":
        login.lifetime = timedelta(seconds=-5)
        token = login.token(client.tenant.graph.url, CLIENT)
    status, body, _ = await client.ask(f"/v1.0/users/{CAMILLE}", token=token)
    assert (status, body["error"]["code"]) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        ("AuditLog.Read.All", "/v1.0/auditLogs/signIns"),
        ("ServiceHealth.Read.All", "/v1.0/admin/serviceAnnouncement/healthOverviews"),
        ("TeamsUserConfiguration.Read.All", "/v1.0/admin/teams/userConfigurations/x"),
        ("TeamsTelephoneNumber.Read.All", "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments"),
        ("User.Read.All", f"/v1.0/users/{CAMILLE}"),
    ],
)
async def test_missing_permission_is_forbidden(client: Client, permission: str, path: str) -> None:
    client.tenant.login.permissions.remove(permission)
    assert (await client.ask(path))[0] == 403


async def test_v1_lists_interactive_sign_ins_only(client: Client) -> None:
    user = client.tenant.camille
    query = {"$filter": f"userId eq '{user.id}' and createdDateTime ge 2026-01-01T00:00:00Z"}
    _, body, _ = await client.ask("/v1.0/auditLogs/signIns", query=query)
    assert [row["isInteractive"] for row in body["value"]] == [True]


async def test_beta_lists_sign_ins_by_type(client: Client) -> None:
    only = "signInEventTypes/any(t: t eq 'nonInteractiveUser')"
    query = {"$filter": f"{only} and userId eq '{client.tenant.camille.id}'"}
    _, body, _ = await client.ask("/beta/auditLogs/signIns", query=query)
    assert [row["signInEventTypes"] for row in body["value"]] == [["nonInteractiveUser"]]
    assert (await client.ask("/v1.0/auditLogs/signIns", query=query))[0] == 400


async def test_old_sign_ins_can_be_left_out(client: Client) -> None:
    query = {"$filter": "createdDateTime ge 2099-01-01T00:00:00Z"}
    assert (await client.ask("/v1.0/auditLogs/signIns", query=query))[1]["value"] == []
    assert (await client.ask("/v1.0/auditLogs/signIns", query={"$filter": "a gt 1"}))[0] == 400


async def test_long_lists_come_in_pages(client: Client) -> None:
    client.tenant.graph.page_size = 1
    path, seen = "/v1.0/admin/serviceAnnouncement/healthOverviews?$expand=issues", []
    while path:
        _, body, _ = await client.ask(path)
        seen += [row["service"] for row in body["value"]]
        path = body.get("@odata.nextLink", "").removeprefix(client.tenant.graph.url)
    assert seen == ["Exchange Online", "Microsoft Teams"]


async def test_incident_shows_in_health_and_issues(client: Client) -> None:
    client.tenant.directory.declare("serviceInterruption", "Teams is down")
    _, health, _ = await client.ask("/v1.0/admin/serviceAnnouncement/healthOverviews?$expand=issues")
    _, issues, _ = await client.ask("/v1.0/admin/serviceAnnouncement/issues")
    teams = health["value"][1]
    assert teams["status"] == "serviceInterruption"
    assert teams["issues"] == issues["value"]
    assert issues["value"][0]["title"] == "Teams is down"


async def test_stock_counts_seats_in_use(client: Client) -> None:
    _, body, _ = await client.ask("/v1.0/subscribedSkus")
    phone = next(row for row in body["value"] if row["skuPartNumber"] == "MCOEV")
    assert (phone["consumedUnits"], phone["prepaidUnits"]["enabled"]) == (4, 25)


async def test_number_tells_its_kind(client: Client) -> None:
    query = {"$filter": f"assignmentTargetId eq '{client.tenant.camille.id}'"}
    path = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments"
    _, body, _ = await client.ask(path, query=query)
    assert [row["numberType"] for row in body["value"]] == ["directRouting"]


async def test_member_groups_are_those_asked_for(client: Client) -> None:
    path = "/v1.0/users/sacha.lemoine@bellecour.example/checkMemberGroups"
    _, body, _ = await client.ask(path, body={"groupIds": [HELPDESK_GROUP, "other"]})
    assert body["value"] == [HELPDESK_GROUP]
    assert (await client.ask(path, body={"groupIds": ["x"] * 21}))[0] == 400


async def test_batch_parts_fail_alone(client: Client) -> None:
    parts = [
        {"id": "a", "method": "GET", "url": f"/users/{CAMILLE}?$select=id"},
        {"id": "b", "method": "GET", "url": "/users/nobody@bellecour.example"},
    ]
    status, body, _ = await client.ask("/v1.0/$batch", body={"requests": parts})
    assert status == 200
    assert {part["id"]: part["status"] for part in body["responses"]} == {"a": 200, "b": 404}
    assert client.tenant.graph.requests == ["POST /v1.0/$batch"]
    assert len(client.tenant.graph.calls) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"requests": []},
        {"requests": [{"id": str(n), "method": "GET", "url": "/subscribedSkus"} for n in range(21)]},
        {"requests": [{"id": "1", "method": "GET", "url": "/subscribedSkus"}] * 2},
    ],
)
async def test_wrong_batch_is_refused_whole(client: Client, body: object) -> None:
    assert (await client.ask("/v1.0/$batch", body=body))[0] == 400


async def test_throttling_ends_after_its_times(client: Client) -> None:
    client.tenant.graph.throttle(2, path="/subscribedSkus", retry_after="7")
    status, body, headers = await client.ask("/v1.0/subscribedSkus")
    assert (status, headers["Retry-After"], body["error"]["code"]) == (429, "7", "TooManyRequests")
    assert (await client.ask(f"/v1.0/users/{CAMILLE}"))[0] == 200
    assert (await client.ask("/v1.0/subscribedSkus"))[0] == 429
    assert (await client.ask("/v1.0/subscribedSkus"))[0] == 200
