"""VLANs of a port, and whether the phone is in the voice one."""

from __future__ import annotations

import pytest

from bot.runner.switch import oids
from bot.runner.switch.locate import Place
from bot.runner.switch.vlans import Vlans, read_vlans, word
from tests.support.mibs import Mib

ALL = b"\xff\xff\xff"
NOT_12 = b"\xff\xef\xff"


async def test_standard_tables_are_read() -> None:
    mib = Mib(
        {
            (*oids.Q_PVID, 12): 10,
            (*oids.Q_VLAN_EGRESS, 0, 10): ALL,
            (*oids.Q_VLAN_EGRESS, 0, 30): ALL,
            (*oids.Q_VLAN_EGRESS, 0, 40): NOT_12,
            (*oids.Q_VLAN_FDB, 0, 30): 3,
        }
    )
    place = Place(if_index=112, by="fdb", bridge_port=12, vlans=(3,))
    assert await read_vlans(mib, place) == Vlans(untagged=10, carried=(10, 30), learnt=(30,))


async def test_cisco_tables_are_read() -> None:
    mib = Mib({(*oids.VM_VLAN, 10112): 10, (*oids.VM_VOICE_VLAN, 10112): 30})
    place = Place(if_index=10112, by="vlan_fdb", bridge_port=12, vlans=(30,))
    assert await read_vlans(mib, place) == Vlans(untagged=10, voice=30, carried=(10, 30), learnt=(30,))


@pytest.mark.parametrize("none", [0, 4095, 4096])
async def test_no_voice_vlan_is_none(none: int) -> None:
    found = await read_vlans(
        Mib({(*oids.VM_VLAN, 7): 10, (*oids.VM_VOICE_VLAN, 7): none}), Place(if_index=7, by="told")
    )
    assert found == Vlans(untagged=10, carried=(10,))


async def test_a_database_without_vlan_is_its_number() -> None:
    found = await read_vlans(Mib({}), Place(if_index=7, by="fdb", bridge_port=7, vlans=(30,)))
    assert found == Vlans(learnt=(30,))


async def test_nothing_told_is_not_available() -> None:
    assert await read_vlans(Mib({}), Place(if_index=7, by="told")) is None


@pytest.mark.parametrize(
    ("vlans", "told", "said"),
    [
        (None, None, None),
        (Vlans(learnt=(30,), carried=(10,)), None, "voice"),
        (Vlans(learnt=(10,), carried=(10, 30)), 30, "other"),
        (Vlans(carried=(10, 30)), None, "voice"),
        (Vlans(carried=(10,)), None, "other"),
        (Vlans(carried=(10,)), 30, "voice"),
    ],
)
def test_where_the_phone_speaks_counts(vlans: Vlans | None, told: int | None, said: str | None) -> None:
    assert word(vlans, (30, 31), told) == said


def test_without_voice_vlans_nothing_is_said() -> None:
    assert word(Vlans(learnt=(30,)), (), None) is None
