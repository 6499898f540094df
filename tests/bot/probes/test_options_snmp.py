"""Options of a switch probe."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.probe import ProbeSpec
from bot.errors import ConfigurationError
from bot.probes.options import SECRETS, Options, SnmpOptions, options_of, port_of, unknown_options


def _spec(**options: Any) -> ProbeSpec:
    return ProbeSpec(prober="snmp", host="10.20.0.2", options=options)


def test_a_switch_has_options_of_its_own() -> None:
    read = options_of(_spec(mac="0004.f2ab.cdef", voice_vlans=[30], community="public"))
    assert isinstance(read, SnmpOptions)
    assert (read.mac, read.voice_vlans, port_of(_spec())) == ("0004.f2ab.cdef", (30,), 161)
    assert unknown_options(_spec(community="x", colour="red")) == ("colour",)
    assert unknown_options(ProbeSpec(prober="dns", host="a", options={"community": "x"})) == ("community",)


@pytest.mark.parametrize(
    "options",
    [
        {"mac": "00:04:f2:ab:cd"},
        {"mac": "00:04:f2:ab:cd:ef:01"},
        {"if_index": 0},
        {"voice_vlans": [4095]},
        {"vlans": list(range(1, 40))},
        {"poe_port": "12"},
        {"again_s": 3600},
        {"auth_password": "short"},
        {"priv_protocol": "des"},
        {"auth_protocol": "md5"},
        {"community": ""},
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"options of snmp 10\.20\.0\.2"):
        options_of(_spec(**options))


def test_secrets_are_options_of_switches_only() -> None:
    assert set(SnmpOptions.__struct_fields__) >= SECRETS
    assert not SECRETS & set(Options.__struct_fields__)
