"""The resources that the simulated Microsoft Graph has, the permissions each wants, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.simulator import bodies
from bot.simulator.bodies import Body
from bot.simulator.directory import Directory, SignIn, User

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


class Problem(Exception):
    """A refusal in Graph's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Call:
    """One call: what was asked of whom; `match` holds what the path captured, `url` is without query."""

    directory: Directory
    version: str
    match: tuple[str, ...]
    query: dict[str, str]
    body: object
    page_size: int
    url: str

    def person(self) -> User:
        """The person named in the path."""
        who = self.match[0].replace("''", "'")
        try:
            return self.directory.find(who)
        except KeyError:
            text = f"Resource '{who}' does not exist or one of its queried reference-property objects are not present."
            raise Problem(404, "Request_ResourceNotFound", text) from None

    def page(self, rows: Sequence[Body]) -> Body:
        """One page of a list, with the link to the next."""
        top = min(int(self.query.get("$top", self.page_size)), self.page_size)
        start = int(self.query.get("$skiptoken", 0))
        body: Body = {"value": list(rows[start : start + top])}
        if start + top < len(rows):
            body["@odata.nextLink"] = f"{self.url}?$top={top}&$skiptoken={start + top}{self._rest()}"
        return body

    def _rest(self) -> str:
        rest = {name: value for name, value in self.query.items() if name not in ("$top", "$skiptoken")}
        return "".join(f"&{name}={value}" for name, value in rest.items())

    def select(self, body: Body, kind: str, default: Sequence[str] | None = None) -> Body:
        """Only the properties of `$select`, which must exist (as Graph has it)."""
        names = [name.strip() for name in self.query.get("$select", "").split(",") if name.strip()]
        for name in names:
            if name not in body:
                text = f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
                raise Problem(400, "BadRequest", text)
        chosen = names or default
        return body if chosen is None else {name: body[name] for name in chosen}


@dataclass(frozen=True)
class Resource:
    """A path, the application permissions of which one is enough, and what it answers."""

    method: str
    pattern: re.Pattern[str]
    permissions: frozenset[str]
    answer: Callable[[Call], Body]
    refusal: str = "Authorization_RequestDenied"


def _user(call: Call) -> Body:
    return call.select(bodies.user(call.person()), "user", _BASIC)


def _licence_details(call: Call) -> Body:
    rows = [bodies.licence_details(licence) for licence in call.person().licences]
    return {"value": [call.select(row, "licenseDetails") for row in rows]}


def _subscribed_skus(call: Call) -> Body:
    stock = call.directory.stock.items()
    return {"value": [bodies.subscribed_sku(call.directory, name, seats) for name, seats in stock]}


def _member_groups(call: Call) -> Body:
    person = call.person()
    wanted = call.body.get("groupIds") if isinstance(call.body, dict) else None
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MEMBER_GROUPS_LIMIT:
        raise Problem(400, "Request_BadRequest", "groupIds must have between 1 and 20 entries.")
    return {"value": [group for group in wanted if group in person.groups]}


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


def _sign_ins(call: Call) -> Body:
    clauses = _clauses(call.query.get("$filter", ""))
    beta = call.version == "beta"
    if "types" in clauses and not beta:
        raise Problem(400, "BadRequest", "Could not find a property named 'signInEventTypes'.")
    found = [
        (line.at, bodies.sign_in(person, line, beta=beta))
        for person in call.directory.users
        for line in person.sign_ins
        if person.id == clauses.get("user", person.id) and _wanted(line, clauses)
    ]
    return call.page([body for _, body in sorted(found, key=lambda pair: pair[0], reverse=True)])


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


def _numbers(call: Call) -> Body:
    match = re.fullmatch(r"assignmentTargetId eq '([^']+)'", call.query.get("$filter", ""))
    rows = [
        bodies.number_assignment(person)
        for person in call.directory.users
        if person.number and (match is None or person.id == match.group(1))
    ]
    return call.page(rows)


def _resource(
    method: str,
    path: str,
    permissions: str,
    answer: Callable[[Call], Body],
    refusal: str = "Authorization_RequestDenied",
) -> Resource:
    pattern = re.compile(path, re.IGNORECASE)
    return Resource(method, pattern, frozenset(permissions.split()), answer, refusal)


_USER: Final = r"/users(?:/|\(')([^/]+?)(?:'\))?"
_HEALTH: Final = "/admin/serviceAnnouncement"
_TEAMS: Final = "/admin/teams"
_READ_USERS: Final = "User.Read.All Directory.Read.All"

RESOURCES: Final = (
    _resource("GET", _USER, _READ_USERS, _user),
    _resource(
        "GET", _USER + "/licenseDetails", f"LicenseAssignment.Read.All {_READ_USERS}", _licence_details
    ),
    _resource("POST", _USER + "/checkMemberGroups", f"GroupMember.Read.All {_READ_USERS}", _member_groups),
    _resource("GET", "/subscribedSkus", "Organization.Read.All LicenseAssignment.Read.All", _subscribed_skus),
    _resource(
        "GET", "/auditLogs/signIns", "AuditLog.Read.All", _sign_ins, "Authentication_MSGraphPermissionMissing"
    ),
    _resource("GET", _HEALTH + "/healthOverviews", "ServiceHealth.Read.All", _health, "Forbidden"),
    _resource("GET", _HEALTH + "/issues", "ServiceHealth.Read.All", _issues, "Forbidden"),
    _resource(
        "GET",
        _TEAMS + "/userConfigurations/([^/]+)",
        "TeamsUserConfiguration.Read.All",
        _configuration,
        "Forbidden",
    ),
    _resource(
        "GET",
        _TEAMS + "/telephoneNumberManagement/numberAssignments",
        "TeamsTelephoneNumber.Read.All",
        _numbers,
        "Forbidden",
    ),
)
