import time
from collections.abc import Callable

import pytest

from bot.domain.fact import UNKNOWN, VOCABULARY, Source
from bot.graph.client import GraphClient, connect
from bot.graph.errors import GraphError
from bot.graph.lookup import FACTS, Lookup, look_up, member_of
from bot.simulator.directory import HELPDESK_GROUP, PHONE_SKU, TEAMS_SKU
from tests.support.tenant import CAMILLE, Tenant

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


async def test_missing_permission_is_named(tenant: Tenant) -> None:
    tenant.login.permissions.remove("AuditLog.Read.All")
    graph = connect(tenant.settings())
    lookup = await look_up(graph, CAMILLE)
    await graph.close()
    assert "AuditLog.Read.All" in lookup.not_checked["account.signin"]


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
