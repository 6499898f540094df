"""Microsoft Graph of the simulated tenant: the calls that the bot makes, over real HTTP.

It is as strict as the real one where that has bitten clients: bearer and permissions of every call,
`$select` and its unknown properties, batches of at most 20 whose parts fail alone, paging, throttling.

Knobs, each off at first: `fail` and `throttle` refuse the next calls, `limits` keeps an API's rate
(`bot.simulator.quirks.real_limits`), `denied` takes permissions away at once, `expire_tokens` ends the
tokens in use, `latency` is waited out on every request, `page_size`, `replicas.lag` hides writes
(`bot.simulator.replicas.Lag`), `nulls` and `novel` name properties that come null or with an unknown
member. `writes` is the book of what was changed; `directory.premium` the licence for the sign-in log.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt
import msgspec
from aiohttp import web

from bot.simulator.calls import Call, Problem, Resource
from bot.simulator.directory import Directory
from bot.simulator.listening import Listener
from bot.simulator.login import Login
from bot.simulator.quirks import Limit, Trouble, distorted, first_trouble
from bot.simulator.replicas import Replicas
from bot.simulator.resources import RESOURCES
from bot.simulator.writes import Writes

BATCH_LIMIT: Final = 20


@dataclass(frozen=True)
class Reply:
    """What one call gives; in a batch, what one part gives."""

    status: int
    body: Mapping[str, Any] | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Caller:
    """The application that asks, and what it may."""

    app: str
    permissions: frozenset[str]


@dataclass
class Graph:
    """Serves `directory` to bearers of `login`'s tokens; `requests` and `calls` record what was asked."""

    directory: Directory
    login: Login
    page_size: int = 100
    latency: timedelta = timedelta()
    requests: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    nulls: set[str] = field(default_factory=set)
    novel: set[str] = field(default_factory=set)
    writes: Writes = field(default_factory=Writes)
    replicas: Replicas = field(default_factory=Replicas)

    def __post_init__(self) -> None:
        self._used, self._ended = set[str](), set[str]()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._listener = Listener(app)

    async def start(self) -> None:
        """Listens on a port chosen by the system."""
        await self._listener.start()

    async def close(self) -> None:
        """Stops listening."""
        await self._listener.close()

    @property
    def url(self) -> str:
        """The root, as `DECROCHE_GRAPH_URL` wants it; also the audience of its tokens."""
        return self._listener.url

    def throttle(
        self, times: int, *, path: str = "", status: int = 429, retry_after: str | None = "1"
    ) -> Trouble:
        """Refuses the next calls to `path` (or to anything)."""
        trouble = Trouble(times, path, status, retry_after)
        self.troubles.append(trouble)
        return trouble

    def fail(self, times: int, *, path: str = "", status: int = 500) -> Trouble:
        """Lets the next calls to `path` fail without a word on when to come again."""
        return self.throttle(times, path=path, status=status, retry_after=None)

    def expire_tokens(self) -> None:
        """Ends every token that was used so far, as a revocation does."""
        self._ended |= self._used

    async def _serve(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.path}")
        raw = await request.read()
        await asyncio.sleep(self.latency.total_seconds())
        version, _, rest = request.rel_url.raw_path.lstrip("/").partition("/")
        url = f"/{rest}?{request.rel_url.raw_query_string}"
        try:
            caller = self._caller(request.headers.get("Authorization", ""))
            body = _json_body(raw)
            if rest.lower() == "$batch":
                reply = self._batch(version, caller, body)
            else:
                reply = self._answer(request.method, version, url, caller, body)
        except Problem as problem:
            reply = _refusal(problem)
        return _response(reply, request.headers.get("client-request-id"))

    def _caller(self, authorization: str) -> _Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _no_token("Access token is empty.")
        try:
            claims = self.login.check(token, self.url)
        except jwt.ExpiredSignatureError as exc:
            raise _no_token("Lifetime validation failed, the token is expired.") from exc
        except jwt.InvalidTokenError as exc:
            raise _no_token(str(exc)) from exc
        self._used.add(token)
        if token in self._ended:
            raise _no_token("Lifetime validation failed, the token is expired.")
        return _Caller(claims["appid"], frozenset(claims["roles"]) - self.denied)

    def _batch(self, version: str, caller: _Caller, body: object) -> Reply:
        parts = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(parts, list) or not parts:
            raise Problem(400, "BadRequest", "Batch request must have a 'requests' array.")
        if len(parts) > BATCH_LIMIT:
            raise Problem(
                400, "BadRequest", f"Number of batch request steps exceeds the maximum of {BATCH_LIMIT}."
            )
        if not all(_is_step(part) for part in parts):
            raise Problem(400, "BadRequest", "Every batch request step must have an id, a method and a url.")
        if len({part["id"] for part in parts}) < len(parts):
            raise Problem(400, "BadRequest", "Request ids must be unique.")
        refused = self._refused("/$batch")
        if refused is not None:
            return refused
        return Reply(200, {"responses": [self._part(version, caller, part) for part in reversed(parts)]})

    def _part(self, version: str, caller: _Caller, part: Mapping[str, Any]) -> dict[str, Any]:
        reply = self._answer(part["method"], version, part["url"], caller, part.get("body"))
        headers = {"Content-Type": "application/json", **reply.headers}
        return {"id": part["id"], "status": reply.status, "headers": headers, "body": reply.body}

    def _answer(self, method: str, version: str, url: str, caller: _Caller, body: object) -> Reply:
        """One call, alone or as a part of a batch."""
        split = urlsplit(url)
        path = unquote(split.path).rstrip("/")
        self.calls.append(f"{method} {path}")
        refused = self._refused(path)
        if refused is not None:
            return refused
        try:
            return self._done(method, version, path, dict(parse_qsl(split.query, True)), caller, body)
        except Problem as problem:
            if method not in ("GET", "HEAD"):
                self.writes.refused.append((method, path, problem.code))
            return _refusal(problem)

    def _done(
        self, method: str, version: str, path: str, query: dict[str, str], caller: _Caller, body: object
    ) -> Reply:
        resource, match = _route(method, version, path)
        if not caller.permissions & resource.permissions:
            raise resource.forbidden()
        call = Call(
            self.directory,
            version,
            match,
            query,
            body,
            self.page_size,
            f"{self.url}/{version}{path}",
            by=caller.app,
            permissions=caller.permissions,
            replicas=self.replicas,
            writes=self.writes,
        )
        found = resource.answer(call)
        if found is None:
            return Reply(204, None)
        context = {"@odata.context": f"{self.url}/{version}/$metadata"}
        return Reply(200, context | distorted(found, self.nulls, self.novel))

    def _refused(self, path: str) -> Reply | None:
        trouble = first_trouble(self.troubles, self.limits, path)
        if trouble is None:
            return None
        headers = {} if trouble.retry_after is None else {"Retry-After": trouble.retry_after}
        return _refusal(Problem(trouble.status, *trouble.words()), headers)


def _is_step(part: object) -> bool:
    return isinstance(part, dict) and all(isinstance(part.get(name), str) for name in ("id", "method", "url"))


def _route(method: str, version: str, path: str) -> tuple[Resource, tuple[str, ...]]:
    if version not in ("v1.0", "beta"):
        raise Problem(400, "BadRequest", f"Invalid version: {version}.")
    for resource in RESOURCES:
        match = resource.pattern.fullmatch(path)
        if match and resource.method == method.upper():
            return resource, match.groups()
    raise Problem(400, "BadRequest", f"Resource not found for the segment '{path.strip('/').split('/')[0]}'.")


def _json_body(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw) if raw else None
    except msgspec.DecodeError as exc:
        raise Problem(400, "BadRequest", "Unable to read JSON request payload.") from exc


def _no_token(why: str) -> Problem:
    return Problem(401, "InvalidAuthenticationToken", why)


def _refusal(problem: Problem, headers: Mapping[str, str] | None = None) -> Reply:
    request_id = str(uuid.uuid4())
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": request_id,
    }
    error = {"code": problem.code, "message": problem.message, "innerError": inner}
    return Reply(problem.status, {"error": error}, headers or {})


def _response(reply: Reply, client_request_id: str | None) -> web.Response:
    headers = {"request-id": str(uuid.uuid4()), **reply.headers}
    if client_request_id is not None:
        headers["client-request-id"] = client_request_id
    if reply.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="", error="invalid_token"'
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    return web.json_response(dict(reply.body), status=reply.status, headers=headers)
