"""Microsoft Graph: the login, each permission by one cheap call, the groups that give rights, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import jwt

from bot.doctor.checking import Check
from bot.doctor.finding import Area, Finding
from bot.doctor.permissions import Permission, permissions
from bot.graph.answer import Answer
from bot.graph.certificate import read_certificate
from bot.graph.client import GraphClient, connect
from bot.graph.errors import GraphError
from bot.graph.groups import members_of
from bot.graph.patience import Patience
from bot.graph.token import MsalTokens
from bot.graph.trust import requests_session
from bot.settings import Settings

AREA: Final = Area("graph")
CLOCK: Final = Area("clock")
CONSENT: Final = "Grant it with deploy/consent.ps1; docs/graph.md says what it is for."
EXPIRES_SOON: Final = timedelta(days=30)
SLOW: Final = timedelta(minutes=1)
WRONG: Final = timedelta(minutes=5)

_PATIENCE_S: Final = 5.0


def is_set(settings: Settings) -> bool:
    """True when there is enough to log in with."""
    client = settings.graph_client_id or settings.app_id
    proof = settings.graph_certificate or settings.graph_client_secret or settings.app_secret
    return bool(settings.tenant_id and client and proof)


def not_set() -> Finding:
    """The finding of an installation without Graph."""
    return AREA.off(
        "login",
        "not set up: account, licences, sign-ins and service health are not checked",
        "Set DECROCHE_TENANT_ID, DECROCHE_GRAPH_CLIENT_ID and a secret or certificate (docs/graph.md).",
    )


async def sign_in(settings: Settings) -> Iterable[Finding]:
    """Gets a token, and reads off it what the application may. Raises `GraphError`, `ConfigurationError`."""
    tokens = MsalTokens(settings)
    try:
        token = await tokens.token()
    finally:
        await tokens.close()
    found = [AREA.ok("login", f"a token from {settings.authority}"), *_certificate(settings)]
    beyond = sorted(_granted(token) - {permission.name for permission in permissions()})
    if beyond:
        todo = "Take away in Entra what nothing else of that application needs."
        found.append(AREA.warning("least privilege", f"the application also may: {', '.join(beyond)}", todo))
    return found


def _certificate(settings: Settings) -> Iterable[Finding]:
    if settings.graph_certificate is None:
        return []
    left = read_certificate(settings.graph_certificate).expires - datetime.now(UTC)
    if left < EXPIRES_SOON:
        todo = "Make a new one, upload it to the application in Entra beside the old one, then set it."
        return [AREA.warning("certificate", f"expires in {left.days} days", todo)]
    return [AREA.ok("certificate", f"good for {left.days} days")]


def _granted(token: str) -> set[str]:
    """What the token says it may. It is not ours to read, so what cannot be read counts as nothing."""
    try:
        roles = jwt.decode(token, options={"verify_signature": False}).get("roles")
    except jwt.InvalidTokenError:
        return set()
    return {str(role) for role in roles} if isinstance(roles, list) else set()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[GraphClient]:
    """A client for the checks below."""
    graph = connect(settings)
    try:
        yield graph
    finally:
        await graph.close()


def checks(settings: Settings, graph: GraphClient) -> Sequence[Check]:
    """Every permission, and the groups that settings name."""
    named = [("helpdesk group", settings.helpdesk_group), ("approver group", settings.approver_group)]
    return [
        *(
            Check(AREA, permission.name, partial(_permitted, graph, permission, fixes=settings.fixes))
            for permission in permissions()
        ),
        *(Check(AREA, what, partial(_group, graph, what, group)) for what, group in named if group),
    ]


async def _permitted(graph: GraphClient, permission: Permission, *, fixes: bool) -> Iterable[Finding]:
    if permission.write and not fixes:
        return [AREA.off(permission.name, "not tried: fixes are switched off")]
    path, query = urlsplit(permission.path)[2:4]
    answer = await graph.call(
        permission.method,
        path,
        permission.body,
        params=dict(parse_qsl(query)),
        patience=Patience(_PATIENCE_S),
    )
    return [judge(permission, answer)]


def judge(permission: Permission, answer: Answer) -> Finding:
    """What the answer to a permission's call means."""
    name = permission.name
    if "NonPremium" in answer.code:
        says = "the tenant has no Entra ID P1 licence: sign-ins are not checked"
        return AREA.warning(name, says, "Buy one, or do without.")
    if answer.status == 403:
        says = f"permission missing: the bot cannot know {permission.without}"
        says = f"permission missing: {permission.without}" if permission.write else says
        return (AREA.warning if permission.optional else AREA.fails)(name, says, CONSENT)
    if answer.ok or (permission.write and answer.status in (400, 404)):
        return AREA.ok(name, permission.why)
    if answer.status in (400, 404) and permission.optional:
        says = (
            f"this tenant does not offer the call ({answer.status}): the bot cannot know {permission.without}"
        )
        return AREA.warning(name, says, "Nothing: it is said on the case as not checked.")
    says = f"Microsoft Graph answered {answer.status} {answer.code}{answer.trace}"
    return AREA.fails(name, says, "Try again later; if it stays, give Microsoft the request-id.")


async def _group(graph: GraphClient, what: str, group: str) -> Iterable[Finding]:
    setting = f"DECROCHE_{what.upper().replace(' ', '_')}"
    try:
        people = await members_of(graph, group)
    except GraphError as exc:
        if exc.status != 404:
            raise
        return [AREA.fails(what, f"there is no group {group}", f"Correct {setting}: an object id of Entra.")]
    if not people:
        return [AREA.warning(what, "has no members: nobody has its rights", "Add people to it in Entra.")]
    return [AREA.ok(what, f"{len(people)} members")]


async def clock(settings: Settings) -> Iterable[Finding]:
    """How far this machine's clock is from the login service's (RFC 9110 §6.6.1, to the second)."""
    url = f"{settings.authority}/{settings.tenant_id}/v2.0/.well-known/openid-configuration"
    said, asked = await asyncio.to_thread(_date, url, settings.ca_file)
    return [clock_finding(said, asked)]


def _date(url: str, ca_file: Path | None) -> tuple[str, datetime]:
    """What the service says that the time is, and when it was asked."""
    with requests_session(ca_file) as session:
        asked = datetime.now(UTC)
        return session.get(url, allow_redirects=False).headers.get("Date", ""), asked


def clock_finding(said: str, now: datetime) -> Finding:
    """What a `Date` header means for the clock that shows `now`."""
    try:
        offset = abs(parsedate_to_datetime(said) - now)
    except (ValueError, TypeError):
        return CLOCK.off("offset", "the login service tells no time")
    if offset < SLOW:
        return CLOCK.ok("offset", "less than a minute from the login service's")
    says = f"{offset.total_seconds():.0f} s from the login service's"
    todo = "Let the machine keep its time by NTP; tokens are refused otherwise."
    return (CLOCK.fails if offset >= WRONG else CLOCK.warning)("offset", says, todo)
