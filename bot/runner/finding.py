"""What a prober has to say, and the one translation of operating system errors into failure names."""

from __future__ import annotations

import errno
import os
from typing import Any, Final

import msgspec

from bot.domain.probe import Failure, Where

_NAMES: Final = {
    errno.ECONNREFUSED: (Failure.connection_refused, Where.target),
    errno.ECONNRESET: (Failure.connection_reset, Where.path),
    errno.ECONNABORTED: (Failure.connection_reset, Where.path),
    errno.EPIPE: (Failure.connection_reset, Where.path),
    errno.ETIMEDOUT: (Failure.connection_timeout, Where.path),
    errno.EHOSTUNREACH: (Failure.host_unreachable, Where.path),
    errno.EHOSTDOWN: (Failure.host_unreachable, Where.path),
    errno.ENETUNREACH: (Failure.network_unreachable, Where.path),
    errno.EADDRNOTAVAIL: (Failure.network_unreachable, Where.runner),
    errno.EACCES: (Failure.network_unreachable, Where.runner),
    errno.EPERM: (Failure.network_unreachable, Where.runner),
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a prober found; `ms` when something else than the whole duration is meant."""

    ok: bool | None
    failure: Failure | None = None
    at: Where | None = None
    ms: float | None = None
    details: dict[str, Any] = {}


class Failed(Exception):
    """Ends a prober with a named failure; `run_probe` turns it into a result.

    `ok` is False when the failure proves something about the target, None when it does not.
    """

    def __init__(
        self, failure: Failure, at: Where, details: dict[str, Any] | None = None, *, ok: bool | None = False
    ) -> None:
        super().__init__(failure)
        self.finding = Finding(ok=ok, failure=failure, at=at, details=details or {})


def from_os_error(exc: OSError, details: dict[str, Any] | None = None) -> Failed:
    """The named failure behind an error of the socket layer; what is nobody's but ours is `internal_error`."""
    known = _NAMES.get(exc.errno or 0)
    if known is None and isinstance(exc, ConnectionError):
        known = (Failure.connection_reset, Where.path)
    failure, at = known or (Failure.internal_error, Where.runner)
    told = {**(details or {}), "error": os.strerror(exc.errno) if exc.errno else type(exc).__name__}
    return Failed(failure, at, told, ok=None if at is Where.runner else False)
