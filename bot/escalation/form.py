"""The form as data: which fields a ticket has, and where in a ledger each is found."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A condition: every fact has one of its values and, with `emergency`, the phone cannot call for help."""

    facts: dict[str, tuple[str, ...]] = {}
    emergency: bool = False


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field: sources in order of preference, and whether (and when) it is asked for."""

    id: str
    sources: tuple[str, ...]
    needed: bool = True
    when: When | None = None


class SectionSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of fields."""

    id: str
    fields: tuple[FieldSpec, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question to Microsoft, asked always or under a condition."""

    id: str
    when: When | None = None


class _Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    expected: tuple[str, ...]


class _Severity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    emergency: dict[str, str]
    other: dict[str, str]


class _Emergency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    symptoms: frozenset[str]
    told: frozenset[str]


class _Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    items: tuple[str, ...]


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole form, as `template.toml` has it."""

    section: tuple[SectionSpec, ...]
    question: tuple[Question, ...]
    tried: _Tried
    severity: _Severity
    emergency: _Emergency
    checklist: _Checklist


@cache
def form() -> Form:
    """The form; read once. Raises `msgspec.ValidationError` when the file is wrong."""
    text = files("bot.escalation").joinpath("template.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Form)
