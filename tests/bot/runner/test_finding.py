"""Operating system errors by their names."""

from __future__ import annotations

import errno
import os

import pytest

from bot.runner.finding import from_os_error


@pytest.mark.parametrize(
    ("number", "failure", "at", "ok"),
    [
        (errno.ECONNREFUSED, "connection_refused", "target", False),
        (errno.ECONNRESET, "connection_reset", "path", False),
        (errno.ETIMEDOUT, "connection_timeout", "path", False),
        (errno.EHOSTUNREACH, "host_unreachable", "path", False),
        (errno.ENETUNREACH, "network_unreachable", "path", False),
        (errno.EPERM, "network_unreachable", "runner", None),
        (errno.EMFILE, "internal_error", "runner", None),
    ],
)
def test_each_error_has_its_name(number: int, failure: str, at: str, ok: bool | None) -> None:
    finding = from_os_error(OSError(number, os.strerror(number)), {"address": "10.0.0.1"}).finding
    assert (finding.failure, finding.at, finding.ok) == (failure, at, ok)
    assert finding.details == {"address": "10.0.0.1", "error": os.strerror(number)}


def test_a_closed_connection_is_a_reset() -> None:
    assert from_os_error(ConnectionResetError("closed at once")).finding.failure == "connection_reset"
