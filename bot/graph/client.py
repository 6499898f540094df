"""Microsoft Graph over HTTP: tokens, paging, batches, throttling, and nothing of what is asked.

msgraph-sdk would do this too, at hundreds of megabytes for ten calls.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final, Literal
from urllib.parse import urlsplit

import aiohttp
import msgspec
from yarl import URL

from bot.graph.answer import BUSY, Answer, Part, batch_step, part_answer, path_of, read_answer, relative
from bot.graph.breaker import Breaker
from bot.graph.errors import GraphError
from bot.graph.lanes import Lane, Lanes
from bot.graph.patience import ATTEMPTS, Patience, backoff_s
from bot.graph.shelf import Shelf
from bot.graph.token import MsalTokens, TokenSource
from bot.graph.trust import client_context
from bot.graph.values import Body, lists, rows, text
from bot.settings import Settings

__all__ = ["Answer", "GraphClient", "Method", "Part", "Version", "connect", "path_of"]

Version = Literal["v1.0", "beta"]
Method = Literal["GET", "POST", "PATCH", "DELETE"]

BATCH_LIMIT: Final = 20
PAGES_LIMIT: Final = 50

_BATCH: Final = "/$batch"
_BROKEN: Final = frozenset({500, 502, 503, 504})
_TIMEOUT: Final = aiohttp.ClientTimeout(total=20, connect=10)
_LONGEST: Final = 32 * 1024 * 1024  # bytes of an answer; a page of the longest list has some two million


class _Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request; `path` is without version and query, and says what it counts against."""

    method: Method
    url: str
    path: str
    body: Body | None = None


class GraphClient:
    """One tenant's Graph; close it at the end. Every method raises `GraphError` (a `DirectoryError`).

    All calls of a process share its budgets, its circuit breaker and what it keeps (`shelf`).
    """

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        session: aiohttp.ClientSession,
        *,
        lanes: Lanes | None = None,
        breaker: Breaker | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self._url, self._tokens, self._session = url.rstrip("/"), tokens, session
        self._lanes, self._breaker = lanes or Lanes(), breaker or Breaker()
        self.shelf = shelf or Shelf()

    async def close(self) -> None:
        """Closes the pooled connections."""
        await self._session.close()
        if isinstance(self._tokens, MsalTokens):
            await self._tokens.close()

    def has_room(self, path: str, calls: int) -> bool:
        """True when so many calls could be made to `path` right now, without waiting for its budget."""
        return self._lanes.of(path).has_room(calls)

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        version: Version = "v1.0",
        patience: Patience | None = None,
    ) -> Body:
        """Reads one resource, or one page of a list."""
        answer = await self.call("GET", path, params=params, version=version, patience=patience)
        return answer.value()

    async def post(self, path: str, body: Body, *, patience: Patience | None = None) -> Body:
        """Calls an action."""
        return (await self.call("POST", path, body, patience=patience)).value()

    async def call(
        self,
        method: Method,
        path: str,
        body: Body | None = None,
        *,
        params: Mapping[str, str] | None = None,
        version: Version = "v1.0",
        patience: Patience | None = None,
    ) -> Answer:
        """Any call, with its answer as it came, refusals included."""
        url = f"{self._url}/{version}{relative(path, params or {})}"
        request = _Request(method=method, url=url, path=path, body=body)
        answer = await self._patiently(request, patience or Patience())
        if method != "GET" and path != _BATCH:
            self.shelf.clear()  # what was read before a change is not to be believed after it
        return answer

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
        found = _rows(page)
        for _ in range(PAGES_LIMIT):
            link = text(page, "@odata.nextLink")
            if not link:
                return found
            if not _same_host(link, self._url):
                raise GraphError("Microsoft Graph points to a next page on another host")
            request = _Request(method="GET", url=link, path=path)
            page = (await self._patiently(request, patience)).value()
            found += _rows(page)
        raise GraphError(f"Microsoft Graph has more than {PAGES_LIMIT} pages of {path}")

    async def batch(self, parts: Sequence[Part], *, patience: Patience | None = None) -> list[Answer]:
        """Makes calls together, at most twenty a request; each answer stands for itself, in the same order.

        Calls that are throttled, or whose budget is used up, are made alone when their time has come.
        """
        patience = patience or Patience()
        numbered = list(enumerate(parts))
        prompt = [(n, part) for n, part in numbered if self._prompt(part)]
        late = [(n, part) for n, part in numbered if (n, part) not in prompt]
        done = await asyncio.gather(
            *(
                self._together(prompt[i : i + BATCH_LIMIT], patience)
                for i in range(0, len(prompt), BATCH_LIMIT)
            ),
            *(self._alone(n, part, patience) for n, part in late),
        )
        answers = {n: answer for found in done for n, answer in found.items()}
        return [answers[n] for n in range(len(parts))]

    def _prompt(self, part: Part) -> bool:
        """True when a part may go with a batch at once; its budget, if it has one, is then used."""
        lane = self._lanes.of(part.path)
        return lane.prompt() if self._lanes.limited(part.path) else not lane.paused()

    async def _together(self, parts: Sequence[tuple[int, Part]], patience: Patience) -> dict[int, Answer]:
        answers: dict[int, Answer] = {}
        try:
            answers = await self._batch_once(parts, patience)
        finally:
            for n, part in parts:
                await self._told(part, answers.get(n))
        refused = [(n, part) for n, part in parts if answers[n].status in BUSY]
        again = await asyncio.gather(*(self._alone(n, part, patience) for n, part in refused))
        return answers | {n: answer for found in again for n, answer in found.items()}

    async def _batch_once(self, parts: Sequence[tuple[int, Part]], patience: Patience) -> dict[int, Answer]:
        body = {"requests": [batch_step(number, part) for number, part in parts]}
        answer = await self.call("POST", _BATCH, body, patience=patience)
        found = {text(row, "id"): row for row in rows(answer.value(), "responses")}
        return {number: part_answer(found.get(str(number)), answer.request_id) for number, _ in parts}

    async def _told(self, part: Part, answer: Answer | None) -> None:
        """Lets the lane of a part know how it went."""
        lane, pause_s = self._lanes.of(part.path), _pause_s(answer, 0)
        if self._lanes.limited(part.path):
            await lane.leave(pause_s)
        elif pause_s is not None:
            lane.pause(pause_s)

    async def _alone(self, n: int, part: Part, patience: Patience) -> dict[int, Answer]:
        answer = await self.call(part.method, part.path, part.body, params=part.params, patience=patience)
        return {n: answer}

    async def _patiently(self, request: _Request, patience: Patience) -> Answer:
        lane = self._lanes.of(request.path)
        answer = Answer(status=429, message="there is no time left to wait for it")
        for attempt in count():
            if not await lane.enter(patience):
                break
            answer = await self._within(lane, request, attempt)
            if answer.status not in BUSY or attempt >= ATTEMPTS:
                break
        return answer

    async def _within(self, lane: Lane, request: _Request, attempt: int) -> Answer:
        answer: Answer | None = None
        try:
            answer = await self._authorised(request)
        finally:
            await lane.leave(_pause_s(answer, attempt))
        return answer

    async def _authorised(self, request: _Request) -> Answer:
        self._breaker.check()
        token = await self._tokens.token()
        answer = await self._send(request, token)
        if answer.status != 401:
            return answer
        return await self._send(request, await self._tokens.token(instead_of=token))

    async def _send(self, request: _Request, token: str) -> Answer:
        ours = str(uuid.uuid4())
        data = None if request.body is None else msgspec.json.encode(request.body)
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),
                data=data,
                headers=_headers(token, ours, json=data is not None),
                allow_redirects=False,
            ) as response:
                raw = await _whole(response)
        except (aiohttp.ClientError, TimeoutError) as exc:
            self._breaker.bad()
            said = str(exc) or type(exc).__name__
            raise GraphError(f"Microsoft Graph cannot be reached: {said} (client-request-id {ours})") from exc
        (self._breaker.bad if response.status in _BROKEN else self._breaker.good)()
        return read_answer(response.status, raw, response.headers)


def _same_host(link: str, ours: str) -> bool:
    try:
        return urlsplit(link)[:2] == urlsplit(ours)[:2]
    except ValueError:
        return False


def _rows(page: Body) -> list[Body]:
    """The rows of a page; raises `GraphError` for what is no list, which must not be taken for an empty one."""
    if not lists(page):
        raise GraphError("Microsoft Graph answered something that is no list")
    return rows(page)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The body; raises `GraphError` when it is longer than any that Graph gives."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _LONGEST:
            raise GraphError("Microsoft Graph answered more than can be read", status=response.status)
    return bytes(body)


def _headers(token: str, request_id: str, *, json: bool) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json",
        "client-request-id": request_id,
        "return-client-request-id": "true",
    }
    return headers | ({"Content-Type": "application/json"} if json else {})


def _pause_s(answer: Answer | None, attempt: int) -> float | None:
    """How long a service wants to be left alone after this answer; None when it does not say so."""
    if answer is None or answer.status not in BUSY:
        return None
    return backoff_s(attempt) if answer.retry_after is None else answer.retry_after


def connect(settings: Settings) -> GraphClient:
    """A client for the Graph that the settings name; call it within a running event loop.

    Raises `ConfigurationError` when a setting that Graph needs is missing.
    """
    tokens = MsalTokens(settings)
    connector = aiohttp.TCPConnector(ssl=client_context(settings.ca_file), limit=20)
    session = aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT, trust_env=True)
    return GraphClient(settings.graph_url, tokens, session)
