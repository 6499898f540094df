"""Every error that Décroche raises on purpose.

Each has a sentence for the operator (its message) and says what to do next (`advice`).

    DecrocheError
    ├── ConfigurationError      a setting is missing or wrong (exit code 2)
    │   └── SitesInvalid        `sites.toml` cannot be used
    ├── Refused                 an incoming request is not accepted; carries the HTTP status
    ├── StateError
    │   ├── Conflict            somebody else changed the case first
    │   ├── NoSuchCase
    │   └── RedisUnavailable
    ├── PlaybookInvalid         file, key and reason
    ├── DirectoryError          Microsoft Graph could not be asked
    ├── DeliveryError           Teams did not take a message
    │   └── DeliveryDoubtful    it may have been taken, nobody can know
    ├── FileRefused             somebody's file cannot be kept; says why
    └── BundleError             the escalation could not be written
"""

from __future__ import annotations

from typing import Literal

FileTrouble = Literal["too_big", "wrong_type", "empty", "expired", "untrusted", "not_fetched"]


class DecrocheError(Exception):
    """Base of all; `advice` says what the operator can do."""

    advice = ""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice or self.advice


class ConfigurationError(DecrocheError):
    """A setting is missing or wrong."""


class SitesInvalid(ConfigurationError):
    """`sites.toml` cannot be used."""

    advice = "Correct the file named by DECROCHE_SITES."


class Refused(DecrocheError):
    """An incoming request that is not accepted; `status` is the HTTP status to answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class StateError(DecrocheError):
    """Something about stored state."""


class Conflict(StateError):
    """The case, or the record, has another version than the one that was read."""


class NoSuchCase(StateError):
    """There is no case of that id."""


class RedisUnavailable(StateError):
    """The Redis server cannot be reached or started."""


class PlaybookInvalid(DecrocheError):
    """A playbook that cannot be used: says file, key and reason."""


class DirectoryError(DecrocheError):
    """Microsoft Graph could not be asked, or refused."""


class DeliveryError(DecrocheError):
    """Teams did not take a message; `status` is its HTTP status, `code` its own word, `retry_after` in seconds."""

    def __init__(
        self,
        message: str,
        status: int | None = None,
        retry_after: float | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.code = code


class DeliveryDoubtful(DeliveryError):
    """The message may have been taken: the connection broke before an answer came."""


class FileRefused(DecrocheError):
    """A file that somebody sent cannot be kept; `why` is said to them."""

    def __init__(self, why: FileTrouble, message: str = "") -> None:
        super().__init__(message or why)
        self.why = why


class BundleError(DecrocheError):
    """The escalation could not be written."""
