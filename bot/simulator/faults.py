"""The faults that the simulated world can have, from `faults.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.errors import ConfigurationError


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is set on the network, the phone and the account; what is noticed then; which acts cure it."""

    network: dict[str, str | float] = {}
    phone: dict[str, bool | float] = {}
    directory: str = ""
    symptom: Literal["no_internet_banner", "cannot_call"] = "no_internet_banner"
    mends: frozenset[str] = frozenset()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fault: dict[str, Fault]


@cache
def all_faults() -> dict[str, Fault]:
    """Every fault by its id: a cause, optionally `/variant`, or `unexplained`."""
    text = Path(__file__).with_name("faults.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File).fault


def find_fault(fault_id: str) -> Fault:
    """The fault of that id; raises `ConfigurationError` that lists them all."""
    try:
        return all_faults()[fault_id]
    except KeyError:
        raise ConfigurationError(
            f"there is no fault {fault_id!r}", f"Choose one of: {', '.join(sorted(all_faults()))}."
        ) from None


def verdict_of(fault_id: str) -> str:
    """What a bot that found this fault says: its cause, or `undetermined` when nothing explains it."""
    return "undetermined" if fault_id == "unexplained" else fault_id.partition("/")[0]
