"""The faults that the simulated world can have, from `faults.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from bot.errors import ConfigurationError

Symptom = Literal[
    "no_internet_banner", "cannot_call", "no_dial_tone", "no_power", "random_reboot", "signed_out", "one_way_audio", "bad_audio"
]  # fmt: skip


class Around(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is true around the phone: who else is affected (else the network tells), what happened before."""

    scope: Literal["", "one", "several", "site"] = ""
    moved: bool = False
    changed: bool = False


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is set on network, phone, switch port and account; what is noticed then; which acts cure it.

    `runner` is false where the site's runner does not run.
    """

    network: dict[str, str | float] = {}
    phone: dict[str, bool | float | str] = {}
    port: dict[str, str] = {}
    around: Around = Around()
    directory: str = ""
    symptom: Symptom = "no_internet_banner"
    mends: frozenset[str] = frozenset()
    runner: bool = True


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
    cause = fault_id.partition("/")[0]
    return "undetermined" if cause == "unexplained" else cause
