"""What Graph may say of an account and its licences, and what is to be made of it.

Each situation: `licenseDetails`, what else the `user` says, and the facts `licence.teams` and `licence.teams_phone`.
"""

from __future__ import annotations

from typing import Any

from bot.domain.fact import UNKNOWN
from tests.support.products import PRODUCTS

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


def bought(name: str) -> Json:
    """What somebody has who was given a product of Microsoft's list."""
    return PRODUCTS[name].details()


E5 = sku("SPE_E5", teams="Success", phone="Success", other="Success")
E3 = sku("SPE_E3", teams="Success", other="Success")
E5_EEA = sku("E5_no_Teams", phone="Success", other="Success")
TEAMS_EEA = sku("Microsoft_Teams_EEA_New", teams="Success")
MCOEV = sku("MCOEV", phone="Success")

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
        (UNKNOWN, UNKNOWN),
    ),
    "unattended robot licence": ([bought("SPE_E3_RPA1")], {}, ("ok", "missing")),
    "frontline licence": ([bought("SPE_F1")], {}, ("ok", "missing")),
    "room licence": ([bought("Microsoft_Teams_Rooms_Pro")], {}, ("ok", "ok")),
    "basic room licence": ([bought("Microsoft_Teams_Rooms_Basic")], {}, ("ok", "missing")),
    "shared device for faculty": ([bought("MCOCAP_FACULTY")], {}, ("ok", "ok")),
    "calling plan alone": ([bought("MCOPSTN1")], {}, ("missing", "missing")),
    "communications credits alone": ([bought("MCOPSTNC")], {}, ("missing", "missing")),
    "resource account licence alone": ([bought("PHONESYSTEM_VIRTUALUSER")], {}, ("missing", "missing")),
    "EEA suite, Teams still pending": (
        [E5_EEA, sku("Microsoft_Teams_EEA_New", teams="PendingActivation")],
        {},
        ("pending", "ok"),
    ),
    "group had no seat left": (
        [E3],
        {"licenseAssignmentStates": [given_by("MCOEV", "g", "Error", error="CountViolation")]},
        ("ok", "missing"),
    ),
    "two licences exclude each other": (
        [],
        {"licenseAssignmentStates": [given_by("SPE_E5", "g", "Error", error="MutuallyExclusiveViolation")]},
        ("missing", "missing"),
    ),
    "licence depends on another": (
        [E3],
        {"licenseAssignmentStates": [given_by("MCOEV", None, "Error", error="DependencyViolation")]},
        ("ok", "missing"),
    ),
    "licence not sold in that country": (
        [E3],
        {
            "usageLocation": None,
            "licenseAssignmentStates": [
                given_by("MCOEV", "g", "Error", error="ProhibitedInUsageLocationViolation")
            ],
        },
        ("ok", "missing"),
    ),
    "address taken by another account": (
        [],
        {"licenseAssignmentStates": [given_by("SPE_E5", "g", "Error", error="UniquenessViolation")]},
        ("missing", "missing"),
    ),
    "assignment failed without a reason": (
        [E3],
        {"licenseAssignmentStates": [given_by("MCOEV", "g", "Error", error="Other")]},
        ("ok", "missing"),
    ),
    "assignment failed for a reason to come": (
        [E3],
        {"licenseAssignmentStates": [given_by("MCOEV", "g", "ActiveWithError", error="unknownFutureValue")]},
        ("ok", "missing"),
    ),
    "Teams switched off by the group": (
        [sku("SPE_E5", teams="Disabled", phone="Success")],
        {"licenseAssignmentStates": [given_by("SPE_E5", "g", "Active", TEAMS)]},
        ("disabled_plan", "ok"),
    ),
    "account disabled, licences fine": ([E5], {"accountEnabled": False}, ("ok", "ok")),
    "disabled in the organisation's own directory": (
        [E5],
        {"accountEnabled": False, "onPremisesSyncEnabled": True},
        ("ok", "ok"),
    ),
    "leaver: disabled and without licence": ([], {"accountEnabled": False}, ("missing", "missing")),
    "guest of another organisation": ([], {"userType": "Guest"}, ("missing", "missing")),
    "account state not told": ([E5], {"accountEnabled": None}, ("ok", "ok")),
    "capability to come": ([E5], {"assignedPlans": [plan(TEAMS, "unknownFutureValue")]}, (UNKNOWN, "ok")),
}
