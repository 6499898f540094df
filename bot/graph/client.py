"""Microsoft Graph over HTTP: tokens, paging, batches, throttling, and nothing of what is asked.

msgraph-sdk would do this too, at hundreds of megabytes for ten calls.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import msgspec
from yarl import URL

from bot.graph.errors import GraphError
from bot.graph.patience import Patience, retry_after_s
from bot.graph.token import MsalTokens, TokenSource
from bot.graph.trust import client_context
from bot.graph.values import Body, rows, table, text
from bot.settings import Settings

Version = Literal["v1.0", "beta"]

BATCH_LIMIT: Final = 20
PAGES_LIMIT: Final = 50

_BUSY: Final = frozenset({429, 503, 504})
_TIMEOUT: Final = aiohttp.ClientTimeout(total=20, connect=10)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a batch."""

    path: str
    params: dict[str, str] = {}
    method: Literal["GET", "POST"] = "GET"
    body: Body | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What Graph answered to one call; status 0 when there was no answer, `message` then says why."""

    status: int
    body: Body = {}
    retry_after: float | None = None
    message: str = ""

    @property
    def ok(self) -> bool:
        """True when the body is what was asked for."""
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """Graph's own error code."""
        return text(table(self.body, "error"), "code")

    def value(self) -> Body:
        """The body; raises `GraphError` when the call failed."""
        if self.ok:
            return self.body
        said = text(table(self.body, "error"), "message") or self.message
        raise GraphError(
            f"Microsoft Graph answered {self.status} {self.code}: {said}", status=self.status, code=self.code
        )


def path_of(*segments: str) -> str:
    """A path with each segment escaped, as a user principal name with `#` needs it."""
    return "".join("/" + quote(segment, safe="@$") for segment in segments)


def relative(path: str, params: Mapping[str, str]) -> str:
    """A path with its query, escaped, as both `$batch` and a request line take it."""
    query = urlencode(params, quote_via=quote, safe="$',()/:")
    return f"{path}?{query}" if query else path


class GraphClient:
    """One tenant's Graph; close it at the end. Every method raises `GraphError` (a `DirectoryError`)."""

    def __init__(self, url: str, tokens: TokenSource, session: aiohttp.ClientSession) -> None:
        self._url, self._tokens, self._session = url.rstrip("/"), tokens, session

    async def close(self) -> None:
        """Closes the pooled connections."""
        await self._session.close()
        if isinstance(self._tokens, MsalTokens):
            await self._tokens.close()

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        version: Version = "v1.0",
        patience: Patience | None = None,
    ) -> Body:
        """Reads one resource, or one page of a list."""
        url = f"{self._url}/{version}{relative(path, params or {})}"
        return (await self._patiently("GET", url, None, patience or Patience())).value()

    async def post(self, path: str, body: Body, *, patience: Patience | None = None) -> Body:
        """Calls an action."""
        url = f"{self._url}/v1.0{path}"
        return (await self._patiently("POST", url, body, patience or Patience())).value()

    async def get_all(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        version: Version = "v1.0",
        patience: Patience | None = None,
    ) -> list[Body]:
        """Every row of a list, page after page; a next page on another host is refused."""
        patience = patience or Patience()
        page = await self.get(path, params, version=version, patience=patience)
        found = rows(page)
        for _ in range(PAGES_LIMIT):
            link = text(page, "@odata.nextLink")
            if not link:
                return found
            if urlsplit(link)[:2] != urlsplit(self._url)[:2]:
                raise GraphError("Microsoft Graph points to a next page on another host")
            page = (await self._patiently("GET", link, None, patience)).value()
            found += rows(page)
        raise GraphError(f"Microsoft Graph has more than {PAGES_LIMIT} pages of {path}")

    async def batch(self, parts: Sequence[Part], *, patience: Patience | None = None) -> list[Answer]:
        """Makes calls together, at most twenty a request; each answer stands for itself, in the same order.

        Calls that are throttled are made again, alone.
        """
        patience = patience or Patience()
        answers: dict[int, Answer] = {}
        waiting = list(enumerate(parts))
        for attempt in count():
            for chunk in _chunks(waiting):
                answers |= await self._batch_once(chunk, patience)
            waiting = [(n, part) for n, part in waiting if answers[n].status in _BUSY]
            if not waiting or not await patience.pause(attempt, _longest(answers[n] for n, _ in waiting)):
                break
        return [answers[n] for n in range(len(parts))]

    async def _batch_once(self, parts: Sequence[tuple[int, Part]], patience: Patience) -> dict[int, Answer]:
        body = {"requests": [_step(number, part) for number, part in parts]}
        answer = await self._patiently("POST", f"{self._url}/v1.0/$batch", body, patience)
        found = {text(row, "id"): row for row in rows(answer.value(), "responses")}
        return {number: _part_answer(found.get(str(number))) for number, _ in parts}

    async def _patiently(self, method: str, url: str, body: Body | None, patience: Patience) -> Answer:
        for attempt in count():
            answer = await self._authorised(method, url, body)
            if answer.status not in _BUSY or not await patience.pause(attempt, answer.retry_after):
                return answer
        raise AssertionError("count() does not end")

    async def _authorised(self, method: str, url: str, body: Body | None) -> Answer:
        token = await self._tokens.token()
        answer = await self._send(method, url, body, token)
        if answer.status != 401:
            return answer
        return await self._send(method, url, body, await self._tokens.token(instead_of=token))

    async def _send(self, method: str, url: str, body: Body | None, token: str) -> Answer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "client-request-id": str(uuid.uuid4()),
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else msgspec.json.encode(body)
        try:
            async with self._session.request(
                method, URL(url, encoded=True), data=data, headers=headers, allow_redirects=False
            ) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError) as exc:
            said = str(exc) or type(exc).__name__
            raise GraphError(f"Microsoft Graph cannot be reached: {said}") from exc
        return _answer(response.status, raw, response.headers)


def connect(settings: Settings) -> GraphClient:
    """A client for the Graph that the settings name; call it within a running event loop.

    Raises `ConfigurationError` when a setting that Graph needs is missing.
    """
    tokens = MsalTokens(settings)
    connector = aiohttp.TCPConnector(ssl=client_context(settings.ca_file), limit=20)
    session = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT, trust_env=True)
    return GraphClient(settings.graph_url, tokens, session)


def _answer(status: int, raw: bytes, headers: Mapping[str, str]) -> Answer:
    wait = retry_after_s(headers.get("Retry-After"))
    try:
        body = msgspec.json.decode(raw) if raw else {}
    except msgspec.DecodeError as exc:
        if status < 300:
            raise GraphError("Microsoft Graph answered something that is not JSON", status=status) from exc
        body = {}
    return Answer(status=status, body=body if isinstance(body, dict) else {}, retry_after=wait)


def _chunks(parts: list[tuple[int, Part]]) -> list[list[tuple[int, Part]]]:
    return [parts[start : start + BATCH_LIMIT] for start in range(0, len(parts), BATCH_LIMIT)]


def _step(number: int, part: Part) -> Body:
    step: dict[str, Any] = {
        "id": str(number),
        "method": part.method,
        "url": relative(part.path, part.params),
    }
    if part.body is not None:
        step |= {"body": part.body, "headers": {"Content-Type": "application/json"}}
    return step


def _part_answer(row: Body | None) -> Answer:
    if row is None:
        return Answer(status=0, message="Microsoft Graph left one call of the batch unanswered")
    status = row.get("status")
    headers = {name.lower(): str(value) for name, value in table(row, "headers").items()}
    return Answer(
        status=status if isinstance(status, int) else 0,
        body=table(row, "body"),
        retry_after=retry_after_s(headers.get("retry-after")),
    )


def _longest(answers: Iterable[Answer]) -> float | None:
    waits = [answer.retry_after for answer in answers]
    known = [wait for wait in waits if wait is not None]
    return max(known) if known else None
