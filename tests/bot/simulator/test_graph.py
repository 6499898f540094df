import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator.directory import HELPDESK_GROUP
from bot.simulator.quirks import real_limits
from tests.support.graphclient import GraphCaller, graph_caller
from tests.support.tenant import CAMILLE, CLIENT


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[GraphCaller]:
    async with graph_caller(tmp_path) as caller:
        yield caller


async def test_user_has_basic_properties_only(client: GraphCaller) -> None:
    status, body, headers = await client.ask(f"/v1.0/users/{CAMILLE}")
    assert (status, body["displayName"]) == (200, "Camille Fournier")
    assert "accountEnabled" not in body
    assert headers["client-request-id"] == "mine"


async def test_select_gives_what_was_named(client: GraphCaller) -> None:
    query = {"$select": "id,accountEnabled"}
    _, body, _ = await client.ask(f"/v1.0/users/{client.tenant.camille.id}", query=query)
    body.pop("@odata.context")
    assert body == {"id": client.tenant.camille.id, "accountEnabled": True}


async def test_unknown_property_cannot_be_selected(client: GraphCaller) -> None:
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
async def test_unknown_person_is_not_found(client: GraphCaller, path: str) -> None:
    status, body, _ = await client.ask(path)
    assert (status, body["error"]["code"]) == (404, "Request_ResourceNotFound")
    assert set(body["error"]) == {"code", "message", "innerError"}


async def test_quoted_address_finds_the_person(client: GraphCaller) -> None:
    status, body, _ = await client.ask(f"/v1.0/users('{CAMILLE}')")
    assert (status, body["id"]) == (200, client.tenant.camille.id)


async def test_unknown_path_is_bad_request(client: GraphCaller) -> None:
    status, body, _ = await client.ask("/v1.0/cats")
    assert (status, body["error"]["message"]) == (400, "Resource not found for the segment 'cats'.")
    assert (await client.ask("/v7/users/x"))[0] == 400


@pytest.mark.parametrize("token", ["", "rubbish", "foreign", "expired"])
async def test_only_valid_bearers_are_served(client: GraphCaller, token: str) -> None:
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
async def test_missing_permission_is_forbidden(client: GraphCaller, permission: str, path: str) -> None:
    client.tenant.login.permissions.remove(permission)
    assert (await client.ask(path))[0] == 403


async def test_v1_lists_interactive_sign_ins_only(client: GraphCaller) -> None:
    user = client.tenant.camille
    query = {"$filter": f"userId eq '{user.id}' and createdDateTime ge 2026-01-01T00:00:00Z"}
    _, body, _ = await client.ask("/v1.0/auditLogs/signIns", query=query)
    assert [row["isInteractive"] for row in body["value"]] == [True]


async def test_beta_lists_sign_ins_by_type(client: GraphCaller) -> None:
    only = "signInEventTypes/any(t: t eq 'nonInteractiveUser')"
    query = {"$filter": f"{only} and userId eq '{client.tenant.camille.id}'"}
    _, body, _ = await client.ask("/beta/auditLogs/signIns", query=query)
    assert [row["signInEventTypes"] for row in body["value"]] == [["nonInteractiveUser"]]
    assert (await client.ask("/v1.0/auditLogs/signIns", query=query))[0] == 400


async def test_old_sign_ins_can_be_left_out(client: GraphCaller) -> None:
    query = {"$filter": "createdDateTime ge 2099-01-01T00:00:00Z"}
    assert (await client.ask("/v1.0/auditLogs/signIns", query=query))[1]["value"] == []
    assert (await client.ask("/v1.0/auditLogs/signIns", query={"$filter": "a gt 1"}))[0] == 400


async def test_long_lists_come_in_pages(client: GraphCaller) -> None:
    client.tenant.graph.page_size = 1
    path, seen = "/v1.0/admin/serviceAnnouncement/healthOverviews?$expand=issues", []
    while path:
        _, body, _ = await client.ask(path)
        seen += [row["service"] for row in body["value"]]
        path = body.get("@odata.nextLink", "").removeprefix(client.tenant.graph.url)
    assert seen == ["Exchange Online", "Microsoft Teams"]


async def test_incident_shows_in_health_and_issues(client: GraphCaller) -> None:
    client.tenant.directory.declare("serviceInterruption", "Teams is down")
    _, health, _ = await client.ask("/v1.0/admin/serviceAnnouncement/healthOverviews?$expand=issues")
    _, issues, _ = await client.ask("/v1.0/admin/serviceAnnouncement/issues")
    teams = health["value"][1]
    assert teams["status"] == "serviceInterruption"
    assert teams["issues"] == issues["value"]
    assert issues["value"][0]["title"] == "Teams is down"


async def test_stock_counts_seats_in_use(client: GraphCaller) -> None:
    _, body, _ = await client.ask("/v1.0/subscribedSkus")
    phone = next(row for row in body["value"] if row["skuPartNumber"] == "MCOEV")
    assert (phone["consumedUnits"], phone["prepaidUnits"]["enabled"]) == (4, 25)


async def test_number_tells_its_kind(client: GraphCaller) -> None:
    query = {"$filter": f"assignmentTargetId eq '{client.tenant.camille.id}'"}
    path = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments"
    _, body, _ = await client.ask(path, query=query)
    assert [row["numberType"] for row in body["value"]] == ["directRouting"]


async def test_member_groups_are_those_asked_for(client: GraphCaller) -> None:
    path = "/v1.0/users/sacha.lemoine@bellecour.example/checkMemberGroups"
    _, body, _ = await client.ask(path, body={"groupIds": [HELPDESK_GROUP, "other"]})
    assert body["value"] == [HELPDESK_GROUP]
    assert (await client.ask(path, body={"groupIds": ["x"] * 21}))[0] == 400


async def test_batch_parts_fail_alone(client: GraphCaller) -> None:
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
        {"requests": ["rubbish"]},
        {"requests": [{"id": "1", "method": "GET"}]},
        [],
        {"requests": [{"id": str(n), "method": "GET", "url": "/subscribedSkus"} for n in range(21)]},
        {"requests": [{"id": "1", "method": "GET", "url": "/subscribedSkus"}] * 2},
    ],
)
async def test_wrong_batch_is_refused_whole(client: GraphCaller, body: object) -> None:
    assert (await client.ask("/v1.0/$batch", body=body))[0] == 400


async def test_throttling_ends_after_its_times(client: GraphCaller) -> None:
    client.tenant.graph.throttle(2, path="/subscribedSkus", retry_after="7")
    status, body, headers = await client.ask("/v1.0/subscribedSkus")
    assert (status, headers["Retry-After"], body["error"]["code"]) == (429, "7", "TooManyRequests")
    assert (await client.ask(f"/v1.0/users/{CAMILLE}"))[0] == 200
    assert (await client.ask("/v1.0/subscribedSkus"))[0] == 429
    assert (await client.ask("/v1.0/subscribedSkus"))[0] == 200


async def test_permission_can_be_taken_away_at_once(client: GraphCaller) -> None:
    token = client.tenant.login.token(client.tenant.graph.url, CLIENT)
    assert (await client.ask("/v1.0/auditLogs/signIns", token=token))[0] == 200
    client.tenant.graph.denied.add("AuditLog.Read.All")
    status, body, _ = await client.ask("/v1.0/auditLogs/signIns", token=token)
    assert (status, body["error"]["code"]) == (403, "Authentication_MSGraphPermissionMissing")
    assert "AuditLog.Read.All" in body["error"]["message"]


async def test_tenant_without_premium_has_no_log(client: GraphCaller) -> None:
    client.tenant.directory.premium = False
    status, body, _ = await client.ask("/v1.0/auditLogs/signIns")
    assert (status, "NonPremium" in body["error"]["code"]) == (403, True)


async def test_ended_token_is_refused_another_works(client: GraphCaller) -> None:
    old = client.tenant.login.token(client.tenant.graph.url, CLIENT)
    assert (await client.ask("/v1.0/subscribedSkus", token=old))[0] == 200
    client.tenant.graph.expire_tokens()
    status, _, headers = await client.ask("/v1.0/subscribedSkus", token=old)
    assert (status, "WWW-Authenticate" in headers) == (401, True)
    assert (await client.ask("/v1.0/subscribedSkus"))[0] == 200


async def test_one_part_of_a_batch_can_fail(client: GraphCaller) -> None:
    client.tenant.graph.fail(1, path="/subscribedSkus", status=500)
    client.tenant.graph.throttle(1, path="/licenseDetails", retry_after="3")
    urls = ["/subscribedSkus", f"/users/{CAMILLE}/licenseDetails", f"/users/{CAMILLE}"]
    parts = [{"id": str(n), "method": "GET", "url": url} for n, url in enumerate(urls)]
    _, body, _ = await client.ask("/v1.0/$batch", body={"requests": parts})
    answers = {part["id"]: part for part in body["responses"]}
    assert [answers[str(n)]["status"] for n in range(3)] == [500, 429, 200]
    assert answers["1"]["headers"]["Retry-After"] == "3"


async def test_rate_of_an_api_is_kept(client: GraphCaller) -> None:
    client.tenant.graph.limits = real_limits()
    statuses = [(await client.ask("/v1.0/auditLogs/signIns"))[0] for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert (await client.ask("/v1.0/subscribedSkus"))[0] == 200


async def test_nulls_and_unknown_members_come_through(client: GraphCaller) -> None:
    client.tenant.graph.nulls = {"usageLocation"}
    client.tenant.graph.novel = {"status"}
    _, user, _ = await client.ask(f"/v1.0/users/{CAMILLE}", query={"$select": "usageLocation"})
    _, health, _ = await client.ask("/v1.0/admin/serviceAnnouncement/healthOverviews")
    assert user["usageLocation"] is None
    assert {row["status"] for row in health["value"]} == {"unknownFutureValue"}


async def test_every_request_waits_its_latency(client: GraphCaller) -> None:
    client.tenant.graph.latency = timedelta(milliseconds=60)
    began = time.monotonic()
    await client.ask("/v1.0/subscribedSkus")
    assert time.monotonic() - began >= 0.06


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ("", 4),
        ("assignedLicenses/any(s:s/skuId eq E43B5B99-8dfb-405f-9987-dc307f34bcbd)", 4),
        ("assignedLicenses/any(s:s/skuId eq 00000000-0000-0000-0000-000000000000)", 0),
        ("startswith(userPrincipalName,'Camille')", 1),
    ],
)
async def test_people_can_be_filtered(client: GraphCaller, wanted: str, count: int) -> None:
    query = {"$filter": wanted} if wanted else {}
    _, body, _ = await client.ask("/v1.0/users", query=query)
    assert len(body["value"]) == count


async def test_unknown_filter_of_people_is_refused(client: GraphCaller) -> None:
    status, body, _ = await client.ask("/v1.0/users", query={"$filter": "mood eq 'good'"})
    assert (status, body["error"]["code"]) == (400, "Request_UnsupportedQuery")


async def test_policy_names_want_a_permission(client: GraphCaller) -> None:
    client.tenant.directory.log(CAMILLE, 53003, "Blocked.", policy="Bloquer le code")
    query = {"$filter": "signInEventTypes/any(t: t eq 'nonInteractiveUser')"}
    for denied, names in ((set[str](), ["Bloquer le code"]), ({"Policy.Read.ConditionalAccess"}, [])):
        client.tenant.graph.denied = denied
        _, body, _ = await client.ask("/beta/auditLogs/signIns", query=query)
        newest = body["value"][0]
        assert [row["displayName"] for row in newest["appliedConditionalAccessPolicies"]] == names
        assert newest["conditionalAccessStatus"] == "failure"
    assert (await client.ask("/v1.0/identity/conditionalAccess/policies"))[0] == 403


async def test_lists_of_a_tenant_can_be_read(client: GraphCaller) -> None:
    client.tenant.directory.log(CAMILLE, 53003, "Blocked.", policy="Bloquer le code")
    policies = await client.get("/v1.0/identity/conditionalAccess/policies?$select=displayName")
    groups = await client.get("/v1.0/groups?$top=2&$select=id")
    configurations = await client.get("/v1.0/admin/teams/userConfigurations?$top=1")
    assert policies["value"] == [{"displayName": "Bloquer le code"}]
    assert len(groups["value"]) == 2
    assert "@odata.nextLink" in configurations
