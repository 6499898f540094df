"""One call to Microsoft Graph and its answer, as a part of a batch or alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

import msgspec

from bot.graph.errors import GraphError
from bot.graph.patience import retry_after_s
from bot.graph.values import Body, table, text

BUSY: Final = frozenset({429, 503, 504})


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
    request_id: str = ""

    @property
    def ok(self) -> bool:
        """True when the body is what was asked for."""
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """Graph's own error code."""
        return text(table(self.body, "error"), "code")

    @property
    def trace(self) -> str:
        """What Microsoft's support needs to find this call; empty when Graph gave nothing."""
        return f" (request-id {self.request_id})" if self.request_id else ""

    def value(self) -> Body:
        """The body; raises `GraphError` when the call failed."""
        if self.ok:
            return self.body
        said = text(table(self.body, "error"), "message") or self.message
        sentence = f"Microsoft Graph answered {self.status} {self.code}: {said}{self.trace}"
        raise GraphError(sentence, status=self.status, code=self.code)


def path_of(*segments: str) -> str:
    """A path with each segment escaped, as a user principal name with `#` needs it."""
    return "".join("/" + quote(segment, safe="@$") for segment in segments)


def relative(path: str, params: Mapping[str, str]) -> str:
    """A path with its query, escaped, as both `$batch` and a request line take it."""
    query = urlencode(params, quote_via=quote, safe="$',()/:")
    return f"{path}?{query}" if query else path


def read_answer(status: int, raw: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer to a request; raises `GraphError` when a success is no JSON."""
    try:
        body = msgspec.json.decode(raw) if raw else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        if status < 300:
            raise GraphError("Microsoft Graph answered something that is not JSON", status=status) from exc
        body = {}
    return _answer(status, body, headers)


def batch_step(number: int, part: Part) -> Body:
    """A part as `$batch` takes it."""
    step: dict[str, Any] = {
        "id": str(number),
        "method": part.method,
        "url": relative(part.path, part.params),
    }
    if part.body is not None:
        step |= {"body": part.body, "headers": {"Content-Type": "application/json"}}
    return step


def part_answer(row: Body | None, request_id: str = "") -> Answer:
    """The answer to one part; `request_id` is the batch's, for want of its own."""
    if row is None:
        return Answer(status=0, message="Microsoft Graph left one call of the batch unanswered")
    status = row.get("status")
    headers = {name.lower(): str(value) for name, value in table(row, "headers").items()}
    answer = _answer(status if isinstance(status, int) else 0, row.get("body"), headers)
    return msgspec.structs.replace(answer, request_id=answer.request_id or request_id)


def _answer(status: int, body: object, headers: Mapping[str, str]) -> Answer:
    content = body if isinstance(body, dict) else {}
    inner = table(table(content, "error"), "innerError")
    return Answer(
        status=status,
        body=content,
        retry_after=retry_after_s(headers.get("retry-after"), headers.get("date")),
        request_id=headers.get("request-id") or text(inner, "request-id"),
    )
