import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.simulator import bodies
from bot.simulator.bodies import Body
from bot.simulator.directory import (
    LICENCE_GROUP,
    Issue,
    Licence,
    SignIn,
    User,
    catalogue,
    make_directory,
)
from tests.support.graphclient import graph_caller
from tests.support.reference import graph_problems, reference
from tests.support.tenant import CAMILLE

DIRECTORY = make_directory("tenant")
PERSON = DIRECTORY.users[0]
LINE = SignIn(datetime(2026, 11, 22, 9, 0, tzinfo=UTC), 53003, "Blocked.", policy="Bloquer le code")


def _odd_person() -> User:
    person = make_directory("tenant").users[0]
    person.synced, person.usage_location, person.number = True, None, None
    person.licences[0].state, person.licences[0].error = "Error", "CountViolation"
    person.suspended_plans = {"TEAMS1"}
    return person


BODIES: dict[str, tuple[str, Body]] = {
    "user": ("user", bodies.user(PERSON)),
    "licence": ("licenseDetails", bodies.licence_details(PERSON.licences[0])),
    "stock": ("subscribedSku", bodies.subscribed_sku(DIRECTORY, "SPE_E5", 5)),
    "sign-in": ("signIn", bodies.sign_in(PERSON, PERSON.sign_ins[0])),
    "refusal": ("signIn", bodies.sign_in(PERSON, LINE)),
    "health": ("serviceHealth", bodies.health("Microsoft Teams", "serviceDegradation", [])),
    "issue": ("serviceHealthIssue", bodies.issue(Issue("Trouble"))),
    "calling": ("teamsUserConfiguration", bodies.configuration(DIRECTORY, PERSON)),
    "group": ("group", bodies.group(DIRECTORY, LICENCE_GROUP)),
    "odd user": ("user", bodies.user(_odd_person())),
    "pending": ("licenseDetails", bodies.licence_details(Licence("MCOEV", plans={"MCOEV": "Disabled"}))),
}

# What a client reads on the wire, and of what type each entity there is.
READ: dict[str, str] = {
    f"/users/{CAMILLE}": "user",
    "/users?$select=id,licenseAssignmentStates": "user",
    f"/users/{CAMILLE}/licenseDetails": "licenseDetails",
    "/subscribedSkus": "subscribedSku",
    "/auditLogs/signIns": "signIn",
    "/admin/serviceAnnouncement/healthOverviews?$expand=issues": "serviceHealth",
    "/admin/serviceAnnouncement/issues": "serviceHealthIssue",
    f"/admin/teams/userConfigurations/{CAMILLE}": "teamsUserConfiguration",
    f"/groups/{LICENCE_GROUP}": "group",
    f"/groups/{LICENCE_GROUP}/transitiveMembers": "user",
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_match_the_published_metadata(name: str) -> None:
    type_name, body = BODIES[name]
    assert graph_problems(type_name, body) == []


@pytest.mark.parametrize("path", READ)
async def test_what_is_read_matches_the_metadata(tmp_path: Path, path: str) -> None:
    reference("graph-v1.0-types.csdl.xml")
    async with graph_caller(tmp_path) as client:
        client.tenant.directory.declare("serviceInterruption")
        body = await client.get(f"/v1.0{path}")
    rows = body.get("value", [body])
    assert rows
    for row in rows:
        own = {name: value for name, value in row.items() if not name.startswith("@")}
        assert graph_problems(READ[path], own) == []


async def test_answer_to_a_write_is_a_user(tmp_path: Path) -> None:
    async with graph_caller(tmp_path) as client:
        empty: dict[str, list[str]] = {"addLicenses": [], "removeLicenses": []}
        _, body, _ = await client.ask(f"/v1.0/users/{CAMILLE}/assignLicense", body=empty)
    del body["@odata.context"]
    assert graph_problems("user", body) == []


def test_metadata_check_finds_made_up_property() -> None:
    reference("graph-v1.0-types.csdl.xml")
    assert graph_problems("user", {"isHappy": True}) == ["user.isHappy does not exist"]
    assert graph_problems("serviceHealth", {"status": "great"}) == [
        "serviceHealth.status has no member 'great'"
    ]
    assert graph_problems("signIn", {"createdDateTime": None}) == ["signIn.createdDateTime may not be null"]
    assert graph_problems("signIn", {"createdDateTime": "now"}) == [
        "signIn.createdDateTime is no Edm.DateTimeOffset"
    ]
    assert graph_problems("subscribedSku", {"skuId": "E5", "consumedUnits": True}) == [
        "subscribedSku.skuId is no Edm.Guid",
        "subscribedSku.consumedUnits is no Edm.Int32",
    ]


def test_product_ids_match_published_table() -> None:
    with reference("teams-phone-skus.csv").open(encoding="utf-8") as file:
        published = {(row["sku_part_number"], row["sku_id"]) for row in csv.DictReader(file)}
    calling = {(name, sku.id) for name, sku in catalogue().sku.items() if "MCOEV" in sku.plans}
    assert calling <= published


def test_refused_sign_in_names_its_policy() -> None:
    body = bodies.sign_in(PERSON, LINE)
    assert body["status"]["errorCode"] == 53003
    assert body["appliedConditionalAccessPolicies"][0]["displayName"] == "Bloquer le code"
    assert body["createdDateTime"] == "2026-11-22T09:00:00Z"


def test_event_types_are_in_beta_only() -> None:
    assert "signInEventTypes" not in bodies.sign_in(PERSON, LINE)
    assert bodies.sign_in(PERSON, LINE, beta=True)["signInEventTypes"] == ["nonInteractiveUser"]


def test_switched_off_plan_shows_everywhere() -> None:
    person = make_directory("tenant").users[0]
    person.licences = [Licence("SPE_E5", "group", plans={"MCOEV": "Disabled"})]
    body = bodies.user(person)
    disabled = [catalogue().plans["MCOEV"]]
    assert body["assignedLicenses"][0]["disabledPlans"] == disabled
    assert body["licenseAssignmentStates"][0]["disabledPlans"] == disabled
    assert body["licenseAssignmentStates"][0]["assignedByGroup"] == "group"


def test_person_without_number_has_none() -> None:
    person = make_directory("tenant").users[0]
    person.number = None
    assert bodies.configuration(DIRECTORY, person)["telephoneNumbers"] == []
