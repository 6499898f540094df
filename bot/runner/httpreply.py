"""What an HTTP answer says: read from bytes of any origin, proxies, portals and noise included, never more than 16 KB."""

from __future__ import annotations

import http.client
import io
import re
import socket
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec

from bot.domain.probe import Failure

MOST: Final = 16_384
MOST_BODY: Final = 4096
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_WITHOUT_BODY: Final = frozenset({204, 304})
PROXY_AUTHENTICATION: Final = 407
NETWORK_AUTHENTICATION: Final = 511  # RFC 6585 section 6: a captive portal
_LENGTH: Final = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED: Final = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_SHOWN: Final = 200


class HttpReply(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an answer that tell who gave it; headers are cut to 200 characters."""

    status: int
    location: str = ""
    server: str = ""
    via: str = ""
    authenticate: str = ""
    body: str = ""

    def details(self) -> dict[str, Any]:
        """For a result: what there is of it, without the body."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        del told["body"]
        return {name: value for name, value in told.items() if value or name in {"status", "location"}}

    def elsewhere(self, host: str) -> bool:
        """True for a redirect to a host of another owner than `host`'s (by the last two labels)."""
        if self.status not in _REDIRECTS:
            return False
        try:
            other = urlsplit(self.location).hostname
        except ValueError:
            return True
        return other is not None and host.lower().split(".")[-2:] != other.lower().split(".")[-2:]


class _Bytes:
    """Bytes that were received, as the standard library's reader wants them."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        """The bytes as a file."""
        del mode
        return io.BytesIO(self._data)


def _body(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(MOST_BODY)
    except http.client.IncompleteRead as exc:
        return exc.partial


def read_http(data: bytes) -> HttpReply | None:
    """The answer in these bytes, as far as it goes; None when they are no HTTP/1 answer."""
    response = http.client.HTTPResponse(cast("socket.socket", _Bytes(data[:MOST])), method="GET")
    try:
        response.begin()
        body = _body(response)
    except (http.client.HTTPException, ValueError, ConnectionError):
        return None
    finally:
        response.close()

    def header(name: str) -> str:
        return str(response.headers.get(name, ""))[:_SHOWN]

    return HttpReply(
        status=response.status,
        location=header("Location"),
        server=header("Server"),
        via=header("Via"),
        authenticate=header("Proxy-Authenticate"),
        body=body.decode("utf-8", "replace"),
    )


def is_complete(data: bytes) -> bool:
    """True when nothing more needs to be read: by its own account the answer ends, or it is long enough."""
    head, end, body = data.partition(b"\r\n\r\n")
    if len(data) >= MOST or (end and len(body) >= MOST_BODY):
        return True
    if not end:
        return False
    status = _STATUS.match(head)
    if status is not None and int(status[1]) in _WITHOUT_BODY:
        return True
    if _CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n")
    length = _LENGTH.search(head)
    return length is not None and len(body) >= int(length[1])


def on_the_way(reply: HttpReply, host: str) -> Failure | None:
    """Who gave this answer, when it was somebody between here and `host`."""
    if reply.status == PROXY_AUTHENTICATION:
        return Failure.proxy_required
    if reply.status == NETWORK_AUTHENTICATION or reply.elsewhere(host):
        return Failure.captive_portal
    return None
