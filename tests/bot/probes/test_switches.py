"""The probes of a site's switches."""

from __future__ import annotations

import pytest

from bot.domain.site import Lab, Site
from bot.errors import ConfigurationError
from bot.probes.options import SECRETS, SnmpOptions, options_of
from bot.probes.policy import allow, refuse
from bot.probes.switches import FACT, switch_probes

SITE = Site(
    id="lyon",
    name="Lyon",
    resolvers=("10.20.0.53",),
    switches=("10.20.0.2", "sw-3.bellecour.example"),
    voice_vlans=(30,),
)
MAC = "00:04:F2:AB:CD:EF"


def test_every_switch_is_asked_for_the_phone() -> None:
    specs = switch_probes(SITE, MAC)
    assert [(spec.prober, spec.host, spec.port) for spec in specs] == [
        ("snmp", "10.20.0.2", 161),
        ("snmp", "sw-3.bellecour.example", 161),
    ]
    read = options_of(specs[0])
    assert isinstance(read, SnmpOptions)
    assert (read.mac, read.voice_vlans, read.fact, read.resolver) == (MAC, (30,), FACT, "10.20.0.53")


def test_a_job_carries_no_secret() -> None:
    assert all(not spec.options.keys() & SECRETS for spec in switch_probes(SITE, MAC))


def test_a_runner_with_keys_does_them() -> None:
    allowed = allow(SITE, switches=SITE.switches)
    assert [refuse(spec, allowed) for spec in switch_probes(SITE, MAC)] == [None, None]


def test_a_laboratory_maps_the_port() -> None:
    site = Site(id="l", name="L", switches=("127.0.0.1",), lab=Lab(ports={"161": 10161}))
    assert switch_probes(site, MAC)[0].port == 10161


@pytest.mark.parametrize(("switches", "mac"), [(("10.20.0.2",), "the grey one"), (("10.20.0.2:1161",), MAC)])
def test_what_cannot_be_asked_is_refused(switches: tuple[str, ...], mac: str) -> None:
    with pytest.raises(ConfigurationError):
        switch_probes(Site(id="l", name="L", switches=switches), mac)


def test_without_switches_nothing_is_asked() -> None:
    assert switch_probes(Site(id="l", name="L"), MAC) == ()
