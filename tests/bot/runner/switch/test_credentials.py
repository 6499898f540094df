"""Credentials come from the site's file or the keyboard, and are never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.probe import ProbeSpec
from bot.errors import ConfigurationError
from bot.probes.options import SECRETS, SnmpOptions, options_of
from bot.runner.switch.credentials import Credentials, choose, parse_keys, read_keys

FILE = """
[[switch]]
host = "10.20.0.2"
user = "decroche"
auth_protocol = "sha256"
auth_password = "authpass-lyon"
priv_protocol = "aes256"
priv_password = "privpass-lyon"

[[switch]]
host = "*"
community = "s3cret"
"""


def _options(**options: Any) -> SnmpOptions:
    read = options_of(ProbeSpec(prober="snmp", host="10.20.0.2", options=options))
    assert isinstance(read, SnmpOptions)
    return read


def test_a_file_is_read_by_host() -> None:
    keys = parse_keys(FILE)
    assert keys["10.20.0.2"].auth_protocol == "sha256"
    assert keys["*"] == Credentials(community="s3cret")


def test_the_probe_own_come_first() -> None:
    keys = parse_keys(FILE)
    assert choose(_options(community="public"), "10.20.0.2", keys) == Credentials(community="public")
    assert choose(_options(), "10.20.0.2", keys) == keys["10.20.0.2"]
    assert choose(_options(), "10.20.0.9", keys) == keys["*"]
    assert choose(_options(), "10.20.0.9", {}) is None


def test_every_secret_option_is_used() -> None:
    assert frozenset(Credentials.__struct_fields__) == SECRETS
    assert set(SnmpOptions.__struct_fields__) >= SECRETS


@pytest.mark.parametrize(
    "options",
    [
        {"community": "a", "user": "b"},
        {"user": "b", "priv_password": "privpass-lyon"},
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        choose(_options(**options), "10.20.0.2", {})


@pytest.mark.parametrize(
    "content",
    [
        "switch = 1",
        "[[switch]]\ncommunity = 's3cret'",
        "[[switch]]\nhost = 'a'",
        "[[switch]]\nhost = 'a'\ncommunity = 's3cret'\nuser = 's3cret'",
        "[[switch]]\nhost = 'a'\nuser = 'u'\nauth_password = 's3cret'",
        "[[switch]]\nhost = 'a'\ncommunity = 's3cret'\ncolour = 's3cret'",
        "[[switch]]\nhost = 'a'\nuser = 'u'\nauth_protocol = 's3cret'",
        "[[switch]\nhost = s3cret",
    ],
)
def test_a_wrong_file_shows_no_secret(content: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_keys(content)
    assert "s3cret" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="FileNotFoundError"):
        read_keys(tmp_path / "switches.toml")
    (tmp_path / "switches.toml").write_text(FILE)
    assert set(read_keys(tmp_path / "switches.toml")) == {"10.20.0.2", "*"}


def test_a_secret_is_never_shown() -> None:
    shown = repr(parse_keys(FILE)) + repr(_options(community="s3cret", mac="00:04:f2:ab:cd:ef"))
    assert "s3cret" not in shown
    assert "pass-lyon" not in shown


@given(st.dictionaries(st.sampled_from(sorted(SECRETS)), st.text(max_size=12)))
def test_no_options_break_the_choice(told: dict[str, str]) -> None:
    try:
        found = choose(_options(**told), "10.20.0.2", {})
    except ConfigurationError:
        return
    assert found is None or msgspec.convert(msgspec.to_builtins(found), Credentials) == found
