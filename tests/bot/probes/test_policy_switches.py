"""A runner asks only switches that it keeps credentials for, and takes none from the queue."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.probe import ProbeSpec
from bot.domain.site import Lab, Site
from bot.probes.options import SECRETS
from bot.probes.policy import allow, refuse

SITE = Site(id="lyon", name="Lyon", switches=("10.20.0.2",), private_targets=("10.20.0.2", "10.20.0.5"))
KEYS = ("10.20.0.2", "sw-3.bellecour.example", "*")


def _why(host: str, port: int | None = None, prober: str = "snmp", **options: Any) -> str | None:
    spec = ProbeSpec(prober=prober, host=host, port=port, options={"mac": "00:04:f2:ab:cd:ef", **options})
    return refuse(spec, allow(SITE, switches=KEYS))


@pytest.mark.parametrize("host", ["10.20.0.2", "SW-3.bellecour.example."])
def test_a_switch_with_credentials_may_be_asked(host: str) -> None:
    assert _why(host) is None
    assert _why(host, 161) is None


@pytest.mark.parametrize(
    ("host", "port"),
    [("10.20.0.5", 161), ("10.20.0.9", 161), ("10.20.0.2", 162), ("*", None), ("10.20.0.2", 53)],
)
def test_no_other_may_be_asked(host: str, port: int | None) -> None:
    assert "keeps no credentials" in (_why(host, port) or "")


def test_a_switch_is_asked_nothing_else() -> None:
    assert _why("sw-3.bellecour.example", 161, prober="tcp") is not None


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_credentials_never_come_from_the_queue(name: str) -> None:
    told: dict[str, Any] = {name: "whatever-it-is"}
    assert _why("10.20.0.2", **told) == "credentials never come from the queue"


def test_a_laboratory_has_its_port() -> None:
    site = Site(id="lyon", name="Lyon", lab=Lab(ports={"161": 10161}))
    spec = ProbeSpec(prober="snmp", host="127.0.0.1", port=10161)
    assert refuse(spec, allow(site, switches=("127.0.0.1",))) is None


def test_without_keys_none_is_asked() -> None:
    assert refuse(ProbeSpec(prober="snmp", host="10.20.0.2"), allow(SITE)) is not None
