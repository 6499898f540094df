"""The resources that the simulated Microsoft Graph has, the permissions each wants, and what it answers."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from bot.simulator import bodies
from bot.simulator.calls import Body, Call, Problem, bad, resource
from bot.simulator.changes import CHANGES
from bot.simulator.directory import Directory, SignIn

MEMBER_GROUPS_LIMIT: Final = 20

_BASIC: Final = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)


def _user(call: Call) -> Body:
    return call.select(bodies.user(call.read_person()), "user", _BASIC)


_WHO: Final = {
    "sku": re.compile(r"assignedLicenses/any\(\s*(\w+):\s*\1/skuId eq ([0-9a-f-]{36})\s*\)", re.IGNORECASE),
    "name": re.compile(r"startswith\((userPrincipalName|displayName),\s*'([^']*)'\)"),
}


def _users(call: Call) -> Body:
    wanted = call.query.get("$filter", "")
    found = {name: match for name, rule in _WHO.items() if (match := rule.fullmatch(wanted))}
    if wanted and not found:
        raise Problem(
            400, "Request_UnsupportedQuery", f"Unsupported or invalid query filter clause: {wanted}"
        )
    rows = [bodies.user(call.replicas.read(person)) for person in call.directory.users]
    if "sku" in found:
        sku = found["sku"][2].lower()
        rows = [row for row in rows if sku in {held["skuId"] for held in row["assignedLicenses"]}]
    if "name" in found:
        kind, start = found["name"].groups()
        rows = [row for row in rows if row[kind].casefold().startswith(start.casefold())]
    return call.page([call.select(row, "user", _BASIC) for row in rows])


def _licence_details(call: Call) -> Body:
    held = call.read_person().licences
    rows = [bodies.licence_details(licence) for licence in held if licence.given]
    return {"value": [call.select(row, "licenseDetails") for row in rows]}


def _subscribed_skus(call: Call) -> Body:
    stock = call.directory.stock.items()
    rows = [bodies.subscribed_sku(call.directory, name, seats) for name, seats in stock]
    return {"value": [call.select(row, "subscribedSku") for row in rows]}


def _member_groups(call: Call) -> Body:
    groups = call.directory.groups_of(call.read_person())
    wanted = call.body.get("groupIds") if isinstance(call.body, dict) else None
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MEMBER_GROUPS_LIMIT:
        raise bad("groupIds must have between 1 and 20 entries.")
    return {"value": [group for group in wanted if group in groups]}


def _group(call: Call) -> Body:
    return call.select(bodies.group(call.directory, call.group()), "group")


def _groups(call: Call) -> Body:
    return call.page(
        [call.select(bodies.group(call.directory, group), "group") for group in call.directory.groups]
    )


def _members(call: Call) -> Body:
    people = call.directory.members(call.group())
    rows = [call.select(bodies.user(call.replicas.read(person)), "user", _BASIC) for person in people]
    return call.page([{"@odata.type": "#microsoft.graph.user", **row} for row in rows])


_FILTERS: Final = {
    "user": re.compile(r"userId eq '([^']+)'"),
    "since": re.compile(r"createdDateTime ge (\S+)"),
    "types": re.compile(r"signInEventTypes/any\(\s*t:\s*t eq '(\w+)'\s*\)"),
}


def _clauses(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for clause in re.split(r"\s+and\s+", text) if text else ():
        for name, pattern in _FILTERS.items():
            match = pattern.fullmatch(clause.strip())
            if match:
                found[name] = match.group(1)
                break
        else:
            raise Problem(400, "BadRequest", f"Invalid filter clause: {clause}")
    return found


def _wanted(line: SignIn, clauses: dict[str, str]) -> bool:
    wants_interactive = clauses.get("types", "interactiveUser") == "interactiveUser"
    since = clauses.get("since")
    recent = since is None or line.at >= datetime.fromisoformat(since)
    return recent and line.interactive == wants_interactive


_READ_POLICIES: Final = frozenset({"Policy.Read.ConditionalAccess", "Policy.Read.All"})
_NOT_PREMIUM: Final = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


def _sign_ins(call: Call) -> Body:
    if not call.directory.premium:
        raise Problem(403, _NOT_PREMIUM, "Neither tenant is B2C or tenant doesn't have premium license")
    clauses = _clauses(call.query.get("$filter", ""))
    beta = call.version == "beta"
    if "types" in clauses and not beta:
        raise Problem(400, "BadRequest", "Could not find a property named 'signInEventTypes'.")
    hidden: Body = {} if call.permissions & _READ_POLICIES else {"appliedConditionalAccessPolicies": []}
    found = [
        (line.at, bodies.sign_in(person, line, beta=beta) | hidden)
        for person in call.directory.users
        for line in person.sign_ins
        if person.id == clauses.get("user", person.id) and _wanted(line, clauses)
    ]
    return call.page([body for _, body in sorted(found, key=lambda pair: pair[0], reverse=True)])


def _policies(call: Call) -> Body:
    names = sorted(
        {line.policy for person in call.directory.users for line in person.sign_ins if line.policy}
    )
    return call.page([call.select(bodies.policy(name), "conditionalAccessPolicy") for name in names])


def _issues_of(directory: Directory, service: str) -> list[Body]:
    return [bodies.issue(incident) for incident in directory.issues if incident.service == service]


def _health(call: Call) -> Body:
    expand = call.query.get("$expand") == "issues"
    rows = [
        bodies.health(service, status, _issues_of(call.directory, service) if expand else None)
        for service, status in call.directory.health.items()
    ]
    return call.page(rows)


def _issues(call: Call) -> Body:
    return call.page([bodies.issue(incident) for incident in call.directory.issues])


def _configuration(call: Call) -> Body:
    return bodies.configuration(call.directory, call.person())


def _configurations(call: Call) -> Body:
    return call.page([bodies.configuration(call.directory, person) for person in call.directory.users])


def _numbers(call: Call) -> Body:
    match = re.fullmatch(r"assignmentTargetId eq '([^']+)'", call.query.get("$filter", ""))
    rows = [
        bodies.number_assignment(person)
        for person in call.directory.users
        if person.number and (match is None or person.id == match.group(1))
    ]
    return call.page(rows)


_USER: Final = r"/users(?:/|\(')([^/]+?)(?:'\))?"
_HEALTH: Final = "/admin/serviceAnnouncement"
_TEAMS: Final = "/admin/teams"
_READ_USERS: Final = "User.Read.All Directory.Read.All"
_READ_GROUPS: Final = "GroupMember.Read.All Group.Read.All Directory.Read.All GroupMember.ReadWrite.All"

RESOURCES: Final = (
    resource("GET", "/users", _READ_USERS, _users),
    resource("GET", _USER, _READ_USERS, _user),
    resource("GET", _USER + "/licenseDetails", f"LicenseAssignment.Read.All {_READ_USERS}", _licence_details),
    resource("POST", _USER + "/checkMemberGroups", f"GroupMember.Read.All {_READ_USERS}", _member_groups),
    resource("GET", "/groups", _READ_GROUPS, _groups),
    resource("GET", "/groups/([^/]+)", _READ_GROUPS, _group),
    resource(
        "GET",
        "/groups/([^/]+)/transitiveMembers(?:/microsoft.graph.user)?",
        _READ_GROUPS,
        _members,
    ),
    resource(
        "GET",
        "/subscribedSkus",
        "LicenseAssignment.Read.All Organization.Read.All Directory.Read.All",
        _subscribed_skus,
    ),
    resource(
        "GET", "/auditLogs/signIns", "AuditLog.Read.All", _sign_ins, "Authentication_MSGraphPermissionMissing"
    ),
    resource("GET", "/identity/conditionalAccess/policies", " ".join(sorted(_READ_POLICIES)), _policies),
    resource("GET", _HEALTH + "/healthOverviews", "ServiceHealth.Read.All", _health, "Forbidden"),
    resource("GET", _HEALTH + "/issues", "ServiceHealth.Read.All", _issues, "Forbidden"),
    resource(
        "GET",
        _TEAMS + "/userConfigurations/([^/]+)",
        "TeamsUserConfiguration.Read.All",
        _configuration,
        "Forbidden",
    ),
    resource(
        "GET",
        _TEAMS + "/userConfigurations",
        "TeamsUserConfiguration.Read.All",
        _configurations,
        "Forbidden",
    ),
    resource(
        "GET",
        _TEAMS + "/telephoneNumberManagement/numberAssignments",
        "TeamsTelephoneNumber.Read.All",
        _numbers,
        "Forbidden",
    ),
    *CHANGES,
)
