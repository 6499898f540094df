"""What the app says of itself in the Teams store, in each language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

Scope = Literal["personal", "team", "groupChat"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Misspelt keys are refused."""


class Both(_Strict, frozen=True):
    """A text in each language."""

    fr: str
    en: str


class Titled(_Strict, frozen=True):
    """A title, and what it is for."""

    title: str
    description: str


class Command(_Strict, frozen=True):
    """One that can be typed."""

    fr: Titled
    en: Titled


class CommandList(_Strict, frozen=True):
    """The commands that are offered in some places."""

    scopes: tuple[Scope, ...]
    command: tuple[Command, ...]


class Named(_Strict, frozen=True):
    """A command of the message extension; `id` is what the bot hears."""

    id: str
    fr: Titled
    en: Titled


class Parameter(_Strict, frozen=True):
    """What a search asks for."""

    name: str
    fr: Titled
    en: Titled


class Extension(_Strict, frozen=True):
    """The message extension: a search, and an action on a message."""

    query: Named
    parameter: Parameter
    action: Named


class Words(_Strict, frozen=True):
    """All of it."""

    name: Both
    full_name: Both
    short: Both
    full: Both
    list: tuple[CommandList, ...]
    extension: Extension


@cache
def words() -> Words:
    """The texts of `app.toml`."""
    text = resources.files(__package__).joinpath("app.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Words)
