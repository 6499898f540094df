"""The directory as Microsoft Graph shows it: one function per resource type, JSON-ready.

Property names and enum members are those of the published v1.0 metadata (CSDL, 2026-08-20).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.simulator.directory import BROKER, Directory, Issue, Licence, SignIn, User, catalogue

Body = dict[str, Any]

_APPS = {
    BROKER: "29d9ed98-a469-4536-ade2-f981bc1d605e",
    "Microsoft Teams": "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
}


def stamp(moment: datetime) -> str:
    """A point in time as Graph writes it (Edm.DateTimeOffset, UTC)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def user(person: User) -> Body:
    """A `user` with every property that the simulated Graph knows."""
    first, _, last = person.name.partition(" ")
    return {
        "id": person.id,
        "businessPhones": [person.number] if person.number else [],
        "displayName": person.name,
        "givenName": first,
        "surname": last,
        "jobTitle": None,
        "mail": person.upn,
        "mobilePhone": None,
        "officeLocation": person.office,
        "preferredLanguage": person.language,
        "userPrincipalName": person.upn,
        "accountEnabled": person.enabled,
        "usageLocation": person.usage_location,
        "userType": "Member",
        "onPremisesSyncEnabled": True if person.synced else None,
        "lastPasswordChangeDateTime": "2026-09-01T07:12:44Z",
        "assignedLicenses": [_assigned(licence) for licence in person.licences if licence.given],
        "assignedPlans": [
            _plan(person, plan) for licence in person.licences if licence.given for plan in licence.plans
        ],
        "licenseAssignmentStates": [_assignment(licence) for licence in person.licences],
    }


def _assigned(licence: Licence) -> Body:
    return {"skuId": catalogue().sku[licence.sku].id, "disabledPlans": _disabled(licence)}


def _disabled(licence: Licence) -> list[str]:
    return [catalogue().plans[plan] for plan, status in licence.plans.items() if status == "Disabled"]


def _plan(person: User, plan: str) -> Body:
    return {
        "assignedDateTime": "2026-01-05T08:00:00Z",
        "capabilityStatus": "Suspended" if plan in person.suspended_plans else "Enabled",
        "service": "MicrosoftCommunicationsOnline" if plan.startswith("MCO") else "TeamspaceAPI",
        "servicePlanId": catalogue().plans[plan],
    }


def _assignment(licence: Licence) -> Body:
    return {
        "skuId": catalogue().sku[licence.sku].id,
        "assignedByGroup": licence.group,
        "disabledPlans": _disabled(licence),
        "state": licence.state,
        "error": licence.error,
        "lastUpdatedDateTime": "2026-01-05T08:00:00Z",
    }


def licence_details(licence: Licence) -> Body:
    """A `licenseDetails`."""
    sku = catalogue().sku[licence.sku]
    return {
        "id": f"{sku.id}-details",
        "skuId": sku.id,
        "skuPartNumber": licence.sku,
        "servicePlans": [
            {
                "servicePlanId": catalogue().plans[plan],
                "servicePlanName": plan,
                "provisioningStatus": status,
                "appliesTo": "User",
            }
            for plan, status in licence.plans.items()
        ],
    }


def subscribed_sku(directory: Directory, name: str, seats: int) -> Body:
    """A `subscribedSku`: what the tenant has bought and how much of it is in use."""
    sku = catalogue().sku[name]
    return {
        "id": f"{directory.tenant}_{sku.id}",
        "accountId": directory.tenant,
        "accountName": "bellecour",
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": directory.consumed(name),
        "prepaidUnits": {"enabled": seats, "lockedOut": 0, "suspended": 0, "warning": 0},
        "servicePlans": licence_details(Licence(name))["servicePlans"],
        "skuId": sku.id,
        "skuPartNumber": name,
        "subscriptionIds": [],
    }


def sign_in(person: User, line: SignIn, *, beta: bool = False) -> Body:
    """A `signIn`; only beta tells of its event types."""
    refused = bool(line.policy)
    body = {
        "id": line.id,
        "createdDateTime": stamp(line.at),
        "userDisplayName": person.name,
        "userPrincipalName": person.upn,
        "userId": person.id,
        "appId": _APPS.get(line.app, ""),
        "appDisplayName": line.app,
        "ipAddress": "198.51.100.17",
        "clientAppUsed": "Mobile Apps and Desktop clients",
        "correlationId": line.id,
        "conditionalAccessStatus": "failure" if refused else "notApplied",
        "isInteractive": line.interactive,
        "resourceDisplayName": line.resource,
        "resourceId": "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
        "status": {
            "errorCode": line.error,
            "failureReason": line.reason or "Other.",
            "additionalDetails": None,
        },
        "deviceDetail": {
            "deviceId": "",
            "displayName": "",
            "operatingSystem": line.system,
            "browser": "",
            "isCompliant": False,
            "isManaged": False,
            "trustType": "",
        },
        "appliedConditionalAccessPolicies": [_refusal(line)] if refused else [],
    }
    kind = "interactiveUser" if line.interactive else "nonInteractiveUser"
    return body | {"signInEventTypes": [kind]} if beta else body


def _refusal(line: SignIn) -> Body:
    return {
        "id": "8f1f7a4e-0000-4000-8000-000000000001",
        "displayName": line.policy,
        "result": "failure",
        "enforcedGrantControls": ["Block"],
        "enforcedSessionControls": [],
    }


def policy(name: str) -> Body:
    """A `conditionalAccessPolicy`, of which only the name matters here."""
    return {"id": "8f1f7a4e-0000-4000-8000-000000000001", "displayName": name, "state": "enabled"}


def health(service: str, status: str, issues: list[Body] | None = None) -> Body:
    """A `serviceHealth`; `issues` only when they were asked for with `$expand`."""
    body: Body = {"id": service.replace(" ", "").lower(), "service": service, "status": status}
    return body if issues is None else body | {"issues": issues}


def issue(incident: Issue) -> Body:
    """A `serviceHealthIssue`."""
    return {
        "id": incident.id,
        "startDateTime": stamp(incident.since),
        "endDateTime": None,
        "lastModifiedDateTime": stamp(incident.since),
        "title": incident.title,
        "service": incident.service,
        "impactDescription": incident.title,
        "classification": incident.classification,
        "origin": "microsoft",
        "status": incident.status,
        "feature": "Devices",
        "featureGroup": "Teams Components",
        "isResolved": incident.resolved,
        "details": [],
        "posts": [],
    }


def configuration(directory: Directory, person: User) -> Body:
    """A `teamsUserConfiguration`."""
    numbers = [{"telephoneNumber": person.number, "assignmentCategory": "primary"}] if person.number else []
    return {
        "id": person.id,
        "tenantId": directory.tenant,
        "userPrincipalName": person.upn,
        "accountType": "user",
        "createdDateTime": "2025-01-06T09:00:00Z",
        "modifiedDateTime": "2026-10-01T09:00:00Z",
        "isEnterpriseVoiceEnabled": person.voice_enabled,
        "featureTypes": ["Teams", *(["PhoneSystem"] if person.has_plan("MCOEV") else [])],
        "telephoneNumbers": numbers,
        "effectivePolicyAssignments": [
            {
                "policyType": kind,
                "policyAssignment": {
                    "displayName": name,
                    "assignmentType": "direct",
                    "policyId": name,
                    "groupId": None,
                },
            }
            for kind, name in person.policies.items()
        ],
    }


def number_assignment(person: User) -> Body:
    """A `numberAssignment`: the number's kind, which the user's configuration does not tell."""
    return {
        "telephoneNumber": person.number,
        "numberType": person.number_type,
        "activationState": "activated",
        "assignmentStatus": "userAssigned",
        "assignmentCategory": "primary",
        "assignmentTargetId": person.id,
        "capabilities": ["userAssignment"],
        "isoCountryCode": "FR",
        "numberSource": "online",
    }


def group(directory: Directory, group_id: str) -> Body:
    """A `group`: an assigned security group."""
    given = directory.group_licences.get(group_id, ())
    return {
        "id": group_id,
        "displayName": directory.groups[group_id],
        "description": None,
        "mail": None,
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": ["DynamicMembership"] if group_id in directory.dynamic_groups else [],
        "onPremisesSyncEnabled": True if group_id in directory.synced_groups else None,
        "assignedLicenses": [{"skuId": catalogue().sku[sku].id, "disabledPlans": []} for sku in given],
    }
