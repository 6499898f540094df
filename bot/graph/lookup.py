"""All that Microsoft Graph knows for a case, in few requests, and honest about what it would not tell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from bot.domain.fact import UNKNOWN, Fact, Source
from bot.domain.site import Calling
from bot.graph import account, calling, health, licences, seats, signins
from bot.graph.answer import Answer, Part, path_of
from bot.graph.client import GraphClient, Version
from bot.graph.errors import GraphError
from bot.graph.findings import Findings, merged, not_checked, reason
from bot.graph.patience import Patience
from bot.graph.shelf import Kept
from bot.graph.values import lists, rows, text

BY: Final = "graph"
FACTS: Final = (account.FACT, *licences.FACTS, signins.FACT, *calling.FACTS, health.FACT)

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEALTH: Final = "/admin/serviceAnnouncement"
_NUMBERS: Final = "/admin/teams/telephoneNumberManagement/numberAssignments"
_LOG: Final = "/auditLogs/signIns"
_PAGE: Final = "100"
_KEPT: Final = "service_health"


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; a fact that could not be had is `unknown`, `not_checked` says why."""

    facts: tuple[Fact, ...] = ()
    account: dict[str, str] = {}
    not_checked: dict[str, str] = {}
    found: bool = True


Early = Callable[[Lookup], Awaitable[None]]


async def look_up(
    graph: GraphClient,
    who: str,
    *,
    site_calling: Calling | None = None,
    now: datetime | None = None,
    patience: Patience | None = None,
    early: Early | None = None,
) -> Lookup:
    """Looks a person up by user principal name or object id; by object id in one round of calls.

    `site_calling` is how the person's site reaches the public network, for want of a better source. Where the
    sign-in log has to be waited for, `early` is given everything else meanwhile. Waits at most 30 s on throttling
    in all, unless `patience` says otherwise. Raises `GraphError` when Graph cannot be asked at all.
    """
    if _nobody(who):
        return Lookup(found=False)
    ask = _Ask(
        graph=graph,
        now=now or datetime.now(UTC),
        patience=patience or Patience(),
        prompt=graph.has_room(_LOG, 2),
    )
    heard = await (_at_once if _GUID.fullmatch(who) else _in_two_rounds)(ask, who)
    if heard.user.status == 404:
        return Lookup(found=False)
    found = await _understood(ask, heard)
    if heard.log is None:
        if early is not None:
            facts = [fact for fact in FACTS if fact != signins.FACT]
            await early(_lookup(found, site_calling, ask, facts))
        found = merged([found, _sign_ins(*await _both_logs(ask, heard.object_id))])
    return _lookup(found, site_calling, ask)


async def account_and_licences(
    graph: GraphClient, who: str, *, now: datetime | None = None, patience: Patience | None = None
) -> Lookup:
    """Only `account.enabled` and `licence.*`, in one request: for whoever asks about many people."""
    if _nobody(who):
        return Lookup(found=False)
    user, details = await graph.batch([_user_part(who), _details_part(who)], patience=patience)
    if user.status == 404:
        return Lookup(found=False)
    ask = _Ask(graph=graph, now=now or datetime.now(UTC), patience=patience or Patience())
    found = merged([_account(user), _licences(user, details)])
    return _lookup(found, None, ask, (account.FACT, *licences.FACTS))


def _nobody(who: str) -> bool:
    """Nothing, the dots of a relative path, or a word of OData's: no name, so Graph is not asked."""
    return who.strip(" .") == "" or who.startswith("$")


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


class _Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One look-up under way; `prompt`: the sign-in log may be read right now."""

    graph: GraphClient
    now: datetime
    patience: Patience
    prompt: bool = True


class _Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What Graph answered; `more` is about a person who is known, `log` both sign-in logs unless they come later."""

    user: Answer
    details: Answer
    object_id: str = ""
    more: dict[str, Answer] = {}
    log: tuple[Answer, ...] | None = ()


async def _at_once(ask: _Ask, object_id: str) -> _Heard:
    parts = {"user": _user_part(object_id), "details": _details_part(object_id), **_more(ask, object_id)}
    answers, log = await asyncio.gather(_round(ask, parts), _unattended(ask, object_id))
    user, details = answers.pop("user"), answers.pop("details")
    return _heard(user, details, object_id, answers, log)


async def _in_two_rounds(ask: _Ask, name: str) -> _Heard:
    first = await _round(ask, {"user": _user_part(name), "details": _details_part(name)})
    user, details = first["user"], first["details"]
    object_id = text(user.body, "id")
    if not object_id:
        return _Heard(user=user, details=details)
    more = _more(ask, object_id)
    try:
        answers, log = await asyncio.gather(_round(ask, more), _unattended(ask, object_id))
    except GraphError as exc:
        answers, log = dict.fromkeys(more, _unanswered(exc)), None
    return _heard(user, details, object_id, answers, log)


def _heard(
    user: Answer, details: Answer, object_id: str, more: dict[str, Answer], log: Answer | None
) -> _Heard:
    attended = more.pop("log", None)
    logs = None if attended is None or log is None else (attended, log)
    return _Heard(user=user, details=details, object_id=object_id, more=more, log=logs)


async def _round(ask: _Ask, parts: dict[str, Part]) -> dict[str, Answer]:
    answers = await ask.graph.batch(list(parts.values()), patience=ask.patience)
    return dict(zip(parts, answers, strict=True))


def _unanswered(exc: GraphError) -> Answer:
    return Answer(status=exc.status or 0, message=str(exc))


def _user_part(who: str) -> Part:
    return Part(path=path_of("users", who), params={"$select": account.PROPERTIES})


def _details_part(who: str) -> Part:
    return Part(path=path_of("users", who, "licenseDetails"))


def _more(ask: _Ask, object_id: str) -> dict[str, Part]:
    parts = {
        "configuration": Part(path=path_of("admin", "teams", "userConfigurations", object_id)),
        "numbers": Part(path=_NUMBERS, params={"$filter": f"assignmentTargetId eq '{object_id}'"}),
    }
    if ask.prompt:
        parts["log"] = Part(path=_LOG, params=_log(ask, object_id, interactive=True))
    if _kept_health(ask) is None:
        parts["health"] = Part(path=f"{_HEALTH}/healthOverviews")
    return parts


def _log(ask: _Ask, object_id: str, *, interactive: bool) -> dict[str, str]:
    return {"$filter": signins.sign_in_filter(object_id, ask.now, interactive=interactive), "$top": _PAGE}


async def _unattended(ask: _Ask, object_id: str) -> Answer | None:
    """The sign-ins without anybody present, which only beta has and which no v1.0 batch may carry."""
    return await _read_log(ask, object_id, interactive=False) if ask.prompt else None


async def _both_logs(ask: _Ask, object_id: str) -> list[Answer]:
    return await asyncio.gather(*(_read_log(ask, object_id, interactive=one) for one in (True, False)))


async def _read_log(ask: _Ask, object_id: str, *, interactive: bool) -> Answer:
    wanted = _log(ask, object_id, interactive=interactive)
    version: Version = "v1.0" if interactive else "beta"
    try:
        return await ask.graph.call("GET", _LOG, params=wanted, version=version, patience=ask.patience)
    except GraphError as exc:
        return _unanswered(exc)


async def _understood(ask: _Ask, heard: _Heard) -> Findings:
    """Everything but what the sign-in log says, where that comes later."""
    found = [_account(heard.user), _licences(heard.user, heard.details)]
    if heard.object_id:
        found += await _about(ask, heard)
    else:
        rest = (signins.FACT, *calling.FACTS, health.FACT)
        unknown = "the person's object id is not known"
        why = unknown if heard.user.ok else reason(heard.user, "User.Read.All")
        found.append(not_checked(rest, why))
    all_ = merged(found)
    return merged([all_, _calling_plan(all_), await _seat(ask, heard.user, all_)])


async def _about(ask: _Ask, heard: _Heard) -> list[Findings]:
    found = [
        _calling(heard.more["configuration"]),
        _numbers(heard.more["numbers"], heard.object_id),
        await _health(ask, heard.more.get("health")),
    ]
    return [*found, _sign_ins(*heard.log)] if heard.log else found


def _account(user: Answer) -> Findings:
    if user.ok:
        evidence = Findings(account={"graph_request_id": user.request_id})
        return merged([account.account_findings(user.body), evidence])
    return not_checked([account.FACT], reason(user, "User.Read.All"))


def _licences(user: Answer, details: Answer) -> Findings:
    if details.ok and lists(details.body):
        found = licences.licence_findings(rows(details.body), user.body if user.ok else {})
        unread = {} if user.ok else {licences.FACTS[2]: reason(user, "User.Read.All")}
        return msgspec.structs.replace(found, not_checked=found.not_checked | unread)
    return not_checked(licences.FACTS, reason(details, "LicenseAssignment.Read.All"))


def _calling(configuration: Answer) -> Findings:
    if not configuration.ok:
        return not_checked(calling.FACTS, reason(configuration, "TeamsUserConfiguration.Read.All"))
    return merged([calling.voice_findings(configuration.body), calling.policy_findings(configuration.body)])


def _numbers(numbers: Answer, object_id: str) -> Findings:
    if numbers.ok:
        return calling.number_findings(numbers.body, object_id)
    return not_checked([calling.FACTS[1]], reason(numbers, "TeamsTelephoneNumber.Read.All"))


def _sign_ins(*logs: Answer) -> Findings:
    read = [log for log in logs if log.ok]
    if not read:
        return not_checked([signins.FACT], reason(logs[0], "AuditLog.Read.All"))
    lines = [line for log in read for line in rows(log.body)]
    found = signins.sign_in_findings(lines, more=any(text(log.body, "@odata.nextLink") for log in read))
    if len(read) < len(logs) and found.values.get(signins.FACT, "ok") == "ok":
        # A refusal may well stand in the log that could not be read.
        unread = next(log for log in logs if not log.ok)
        return not_checked([signins.FACT], reason(unread, "AuditLog.Read.All"))
    return found


def _kept_health(ask: _Ask) -> Kept | None:
    return ask.graph.shelf.get(_KEPT)


async def _health(ask: _Ask, answer: Answer | None) -> Findings:
    """Health from `answer`, or as it was kept; only a healthy service is kept, an outage is asked about again."""
    kept = _kept_health(ask) if answer is None else None
    if answer is not None and not answer.ok:
        return not_checked([health.FACT], reason(answer, "ServiceHealth.Read.All"))
    overviews = rows(answer.body) if answer is not None else kept.rows if kept else []
    found = health.health_findings(overviews)
    read_at = kept.since(ask.now) if kept else ask.now
    note = Findings(account={"service_health_at": read_at.isoformat(timespec="seconds")})
    if found.values.get(health.FACT) == "ok":
        if answer is not None:
            ask.graph.shelf.put(_KEPT, overviews)
        return merged([found, note])
    return merged([found, note, await _incident(ask, found)])


async def _incident(ask: _Ask, found: Findings) -> Findings:
    if found.values.get(health.FACT) is None:
        return Findings()
    try:
        issues = await ask.graph.get_all(f"{_HEALTH}/issues", patience=ask.patience)
    except GraphError:
        return Findings()
    return Findings(account={"service_issue": health.incident_title(issues)})


def _calling_plan(found: Findings) -> Findings:
    """A calling plan is missed only where the person's number is one of Microsoft's."""
    lacks = found.values.get(calling.FACTS[1]) == "calling_plan" and not found.account.get("calling_plan")
    known = licences.FACTS[1] in found.values
    return Findings(account={"calling_plan_why": "missing"} if lacks and known else {})


async def _seat(ask: _Ask, user: Answer, found: Findings) -> Findings:
    """A seat that would help, when a licence is missing because nobody has given one."""
    plans = seats.missing_plans(found.values, found.account)
    if not plans or not user.ok:
        return Findings()
    try:
        seat = await seats.find_seat(ask.graph, user.body, plans, patience=ask.patience)
    except GraphError as exc:
        return Findings(account={"seat_obstacle": "stock_not_read", "seat_reason": str(exc)})
    return Findings(account=seat.notes() if seat else {"seat_obstacle": "no_product"})


def _lookup(found: Findings, site_calling: Calling | None, ask: _Ask, facts: Sequence[str] = FACTS) -> Lookup:
    values = dict(found.values)
    missing = dict(found.not_checked)
    if site_calling and calling.FACTS[1] not in values:
        values[calling.FACTS[1]] = site_calling
        missing.pop(calling.FACTS[1], None)
    return Lookup(
        facts=tuple(_facts(facts, values, found.account, ask.now)),
        account=found.account,
        not_checked={
            fact: missing.get(fact, "Microsoft Graph does not tell") for fact in facts if fact not in values
        },
    )


def _facts(
    facts: Sequence[str], values: dict[str, str], notes: dict[str, str], now: datetime
) -> Iterable[Fact]:
    """The facts; that of service health with the time when it was read."""
    read_at = notes.get("service_health_at")
    times = {health.FACT: datetime.fromisoformat(read_at)} if read_at else {}
    for fact in facts:
        at = times.get(fact, now)
        yield Fact(id=fact, value=values.get(fact, UNKNOWN), at=at, source=Source.looked_up, by=BY)
