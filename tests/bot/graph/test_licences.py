import csv
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact import UNKNOWN, VOCABULARY
from bot.graph.licences import FACTS, licence_findings, plan_ids
from tests.support.reference import reference

TEAMS = "57ff2da0-773e-42df-b2af-ffb7a2317929"
TEAMS_GOV = "304767db-7d23-49e8-a945-4a7eb65f9f28"
PHONE = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
PHONE_SMB = "ed777b71-af04-42ca-9798-84344c66f7c6"
PHONE_GOV = "db23fce2-a974-42ef-9002-d78dd42a0f22"
VIRTUAL = "f47330e9-c134-43b3-9993-e7f004506889"
CALLING = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"
OTHER = "efb87545-963c-4e0d-99df-69c6916d9eb0"

Json = dict[str, Any]


def sku(name: str, **plans: str | None) -> Json:
    """One licenseDetails row; keyword → plan by the names below, value → provisioningStatus."""
    ids = {
        "teams": TEAMS,
        "teams_gov": TEAMS_GOV,
        "phone": PHONE,
        "phone_smb": PHONE_SMB,
        "phone_gov": PHONE_GOV,
        "virtual": VIRTUAL,
        "calling": CALLING,
        "other": OTHER,
    }
    rows = [{"servicePlanId": ids[plan], "provisioningStatus": status} for plan, status in plans.items()]
    return {"skuId": f"id-{name}", "skuPartNumber": name, "servicePlans": rows}


def given_by(
    name: str, group: str | None = None, state: str = "Active", *off: str, error: str = "None"
) -> Json:
    return {
        "skuId": f"id-{name}",
        "assignedByGroup": group,
        "state": state,
        "disabledPlans": list(off),
        "error": error,
    }


def plan(plan_id: str, state: str) -> Json:
    return {"servicePlanId": plan_id, "capabilityStatus": state}


E5 = sku("SPE_E5", teams="Success", phone="Success", other="Success")
E3 = sku("SPE_E3", teams="Success", other="Success")
E5_EEA = sku("E5_no_Teams", phone="Success", other="Success")
TEAMS_EEA = sku("Microsoft_Teams_EEA_New", teams="Success")
MCOEV = sku("MCOEV", phone="Success")

# name: licenseDetails, what else the user's own resource says, (teams, teams_phone)
SITUATIONS: dict[str, tuple[list[Json], Json, tuple[str, str]]] = {
    "everything in one product": ([E5], {}, ("ok", "ok")),
    "two products together": ([E3, MCOEV], {}, ("ok", "ok")),
    "suite without telephony": ([E3], {}, ("ok", "missing")),
    "no licence at all": ([], {}, ("missing", "missing")),
    "EEA suite without Teams": ([E5_EEA], {}, ("missing", "ok")),
    "EEA suite with Teams beside it": ([E5_EEA, TEAMS_EEA], {}, ("ok", "ok")),
    "telephony without Teams": ([MCOEV], {}, ("missing", "ok")),
    "telephony with calling plan only": (
        [sku("MCOTEAMS_ESSENTIALS", phone="Success", calling="Success")],
        {},
        ("missing", "ok"),
    ),
    "shared device": ([sku("MCOCAP", teams="Success", phone="Success")], {}, ("ok", "ok")),
    "resource account licence": (
        [E3, sku("PHONESYSTEM_VIRTUALUSER", virtual="Success")],
        {},
        ("ok", "missing"),
    ),
    "small business telephony": ([E3, sku("MCOEVSMB_1", phone_smb="Success")], {}, ("ok", "ok")),
    "government cloud": ([sku("G5", teams_gov="Success", phone_gov="Success")], {}, ("ok", "ok")),
    "Teams switched off": ([sku("SPE_E5", teams="Disabled", phone="Success")], {}, ("disabled_plan", "ok")),
    "telephony switched off": (
        [sku("SPE_E5", teams="Success", phone="Disabled")],
        {},
        ("ok", "disabled_plan"),
    ),
    "switched off here, given there": (
        [sku("SPE_E5", teams="Disabled", phone="Success"), TEAMS_EEA],
        {},
        ("ok", "ok"),
    ),
    "waiting for provisioning": (
        [sku("SPE_E5", teams="PendingProvisioning", phone="PendingInput")],
        {},
        ("pending", "pending"),
    ),
    "waiting for activation": ([E3, sku("MCOEV", phone="PendingActivation")], {}, ("ok", "pending")),
    "pending beats switched off": (
        [sku("A", teams="Disabled"), sku("B", teams="PendingProvisioning"), MCOEV],
        {},
        ("pending", "ok"),
    ),
    "plan in error": ([sku("SPE_E5", teams="Error", phone="Success")], {}, ("missing", "ok")),
    "error beats switched off": (
        [sku("A", teams="Disabled"), sku("B", teams="Error")],
        {},
        ("missing", "missing"),
    ),
    "error here, good there": ([sku("A", phone="Error"), E5], {}, ("ok", "ok")),
    "subscription suspended": ([E5], {"assignedPlans": [plan(PHONE, "Suspended")]}, ("ok", "missing")),
    "subscription locked out": (
        [E5],
        {"assignedPlans": [plan(TEAMS, "LockedOut"), plan(PHONE, "LockedOut")]},
        ("missing", "missing"),
    ),
    "expiring subscription still works": ([E5], {"assignedPlans": [plan(TEAMS, "Warning")]}, ("ok", "ok")),
    "old entry deleted, new one good": (
        [E5],
        {"assignedPlans": [plan(TEAMS, "Deleted"), plan(TEAMS, "Enabled")]},
        ("ok", "ok"),
    ),
    "only a deleted entry": ([E5], {"assignedPlans": [plan(TEAMS.upper(), "Deleted")]}, ("missing", "ok")),
    "upper case ids and words": (
        [{"skuId": "X", "servicePlans": [{"servicePlanId": TEAMS.upper(), "provisioningStatus": "SUCCESS"}]}],
        {},
        ("ok", "missing"),
    ),
    "status that nobody knows": ([sku("A", teams="Teleporting", phone="Success")], {}, (UNKNOWN, "ok")),
    "status that is null": ([sku("A", teams=None), MCOEV], {}, (UNKNOWN, "ok")),
    "plans that are null": (
        [{"skuId": None, "servicePlans": None}],
        {"assignedPlans": None},
        ("missing", "missing"),
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation_is_judged_right(name: str) -> None:
    details, user, expected = SITUATIONS[name]
    found = licence_findings(details, user)
    seen = tuple(found.values.get(fact, UNKNOWN) for fact in FACTS[:2])
    assert seen == expected


@pytest.mark.parametrize(
    ("details", "user", "note", "says"),
    [
        ([sku("SPE_E5", teams="Error")], {}, "teams_reason", "SPE_E5 could not be set up (error)"),
        ([E5], {"assignedPlans": [plan(PHONE, "Suspended")]}, "teams_phone_reason", "suspended"),
        ([E3, sku("V", virtual="Success")], {}, "teams_phone_reason", "resource accounts"),
        (
            [E3],
            {"licenseAssignmentStates": [given_by("MCOEV", "g", "Error", error="CountViolation")]},
            "teams_phone_reason",
            "CountViolation",
        ),
        ([sku("SPE_E5", phone="Disabled")], {}, "teams_phone_reason", "switched off in SPE_E5"),
        ([E3, MCOEV], {}, "licences", "SPE_E3, MCOEV"),
        ([E5, sku("MCOPSTN1", calling="Success")], {}, "calling_plan", "MCOPSTN1"),
    ],
)
def test_reason_is_told_with_verdict(details: list[Json], user: Json, note: str, says: str) -> None:
    assert says in licence_findings(details, user).account[note]


@pytest.mark.parametrize(
    ("details", "states", "expected"),
    [
        ([E5], [given_by("SPE_E5")], "user"),
        ([E5], [given_by("SPE_E5", "group")], "group"),
        ([E5], [given_by("FLOW_FREE"), given_by("SPE_E5", "group")], "group"),
        ([E5], [given_by("SPE_E5", "group", "Error"), given_by("SPE_E5")], "user"),
        ([E5], [given_by("SPE_E5", None, "Active", TEAMS), given_by("SPE_E5", "group")], "group"),
        ([E5], [given_by("SPE_E5"), given_by("SPE_E5", "group")], "user"),
        ([E3, sku("MCOEV", phone="Error")], [given_by("SPE_E3"), given_by("MCOEV", "group")], "group"),
        ([], [given_by("SPE_E5", "group", "Error", error="CountViolation")], "group"),
        ([E5], [], UNKNOWN),
        ([], [given_by("FLOW_FREE")], UNKNOWN),
    ],
)
def test_assignment_is_that_of_plan(details: list[Json], states: list[Json], expected: str) -> None:
    found = licence_findings(details, {"licenseAssignmentStates": states})
    assert found.values.get(FACTS[2], UNKNOWN) == expected
    assert (FACTS[2] in found.not_checked) == (expected == UNKNOWN)


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([TEAMS, PHONE, "Success"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "skuId",
                    "servicePlans",
                    "servicePlanId",
                    "provisioningStatus",
                    "assignedPlans",
                    "capabilityStatus",
                ]
            )
            | st.sampled_from(["licenseAssignmentStates", "state", "disabledPlans"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_OBJECT = st.dictionaries(
    st.sampled_from(["skuId", "servicePlans", "assignedPlans", "licenseAssignmentStates"]), _ANY, max_size=4
)


@given(st.lists(_OBJECT, max_size=3), _OBJECT)
def test_no_answer_can_crash_it(details: list[Json], user: Json) -> None:
    found = licence_findings(details, user)
    assert set(found.values) | set(found.not_checked) == set(FACTS)
    assert all(VOCABULARY[fact].accepts(value) for fact, value in found.values.items())


def test_plan_ids_match_published_table() -> None:
    with reference("teams-phone-skus.csv").open(encoding="utf-8") as file:
        published = {(row["service_plan"], row["service_plan_id"]) for row in csv.DictReader(file)}
    ids = plan_ids()
    for table in (ids.teams, ids.teams_phone, ids.virtual_user, ids.calling_plan):
        assert set(table.items()) <= published
