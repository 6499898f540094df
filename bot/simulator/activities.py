"""Activities as the connector API takes them from a bot, with Teams's refusals and their codes."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from aiohttp import web

from bot.simulator.rooms import Card

ADAPTIVE: Final = "application/vnd.microsoft.card.adaptive"
MAX_UTF16_BYTES: Final = 100 * 1024


class TeamsError(Exception):
    """A refusal in Teams's own shape: `{"error": {"code", "message"}}`."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.retry_after = status, code, retry_after

    def response(self) -> web.Response:
        """The HTTP answer."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        error = {"error": {"code": self.code, "message": str(self)}}
        return web.json_response(error, status=self.status, headers=headers)


def read_activity(body: dict[str, Any]) -> tuple[str, list[Card]]:
    """The text and the cards of a message activity.

    Raises `TeamsError` 400 for what Teams does not take: no content, an attachment that is no card.
    """
    if body.get("type") != "message":
        raise TeamsError(400, "BadSyntax", "Unknown activity type.")
    text = body.get("text") or ""
    attachments = body.get("attachments") or []
    if not isinstance(text, str) or not isinstance(attachments, list):
        raise TeamsError(400, "BadSyntax", "Malformed activity.")
    if not text.strip() and not attachments:
        raise TeamsError(400, "BadSyntax", "Activity must have text or attachments.")
    return text, [_card(attachment) for attachment in attachments]


def _card(attachment: object) -> Card:
    given = as_dict(attachment)
    content = given.get("content")
    if given.get("contentType") != ADAPTIVE or not isinstance(content, dict):
        raise TeamsError(400, "BadArgument", "Unknown attachment type.")
    if content.get("type") != "AdaptiveCard" or not content.get("version"):
        raise TeamsError(400, "BadArgument", "An adaptive card needs its type and version.")
    return content


async def read_json(request: web.Request) -> dict[str, Any]:
    """The body, whose size Teams counts in UTF-16."""
    raw = await request.read()
    try:
        if len(raw.decode().encode("utf-16-le")) > MAX_UTF16_BYTES:
            raise TeamsError(413, "MessageSizeTooBig", "Message size too large.")
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise TeamsError(400, "BadSyntax", "The body is not JSON.") from exc
    if not isinstance(body, dict):
        raise TeamsError(400, "BadSyntax", "The body is no object.")
    return body


def as_dict(value: object) -> dict[str, Any]:
    """The value when it is a JSON object, else an empty one: for reading what strangers send."""
    return value if isinstance(value, dict) else {}
