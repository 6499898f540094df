"""The table of Graph permissions: what each is for, and the call that shows whether it was granted."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec


class Permission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application permission.

    `why` says what it gives, `without` what the bot cannot know then; a `write` is wanted for fixes only, an
    `optional` one makes a look-up fuller.
    """

    name: str
    why: str
    without: str
    path: str
    method: Literal["GET", "POST", "PATCH", "DELETE"] = "GET"
    body: dict[str, Any] | None = None
    write: bool = False
    optional: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    permission: tuple[Permission, ...]


@cache
def permissions() -> tuple[Permission, ...]:
    """Every permission that the bot can use."""
    text = resources.files(__package__).joinpath("permissions.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Table).permission
