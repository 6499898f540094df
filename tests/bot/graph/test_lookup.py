import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.fact import UNKNOWN, VOCABULARY, Source
from bot.domain.reason import read_reason
from bot.graph.client import GraphClient, connect
from bot.graph.errors import GraphError
from bot.graph.limits import limits
from bot.graph.lookup import FACTS, Lookup, look_up, member_of
from bot.simulator.directory import HELPDESK_GROUP, PHONE_SKU, TEAMS_SKU
from tests.support.tenant import CAMILLE, Tenant

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEALTHY = {
    "account.enabled": "yes",
    "licence.teams": "ok",
    "licence.teams_phone": "ok",
    "licence.assigned_by": "group",
    "account.signin": "ok",
    "voice.enabled": "yes",
    "voice.calling": "direct_routing",
    "policy.phone": "ok",
    "service_health.teams": "ok",
}


def values(lookup: Lookup) -> dict[str, object]:
    return {fact.id: fact.value for fact in lookup.facts}


async def test_healthy_person_has_every_fact(graph: GraphClient) -> None:
    lookup = await look_up(graph, CAMILLE)
    assert lookup.found
    assert values(lookup) == HEALTHY
    assert lookup.not_checked == {}
    assert {(fact.source, fact.by) for fact in lookup.facts} == {(Source.looked_up, "graph")}
    assert all(VOCABULARY[fact.id].accepts(fact.value) for fact in lookup.facts)


async def test_account_tells_who_it_is(graph: GraphClient, tenant: Tenant) -> None:
    account = (await look_up(graph, CAMILLE)).account
    assert account["display_name"] == "Camille Fournier"
    assert account["object_id"] == tenant.camille.id
    assert account["phone_number"] == "+33478420017"
    assert account["licences"] == "Microsoft_365_E3_(no_Teams), Microsoft_Teams_EEA_New, MCOEV"


async def test_object_id_finds_the_same(graph: GraphClient, tenant: Tenant) -> None:
    assert values(await look_up(graph, tenant.camille.id)) == HEALTHY


async def test_whole_look_up_takes_three_requests(graph: GraphClient, tenant: Tenant) -> None:
    await look_up(graph, CAMILLE)
    assert sorted(tenant.graph.requests) == [
        "GET /beta/auditLogs/signIns",
        "POST /v1.0/$batch",
        "POST /v1.0/$batch",
    ]


@pytest.mark.parametrize("who", ["nobody@bellecour.example", "", " ", "..", "x#y?z@bellecour.example"])
async def test_unknown_person_is_not_found(graph: GraphClient, who: str) -> None:
    assert await look_up(graph, who) == Lookup(found=False)


BREAKAGES: dict[str, tuple[Callable[[Tenant], object], dict[str, str]]] = {
    "disabled": (
        lambda t: t.directory.disable(CAMILLE),
        {"account.enabled": "no", "account.signin": "failed"},
    ),
    "no Teams": (
        lambda t: t.directory.remove_licence(CAMILLE, TEAMS_SKU),
        {"licence.teams": "missing", "licence.assigned_by": "user"},
    ),
    "no telephony": (
        lambda t: t.directory.remove_licence(CAMILLE, PHONE_SKU),
        {"licence.teams_phone": "missing"},
    ),
    "pending": (
        lambda t: t.directory.provision(CAMILLE, "MCOEV", "PendingProvisioning"),
        {"licence.teams_phone": "pending", "licence.assigned_by": "user"},
    ),
    "conditional access": (
        lambda t: t.directory.log(CAMILLE, 53003, "Blocked", policy="Bloquer le code"),
        {"account.signin": "blocked_ca"},
    ),
    "no sign-in at all": (lambda t: t.camille.sign_ins.clear(), {"account.signin": UNKNOWN}),
    "not voice-enabled": (lambda t: setattr(t.camille, "voice_enabled", False), {"voice.enabled": "no"}),
    "no number": (lambda t: setattr(t.camille, "number", None), {"voice.calling": "none"}),
    "calling plan": (
        lambda t: setattr(t.camille, "number_type", "callingPlan"),
        {"voice.calling": "calling_plan"},
    ),
    "calls forbidden": (
        lambda t: t.camille.policies.update(TeamsCallingPolicy="DisallowCalling"),
        {"policy.phone": "blocks"},
    ),
    "outage": (lambda t: t.directory.declare("serviceInterruption"), {"service_health.teams": "outage"}),
}


@pytest.mark.parametrize("name", BREAKAGES)
async def test_breakage_changes_its_facts_only(graph: GraphClient, tenant: Tenant, name: str) -> None:
    damage, changed = BREAKAGES[name]
    damage(tenant)
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup) == HEALTHY | changed
    assert set(lookup.not_checked) == {fact for fact, value in changed.items() if value == UNKNOWN}


@pytest.mark.parametrize(
    ("permissions", "facts"),
    [
        (["AuditLog.Read.All"], ["account.signin"]),
        (["ServiceHealth.Read.All"], ["service_health.teams"]),
        (["TeamsUserConfiguration.Read.All"], ["voice.enabled", "policy.phone"]),
        (["TeamsTelephoneNumber.Read.All"], ["voice.calling"]),
        (
            ["TeamsUserConfiguration.Read.All", "TeamsTelephoneNumber.Read.All"],
            ["voice.enabled", "voice.calling", "policy.phone"],
        ),
    ],
)
async def test_missing_permission_is_not_checked(
    tenant: Tenant, permissions: list[str], facts: list[str]
) -> None:
    tenant.login.permissions -= set(permissions)
    graph = connect(tenant.settings())
    lookup = await look_up(graph, CAMILLE)
    await graph.close()
    assert values(lookup) == HEALTHY | dict.fromkeys(facts, UNKNOWN)
    assert set(lookup.not_checked) == set(facts)


@pytest.mark.parametrize(
    ("permission", "facts"),
    [
        ("AuditLog.Read.All", ["account.signin"]),
        ("User.Read.All", ["account.enabled", "licence.assigned_by"]),
        ("ServiceHealth.Read.All", ["service_health.teams"]),
        ("TeamsUserConfiguration.Read.All", ["voice.enabled", "policy.phone"]),
        ("TeamsTelephoneNumber.Read.All", ["voice.calling"]),
    ],
)
async def test_missing_permission_is_named(
    graph: GraphClient, tenant: Tenant, permission: str, facts: list[str]
) -> None:
    tenant.graph.denied = {permission, "Directory.Read.All"}
    lookup = await look_up(graph, tenant.camille.id)
    assert {read_reason(lookup.not_checked[fact]).permission for fact in facts} == {permission}
    assert set(lookup.not_checked) == set(facts)


async def test_name_without_permission_tells_licences_only(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.denied = {"User.Read.All", "Directory.Read.All"}
    lookup = await look_up(graph, CAMILLE)
    assert set(lookup.not_checked) == set(FACTS) - {"licence.teams", "licence.teams_phone"}
    assert {read_reason(why).permission for why in lookup.not_checked.values()} == {"User.Read.All"}


async def test_no_permission_at_all_checks_nothing(tenant: Tenant) -> None:
    tenant.login.permissions.clear()
    graph = connect(tenant.settings())
    lookup = await look_up(graph, CAMILLE)
    await graph.close()
    assert lookup.found
    assert values(lookup) == dict.fromkeys(FACTS, UNKNOWN)
    assert set(lookup.not_checked) == set(FACTS)


async def test_site_tells_way_out_for_want(tenant: Tenant) -> None:
    tenant.login.permissions.remove("TeamsTelephoneNumber.Read.All")
    graph = connect(tenant.settings())
    lookup = await look_up(graph, CAMILLE, site_calling="operator_connect")
    await graph.close()
    assert values(lookup)["voice.calling"] == "operator_connect"
    assert lookup.not_checked == {}


async def test_throttled_part_is_not_checked(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(99, path="/auditLogs/signIns", retry_after="40")
    began = time.monotonic()
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup) == HEALTHY | {"account.signin": UNKNOWN}
    assert "busy" in lookup.not_checked["account.signin"]
    assert time.monotonic() - began < 5


async def test_short_throttling_costs_no_fact(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(1, path="/licenseDetails", retry_after="0.1")
    tenant.graph.throttle(1, path="/userConfigurations", retry_after="0.1")
    assert values(await look_up(graph, CAMILLE)) == HEALTHY


async def test_incident_is_named(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.declare("serviceDegradation", "Phones cannot sign in")
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup)["service_health.teams"] == "degraded"
    assert lookup.account["service_issue"].endswith("Phones cannot sign in")


async def test_dead_graph_raises(tenant: Tenant) -> None:
    graph = connect(tenant.settings())
    await tenant.graph.close()
    with pytest.raises(GraphError, match="cannot be reached"):
        await look_up(graph, CAMILLE)
    await graph.close()


async def test_membership_follows_the_directory(graph: GraphClient, tenant: Tenant) -> None:
    sacha = tenant.directory.find("sacha.lemoine@bellecour.example").id
    assert await member_of(graph, sacha, HELPDESK_GROUP.upper()) is False
    assert await member_of(graph, sacha, HELPDESK_GROUP)
    assert not await member_of(graph, tenant.camille.id, HELPDESK_GROUP)
    assert not await member_of(graph, "nobody", HELPDESK_GROUP)


async def test_membership_without_answer_raises(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(9, retry_after="99")
    with pytest.raises(GraphError):
        await member_of(graph, tenant.camille.id, HELPDESK_GROUP)


async def test_object_id_takes_one_round(graph: GraphClient, tenant: Tenant) -> None:
    await look_up(graph, tenant.camille.id)
    assert sorted(tenant.graph.requests) == ["GET /beta/auditLogs/signIns", "POST /v1.0/$batch"]


async def test_stranger_by_object_id_is_not_found(graph: GraphClient) -> None:
    assert await look_up(graph, "00000000-0000-0000-0000-000000000000") == Lookup(found=False)


async def test_good_health_is_kept_with_its_age(graph: GraphClient, tenant: Tenant) -> None:
    before = await look_up(graph, CAMILLE, now=NOON)
    after = await look_up(graph, CAMILLE, now=NOON + timedelta(seconds=9))
    asked = [call for call in tenant.graph.calls if "healthOverviews" in call]
    assert len(asked) == 1
    assert values(after) == values(before) == HEALTHY
    health = {fact.id: fact for fact in after.facts}["service_health.teams"]
    assert health.at is not None
    assert NOON < health.at < NOON + timedelta(seconds=9)
    assert after.account["service_health_at"] == health.at.isoformat(timespec="seconds")


async def test_outage_is_asked_about_again(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.declare("serviceInterruption")
    assert values(await look_up(graph, CAMILLE))["service_health.teams"] == "outage"
    tenant.directory.all_clear()
    assert values(await look_up(graph, CAMILLE))["service_health.teams"] == "ok"


async def test_look_up_can_be_cited(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.denied = {"AuditLog.Read.All"}
    lookup = await look_up(graph, CAMILLE)
    assert str(uuid.UUID(lookup.account["graph_request_id"])) == lookup.account["graph_request_id"]
    assert re.search(r"AuditLog.Read.All \(request-id [0-9a-f-]{36}\)$", lookup.not_checked["account.signin"])


async def test_success_in_half_the_log_proves_nothing(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.throttle(9, path="/auditLogs/signIns", retry_after="99")
    tenant.graph.troubles[-1].times = 1
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup)["account.signin"] == UNKNOWN
    assert "busy" in lookup.not_checked["account.signin"]


async def test_silence_in_half_the_log_proves_nothing(graph: GraphClient, tenant: Tenant) -> None:
    tenant.camille.sign_ins.clear()
    tenant.graph.throttle(1, path="/auditLogs/signIns", retry_after="99")
    assert "busy" in (await look_up(graph, CAMILLE)).not_checked["account.signin"]


@pytest.mark.parametrize("who", ["", " . ", "..", "$count", "$ref"])
async def test_no_name_is_not_asked_about(graph: GraphClient, tenant: Tenant, who: str) -> None:
    assert not (await look_up(graph, who)).found
    assert tenant.graph.requests == []


@pytest.mark.parametrize(
    "upn",
    ["o'brien@x.example", "léa moreau@x.example", "guest_y.example#EXT#@x.example", "a?b&c%20d@x.example"],
)
async def test_odd_names_find_their_person(graph: GraphClient, tenant: Tenant, upn: str) -> None:
    tenant.camille.upn = upn
    lookup = await look_up(graph, upn)
    assert values(lookup) == HEALTHY
    assert lookup.account["upn"] == upn


async def test_phone_hidden_behind_a_computer_is_not_fine(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.log(CAMILLE, 53003, "Blocked", policy="Code")
    for _ in range(120):
        line = tenant.directory.log(CAMILLE)
        line.app, line.system = "Microsoft Teams", "Windows 11"
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup)["account.signin"] == UNKNOWN
    assert "other devices" in lookup.not_checked["account.signin"]


async def test_refusal_in_half_the_log_counts(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.log(CAMILLE, 53003, "Blocked", policy="Code")
    tenant.directory.log(CAMILLE, 53003, "Blocked", policy="Code").interactive = True
    tenant.graph.throttle(1, path="/auditLogs/signIns", retry_after="99")
    assert values(await look_up(graph, CAMILLE))["account.signin"] == "blocked_ca"


async def test_tenant_without_premium_is_told(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.premium = False
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup) == HEALTHY | {"account.signin": UNKNOWN}
    assert "Entra ID P1" in lookup.not_checked["account.signin"]
    assert read_reason(lookup.not_checked["account.signin"]).id == "no_premium"


@pytest.mark.parametrize(
    ("number", "plans", "missed"),
    [("directRouting", [], ""), ("callingPlan", [], "missing"), ("callingPlan", ["MCOPSTN1"], "")],
)
async def test_calling_plan_is_missed_only_where_used(
    graph: GraphClient, tenant: Tenant, number: str, plans: list[str], missed: str
) -> None:
    tenant.camille.number_type = number
    for plan in plans:
        tenant.directory.assign(CAMILLE, plan)
    assert (await look_up(graph, CAMILLE)).account.get("calling_plan_why", "") == missed


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("accountEnabled", ["account.enabled"]),
        ("provisioningStatus", ["licence.teams", "licence.teams_phone"]),
        ("errorCode", ["account.signin"]),
        ("isEnterpriseVoiceEnabled", ["voice.enabled"]),
        ("effectivePolicyAssignments", ["policy.phone"]),
    ],
)
async def test_null_is_not_checked(graph: GraphClient, tenant: Tenant, name: str, facts: list[str]) -> None:
    tenant.graph.nulls = {name}
    lookup = await look_up(graph, CAMILLE)
    assert values(lookup) == HEALTHY | dict.fromkeys(facts, UNKNOWN)
    assert set(lookup.not_checked) == set(facts)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("provisioningStatus", ["licence.teams", "licence.teams_phone"]),
        ("capabilityStatus", ["licence.teams", "licence.teams_phone"]),
        ("status", ["service_health.teams"]),
    ],
)
async def test_value_to_come_is_not_checked(
    graph: GraphClient, tenant: Tenant, name: str, facts: list[str]
) -> None:
    tenant.graph.novel = {name}
    lookup = await look_up(graph, CAMILLE)
    assert {fact: values(lookup)[fact] for fact in facts} == dict.fromkeys(facts, UNKNOWN)
    assert set(facts) <= set(lookup.not_checked)


async def test_broken_graph_answers_at_once(graph: GraphClient, tenant: Tenant) -> None:
    tenant.graph.fail(99)
    for _ in range(limits().breaker.failures):
        with pytest.raises(GraphError):
            await look_up(graph, tenant.camille.id)
    asked, began = len(tenant.graph.requests), time.monotonic()
    with pytest.raises(GraphError, match="does not answer") as caught:
        await look_up(graph, CAMILLE)
    assert time.monotonic() - began < 0.2
    assert len(tenant.graph.requests) == asked
    assert read_reason(str(caught.value)).id == "graph_silent"
