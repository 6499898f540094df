"""The table of faults names only what exists, and every fault but one can be mended."""

from __future__ import annotations

import pytest

from bot.errors import ConfigurationError
from bot.simulator.faults import all_faults, find_fault, verdict_of
from tests.support.people import PlainNetwork

CAUSES = {
    "network.dns", "network.egress_udp", "network.egress_tcp443", "network.tls_inspection", "time.clock",
    "licence.missing", "account.disabled",
}  # fmt: skip


def test_every_cause_has_its_fault() -> None:
    assert {verdict_of(fault) for fault in all_faults()} == CAUSES | {"undetermined"}


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_fault_breaks_something_that_exists(fault: str) -> None:
    found = find_fault(fault)
    assert found.network or found.phone or found.directory
    assert all(hasattr(PlainNetwork(), name) for name in found.network)
    assert set(found.phone) <= {"clock_offset_s", "broken"}


def test_only_the_unexplained_cannot_be_mended() -> None:
    assert [fault for fault, found in all_faults().items() if not found.mends] == ["unexplained"]


def test_unknown_fault_lists_the_known() -> None:
    with pytest.raises(ConfigurationError) as refused:
        find_fault("network.nothing")
    assert "network.dns/hijacked" in refused.value.advice
