"""Microsoft Graph of the simulated tenant: the calls that the bot makes, over real HTTP.

It is as strict as the real one where that has bitten clients: bearer and permissions of every call,
`$select` and its unknown properties, batches of at most 20 whose parts fail alone, paging, throttling.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt
from aiohttp import web

from bot.simulator.directory import Directory
from bot.simulator.listening import Listener
from bot.simulator.login import Login
from bot.simulator.resources import RESOURCES, Call, Problem, Resource

BATCH_LIMIT: Final = 20


@dataclass(frozen=True)
class Reply:
    """What one call gives; in a batch, what one part gives."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Throttle:
    """The next `times` calls whose path contains `path` are refused; `retry_after` in seconds."""

    times: int
    path: str = ""
    status: int = 429
    retry_after: str | None = "1"

    def takes(self, path: str) -> bool:
        """True (and one fewer left) when this call is to be refused."""
        if self.times <= 0 or self.path.casefold() not in path.casefold():
            return False
        self.times -= 1
        return True


@dataclass
class Graph:
    """Serves `directory` to bearers of `login`'s tokens; `requests` and `calls` record what was asked."""

    directory: Directory
    login: Login
    page_size: int = 100
    requests: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    throttles: list[Throttle] = field(default_factory=list)

    def __post_init__(self) -> None:
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
    ) -> Throttle:
        """Refuses the next calls to `path` (or to anything)."""
        throttle = Throttle(times, path, status, retry_after)
        self.throttles.append(throttle)
        return throttle

    async def _serve(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.path}")
        raw = await request.read()
        version, _, rest = request.rel_url.raw_path.lstrip("/").partition("/")
        url = f"/{rest}?{request.rel_url.raw_query_string}"
        try:
            permissions = self._permissions(request.headers.get("Authorization", ""))
            body = _json_body(raw)
            if rest.lower() == "$batch":
                reply = self._batch(version, permissions, body)
            else:
                reply = self.answer(request.method, version, url, permissions, body)
        except Problem as problem:
            reply = _refusal(problem)
        headers = {"request-id": str(uuid.uuid4()), **reply.headers}
        if "client-request-id" in request.headers:
            headers["client-request-id"] = request.headers["client-request-id"]
        return web.json_response(dict(reply.body), status=reply.status, headers=headers)

    def _permissions(self, authorization: str) -> frozenset[str]:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Problem(401, "InvalidAuthenticationToken", "Access token is empty.")
        try:
            claims = self.login.check(token, self.url)
        except jwt.InvalidTokenError as exc:
            raise Problem(401, "InvalidAuthenticationToken", str(exc)) from exc
        return frozenset(claims["roles"])

    def _batch(self, version: str, permissions: frozenset[str], body: object) -> Reply:
        parts = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(parts, list) or not parts:
            raise Problem(400, "BadRequest", "Batch request must have a 'requests' array.")
        if len(parts) > BATCH_LIMIT:
            raise Problem(
                400, "BadRequest", f"Number of batch request steps exceeds the maximum of {BATCH_LIMIT}."
            )
        if len({part.get("id") for part in parts}) < len(parts):
            raise Problem(400, "BadRequest", "Request ids must be unique.")
        throttle = self._throttled("/$batch")
        if throttle is not None:
            return throttle
        answers = [self._part(version, permissions, part) for part in reversed(parts)]
        return Reply(200, {"responses": answers})

    def _part(self, version: str, permissions: frozenset[str], part: Mapping[str, Any]) -> dict[str, Any]:
        reply = self.answer(part["method"], version, part["url"], permissions, part.get("body"))
        headers = {"Content-Type": "application/json", **reply.headers}
        return {"id": part["id"], "status": reply.status, "headers": headers, "body": reply.body}

    def answer(
        self, method: str, version: str, url: str, permissions: frozenset[str], body: object = None
    ) -> Reply:
        """One call, alone or as a part of a batch."""
        split = urlsplit(url)
        path = unquote(split.path).rstrip("/")
        self.calls.append(f"{method} {path}")
        throttled = self._throttled(path)
        if throttled is not None:
            return throttled
        try:
            resource, match = _route(method, version, path)
            _permit(resource, permissions)
            query = dict(parse_qsl(split.query, keep_blank_values=True))
            call = Call(
                self.directory, version, match, query, body, self.page_size, f"{self.url}/{version}{path}"
            )
            return Reply(200, {"@odata.context": f"{self.url}/{version}/$metadata"} | resource.answer(call))
        except Problem as problem:
            return _refusal(problem)

    def _throttled(self, path: str) -> Reply | None:
        for throttle in self.throttles:
            if throttle.takes(path):
                headers = {} if throttle.retry_after is None else {"Retry-After": throttle.retry_after}
                return _refusal(Problem(throttle.status, "TooManyRequests", "Too many requests."), headers)
        return None


def _route(method: str, version: str, path: str) -> tuple[Resource, tuple[str, ...]]:
    if version not in ("v1.0", "beta"):
        raise Problem(400, "BadRequest", f"Invalid version: {version}.")
    for resource in RESOURCES:
        match = resource.pattern.fullmatch(path)
        if match and resource.method == method.upper():
            return resource, match.groups()
    raise Problem(400, "BadRequest", f"Resource not found for the segment '{path.strip('/').split('/')[0]}'.")


def _permit(resource: Resource, permissions: frozenset[str]) -> None:
    if not permissions & resource.permissions:
        raise Problem(403, resource.refusal, "Insufficient privileges to complete the operation.")


def _json_body(raw: bytes) -> object:
    try:
        return json.loads(raw) if raw else None
    except ValueError as exc:
        raise Problem(400, "BadRequest", "Unable to read JSON request payload.") from exc


def _refusal(problem: Problem, headers: Mapping[str, str] | None = None) -> Reply:
    request_id = str(uuid.uuid4())
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id,
        "client-request-id": request_id,
    }
    error = {"code": problem.code, "message": problem.message, "innerError": inner}
    return Reply(problem.status, {"error": error}, headers or {})
