"""All that Microsoft Graph knows for a case, in few requests, and honest about what it would not tell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import msgspec

from bot.domain.fact import UNKNOWN, Fact, Source
from bot.domain.site import Calling
from bot.graph import account, calling, health, licences, signins
from bot.graph.client import Answer, GraphClient, Part, path_of
from bot.graph.errors import GraphError
from bot.graph.findings import Findings, merged, not_checked, reason
from bot.graph.patience import Patience
from bot.graph.values import rows, text

BY: Final = "graph"
FACTS: Final = (account.FACT, *licences.FACTS, signins.FACT, *calling.FACTS, health.FACT)

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEALTH: Final = "/admin/serviceAnnouncement"
_NUMBERS: Final = "/admin/teams/telephoneNumberManagement/numberAssignments"
_PAGE: Final = "50"


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; a fact that could not be had is `unknown`, `not_checked` says why."""

    facts: tuple[Fact, ...] = ()
    account: dict[str, str] = {}
    not_checked: dict[str, str] = {}
    found: bool = True


async def look_up(
    graph: GraphClient, who: str, *, site_calling: Calling | None = None, now: datetime | None = None
) -> Lookup:
    """Looks a person up by user principal name or object id.

    `site_calling` is how the person's site reaches the public network, for want of a better source.
    Waits at most 30 s on throttling in all. Raises `GraphError` when Graph cannot be asked at all.
    """
    if who.strip(" .") == "":
        return Lookup(found=False)
    moment, patience = now or datetime.now(UTC), Patience()
    user, details = await graph.batch(_who_parts(who), patience=patience)
    if user.status == 404:
        return Lookup(found=False)
    found = [_account(user), _licences(user, details)]
    object_id = text(user.body, "id") or (who if _GUID.fullmatch(who) else "")
    if object_id:
        found += await _the_rest(graph, object_id, moment, patience)
    else:
        rest = (signins.FACT, *calling.FACTS, health.FACT)
        found.append(not_checked(rest, "the person's object id is not known"))
    return _lookup(merged(found), site_calling, moment)


async def member_of(graph: GraphClient, person: str, group: str) -> bool:
    """True when the person (object id) is in the group, directly or through others.

    Raises `GraphError`; a person that does not exist is in no group.
    """
    path = path_of("users", person, "checkMemberGroups")
    try:
        answer = await graph.post(path, {"groupIds": [group]})
    except GraphError as exc:
        if exc.status == 404:
            return False
        raise
    value = answer.get("value")
    return isinstance(value, list) and group.lower() in {str(one).lower() for one in value}


def _who_parts(who: str) -> list[Part]:
    return [
        Part(path=path_of("users", who), params={"$select": account.PROPERTIES}),
        Part(path=path_of("users", who, "licenseDetails")),
    ]


def _account(user: Answer) -> Findings:
    if user.ok:
        return account.account_findings(user.body)
    return not_checked([account.FACT], reason(user, "User.Read.All"))


def _licences(user: Answer, details: Answer) -> Findings:
    if details.ok:
        return licences.licence_findings(rows(details.body), user.body if user.ok else {})
    return not_checked(licences.FACTS, reason(details, "LicenseAssignment.Read.All"))


async def _the_rest(graph: GraphClient, object_id: str, now: datetime, patience: Patience) -> list[Findings]:
    together, unattended = await asyncio.gather(
        _together(graph, object_id, now, patience), _unattended(graph, object_id, now, patience)
    )
    configuration, numbers, attended, overviews = together
    return [
        _calling(configuration),
        _numbers(numbers, object_id),
        _sign_ins(attended, unattended),
        await _health(graph, overviews, patience),
    ]


async def _together(graph: GraphClient, object_id: str, now: datetime, patience: Patience) -> list[Answer]:
    attended = signins.sign_in_filter(object_id, now, interactive=True)
    parts = [
        Part(path=path_of("admin", "teams", "userConfigurations", object_id)),
        Part(path=_NUMBERS, params={"$filter": f"assignmentTargetId eq '{object_id}'"}),
        Part(path="/auditLogs/signIns", params={"$filter": attended, "$top": _PAGE}),
        Part(path=f"{_HEALTH}/healthOverviews"),
    ]
    try:
        return await graph.batch(parts, patience=patience)
    except GraphError as exc:
        return [Answer(status=exc.status or 0, message=str(exc))] * len(parts)


async def _unattended(graph: GraphClient, object_id: str, now: datetime, patience: Patience) -> Answer:
    """The sign-ins without anybody present, which only beta has and which no v1.0 batch may carry."""
    wanted = signins.sign_in_filter(object_id, now, interactive=False)
    try:
        body = await graph.get(
            "/auditLogs/signIns", {"$filter": wanted, "$top": _PAGE}, version="beta", patience=patience
        )
    except GraphError as exc:
        return Answer(status=exc.status or 0, body={"error": {"code": exc.code}}, message=str(exc))
    return Answer(status=200, body=body)


def _calling(configuration: Answer) -> Findings:
    if not configuration.ok:
        return not_checked(calling.FACTS, reason(configuration, "TeamsUserConfiguration.Read.All"))
    return merged([calling.voice_findings(configuration.body), calling.policy_findings(configuration.body)])


def _numbers(numbers: Answer, object_id: str) -> Findings:
    return calling.number_findings(numbers.body, object_id) if numbers.ok else Findings()


def _sign_ins(*logs: Answer) -> Findings:
    read = [log for log in logs if log.ok]
    if not read:
        return not_checked([signins.FACT], reason(logs[0], "AuditLog.Read.All"))
    return signins.sign_in_findings([line for log in read for line in rows(log.body)])


async def _health(graph: GraphClient, overviews: Answer, patience: Patience) -> Findings:
    if not overviews.ok:
        return not_checked([health.FACT], reason(overviews, "ServiceHealth.Read.All"))
    found = health.health_findings(rows(overviews.body))
    if found.values.get(health.FACT) in (None, "ok"):
        return found
    try:
        issues = await graph.get_all(f"{_HEALTH}/issues", patience=patience)
    except GraphError:
        return found
    return merged([found, Findings(account={"service_issue": health.incident_title(issues)})])


def _lookup(found: Findings, site_calling: Calling | None, now: datetime) -> Lookup:
    values = dict(found.values)
    missing = dict(found.not_checked)
    if site_calling and calling.FACTS[1] not in values:
        values[calling.FACTS[1]] = site_calling
        missing.pop(calling.FACTS[1], None)
    return Lookup(
        facts=tuple(_facts(values, now)),
        account=found.account,
        not_checked={
            fact: missing.get(fact, "Microsoft Graph does not tell") for fact in FACTS if fact not in values
        },
    )


def _facts(values: dict[str, str], now: datetime) -> Iterable[Fact]:
    for fact in FACTS:
        yield Fact(id=fact, value=values.get(fact, UNKNOWN), at=now, source=Source.looked_up, by=BY)
