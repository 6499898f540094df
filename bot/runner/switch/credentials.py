"""What opens a switch's SNMP agent: kept in a file at the site, never in a job, a result or a log."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from bot.errors import ConfigurationError
from bot.probes.options import SnmpOptions

ANY: Final = "*"
_ADVICE: Final = "A list of [[switch]] tables with host, and community or user; see docs/settings.md."

Password = Annotated[str, msgspec.Meta(min_length=8, max_length=255)]  # RFC 3414 section 11.2


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to speak to one switch; with `user` that is SNMP v3, with `community` v2c."""

    community: str | None = None
    user: str | None = None
    auth_protocol: Literal["sha", "sha224", "sha256", "sha384", "sha512"] = "sha"
    auth_password: Password | None = None
    priv_protocol: Literal["aes", "aes192", "aes256"] = "aes"
    priv_password: Password | None = None
    context: str = ""

    def __post_init__(self) -> None:
        if (self.community is None) == (self.user is None):
            raise ValueError("either a community (v2c) or a user (v3)")
        if self.priv_password is not None and self.auth_password is None:
            raise ValueError("encryption needs auth_password as well")

    def __repr__(self) -> str:
        """Shows nothing that opens anything."""
        return f"Credentials({'v3' if self.user is not None else 'v2c'})"


Keys = Mapping[str, Credentials]


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    host: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    switch: tuple[dict[str, str], ...] = ()


def parse_keys(content: str) -> dict[str, Credentials]:
    """Reads the text of a switches file, by host; `*` stands for every other switch.

    Raises `ConfigurationError`, whose message never shows a value.
    """
    keys: dict[str, Credentials] = {}
    try:
        for number, table in enumerate(msgspec.convert(tomllib.loads(content), _File).switch):
            host = msgspec.convert(table, _Entry).host.lower()
            rest = {name: value for name, value in table.items() if name != "host"}
            keys[host] = _entry(number, rest)
    except tomllib.TOMLDecodeError:
        raise ConfigurationError("the switches file is no TOML", _ADVICE) from None
    except msgspec.ValidationError as exc:
        raise ConfigurationError(f"the switches file: {_reason(exc)}", _ADVICE) from None
    return keys


def _reason(error: msgspec.ValidationError) -> str:
    """What is wrong, without the values that msgspec puts between quotes."""
    return re.sub(r"'[^']*'", "…", str(error))


def _entry(number: int, table: dict[str, str]) -> Credentials:
    try:
        return msgspec.convert(table, Credentials)
    except msgspec.ValidationError as exc:
        raise ConfigurationError(f"the switches file, switch {number}: {_reason(exc)}", _ADVICE) from None


def read_keys(path: Path | None) -> dict[str, Credentials]:
    """Reads a switches file, if there is one; raises `ConfigurationError`."""
    if path is None:
        return {}
    try:
        return parse_keys(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"{path} cannot be read: {type(exc).__name__}", _ADVICE) from exc


def choose(options: SnmpOptions, host: str, keys: Keys) -> Credentials | None:
    """The probe's own (at the keyboard), else those kept for the host, else those for all; None when there are none.

    Raises `ConfigurationError` when the probe's own do not fit together.
    """
    if options.community is None and options.user is None:
        return keys.get(host.lower()) or keys.get(ANY)
    told = {name: getattr(options, name) for name in Credentials.__struct_fields__}
    try:
        return msgspec.convert({k: v for k, v in told.items() if v is not None}, Credentials)
    except msgspec.ValidationError as exc:
        raise ConfigurationError(f"options of snmp {host}: {_reason(exc)}") from None
