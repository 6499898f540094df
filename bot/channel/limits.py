"""The channel's limits, read once from `channel.toml`: numbers that change without a change of code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from bot.domain.diagnosis import Locale

Window = tuple[int, float]


class EndpointLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a request may weigh and take."""

    body_bytes: int
    body_s: float
    retry_after_s: int


class KeyLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How often, and for how long, the connector's keys are asked for."""

    lifetime_s: float
    unknown_kid_s: float
    retry_s: float
    timeout_s: float
    max_bytes: int


class TokenLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How far the connector's clock may be from ours."""

    clock_skew_s: float


class LoginLimits(msgspec.Struct, frozen=True, kw_only=True):
    """When the bot's own token is renewed."""

    refresh_before_s: float
    retry_s: float
    timeout_s: float


class DeliveryLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how often a delivery is tried."""

    connect_s: float
    total_s: float
    connections: int
    tries: int
    backoff_s: float
    longest_s: float
    jitter: float
    page: int
    pages: int


class PaceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Teams' rate limits, each as (count, seconds); `patience_s` is how long a call waits for its turn."""

    send: tuple[Window, ...]
    members: tuple[Window, ...]
    app: tuple[Window, ...]
    patience_s: float


class FileLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How big a file may be, how long it may take in all and between two pieces, and how often it may move."""

    max_bytes: int
    total_s: float
    read_s: float
    redirects: int
    at_once: int


class HostLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Microsoft's hosts: whole names, and domains of which every name is Microsoft's; `files` are of clouds."""

    exact: frozenset[str]
    suffixes: tuple[str, ...]
    files: tuple[str, ...]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every limit of the channel."""

    endpoint: EndpointLimits
    keys: KeyLimits
    token: TokenLimits
    login: LoginLimits
    delivery: DeliveryLimits
    pace: PaceLimits
    files: FileLimits
    hosts: HostLimits
    acknowledged: dict[Locale, str]


@cache
def limits() -> Limits:
    """The limits that ship with Décroche."""
    text = files(__package__).joinpath("channel.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Limits)
