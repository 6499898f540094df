import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact import UNKNOWN, VOCABULARY
from bot.graph.licences import FACTS, licence_findings
from tests.support.products import PLANS, PRODUCTS
from tests.support.situations import (
    E3,
    E5,
    MCOEV,
    PHONE,
    SITUATIONS,
    TEAMS,
    Json,
    bought,
    given_by,
    plan,
    sku,
)


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


@pytest.mark.parametrize("plans", [None, {}, "x", [{}], [{"servicePlanId": None}]])
def test_unread_product_proves_nothing_missing(plans: object) -> None:
    unread = {"skuId": "s", "skuPartNumber": "SPE_E7", "servicePlans": plans}
    found = licence_findings([unread, E3], {})
    assert found.values["licence.teams"] == "ok"
    assert "licence.teams_phone" not in found.values
    assert "SPE_E7" in found.not_checked["licence.teams_phone"]
    assert found.account["teams_phone_why"] == ""


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_product_is_classified(name: str) -> None:
    plans, found = set(PRODUCTS[name].plans), licence_findings([bought(name)], {})
    assert found.values["licence.teams"] == ("ok" if plans & {"TEAMS1", "TEAMS_GOV"} else "missing")
    telephony = plans & {"MCOEV", "MCOEVSMB", "MCOEV_GOV"}
    assert found.values["licence.teams_phone"] == ("ok" if telephony else "missing")
    assert (found.account["teams_phone_why"] == "resource_account") == ("MCOEV_VIRTUALUSER" in plans)
    calling = sorted(plan for plan in plans if plan.startswith("MCOPSTN") and plan != "MCOPSTNC")
    assert found.account["calling_plan"] == ", ".join(calling)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["MCOCAP"], "shared_device"),
        (["Microsoft_Teams_Rooms_Pro"], "room"),
        (["MCOCAP", "SPE_E5"], ""),
        (["SPE_E5"], ""),
        (["MCOCAP", "MCOPSTN1"], "shared_device"),
        ([], ""),
    ],
)
def test_licence_for_devices_is_told(names: list[str], kind: str) -> None:
    assert licence_findings([bought(name) for name in names], {}).account["licence_kind"] == kind


def test_error_is_that_of_assignment_that_failed() -> None:
    states = [
        given_by("A", None, "Active", error="None"),
        given_by("B", "g", "Error", error="CountViolation"),
    ]
    assert (
        licence_findings([], {"licenseAssignmentStates": states}).account["assignment_error"]
        == "CountViolation"
    )
    assert len(PLANS) == 15
