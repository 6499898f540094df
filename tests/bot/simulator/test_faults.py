"""The table of faults names only what exists, and every fault but one can be mended."""

from __future__ import annotations

import pytest

from bot.errors import ConfigurationError
from bot.simulator.faults import all_faults, find_fault, verdict_of
from bot.simulator.phone import Phone, Port
from bot.simulator.texts import text
from tests.support.people import PlainNetwork

CAUSES = {
    "network.cable_or_port", "network.vlan_dhcp", "network.port_security", "network.dns", "network.egress_tcp443",
    "network.egress_udp", "network.proxy", "network.tls_inspection", "power.poe", "time.clock", "firmware.obsolete",
    "account.disabled", "account.signin_blocked", "licence.missing", "voice.not_configured", "policy.teams",
    "profile.corrupt", "phone.hang", "hardware.fault", "service.outage", "site.outage",
}  # fmt: skip


def test_every_cause_has_its_fault() -> None:
    assert {verdict_of(fault) for fault in all_faults()} == CAUSES | {"undetermined"}


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_fault_breaks_something_that_exists(fault: str) -> None:
    found = find_fault(fault)
    assert found.network or found.phone or found.port or found.directory
    for thing, names in ((PlainNetwork(), found.network), (Phone(), found.phone), (Port(), found.port)):
        assert all(hasattr(thing, name) for name in names)


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_employee_has_words_for_the_symptom(fault: str) -> None:
    symptom = find_fault(fault).symptom
    assert text("fr", f"hello_{symptom}") != text("en", f"hello_{symptom}")


def test_only_the_unexplained_cannot_be_mended() -> None:
    assert [fault for fault, found in all_faults().items() if not found.mends] == ["unexplained"]


def test_unknown_fault_lists_the_known() -> None:
    with pytest.raises(ConfigurationError) as refused:
        find_fault("network.nothing")
    assert "network.dns/hijacked" in refused.value.advice
