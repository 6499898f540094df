"""LLDP neighbours: the right local port, the phone among them, and what it tells of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.switch import oids
from bot.runner.switch.interface import Interface
from bot.runner.switch.neighbours import (
    Neighbour,
    Neighbours,
    local_port,
    port_name_of,
    read_neighbours,
    word,
)
from bot.runner.switch.oids import Oid
from bot.runner.switch.values import Value
from tests.support.mibs import Mib

PHONE = "00:04:f2:ab:cd:ef"
OCTETS = bytes.fromhex("0004f2abcdef")
FACE = Interface(if_index=112, name="Gi1/0/12", descr="GigabitEthernet1/0/12")
AT: Oid = (7700, 5, 3)
TABLE: dict[Oid, Value] = {
    (*oids.LLDP_LOCAL_ID, 5): b"Gi1/0/12",
    (*oids.LLDP_LOCAL_ID, 6): b"Gi1/0/13",
    (*oids.LLDP_PORT_ID, *AT): OCTETS,
    (*oids.LLDP_CHASSIS, *AT): b"\x01\x0a\x14\x1e\x07",
    (*oids.LLDP_SYS_NAME, *AT): b"Polycom CCX 500",
    (*oids.LLDP_ENABLED, *AT): b"\x24",
    (*oids.MED_CLASS, *AT): 3,
    (*oids.MED_MODEL, *AT): b"CCX500",
    (*oids.MED_SERIAL, *AT): b"64167F0A1B2C",
    (*oids.MED_SOFTWARE, *AT): b"7.0.3",
    (*oids.MED_POLICY_VLAN, *AT, 1): 30,
    (*oids.MED_POLICY_UNKNOWN, *AT, 1): 2,
    (*oids.MED_POLICY_TAGGED, *AT, 1): 1,
    (*oids.LLDP_PORT_ID, 7700, 6, 9): b"eth0",
}


async def test_a_phone_tells_of_itself() -> None:
    found = await read_neighbours(Mib(TABLE), FACE)
    assert found is not None
    assert found.local_port == 5
    assert found.seen == (
        Neighbour(
            telephone=True,
            bridge=True,
            mac=PHONE,
            sys_name="Polycom CCX 500",
            model="CCX500",
            serial="64167F0A1B2C",
            software="7.0.3",
            policy_vlan=30,
            policy_tagged=True,
        ),
    )


async def test_an_unknown_policy_is_none() -> None:
    found = await read_neighbours(Mib({**TABLE, (*oids.MED_POLICY_UNKNOWN, *AT, 1): 1}), FACE)
    assert found is not None
    assert (found.seen[0].policy_vlan, found.seen[0].policy_tagged) == (None, None)


async def test_a_port_not_told_is_no_absence() -> None:
    found = await read_neighbours(Mib(TABLE), Interface(if_index=1, name="Te9"))
    assert found == Neighbours()
    assert word(found, PHONE) is None


async def test_without_lldp_nothing_is_known() -> None:
    assert await read_neighbours(Mib({}), FACE) is None
    assert word(None, PHONE) is None


@pytest.mark.parametrize(
    ("ids", "descrs", "port"),
    [
        ({5: b"GI1/0/12"}, {}, 5),
        ({5: b"\x00\x11\x22\x33\x44\x55"}, {5: b"GigabitEthernet1/0/12"}, 5),
        ({5: b"112"}, {}, 5),
        ({5: b"112", 6: b"Gi1/0/12"}, {}, 6),
        ({5: b"Gi1/0/12", 6: b"Gi1/0/12"}, {}, None),
        ({5: b"Gi1/0/1"}, {}, None),
    ],
)
def test_the_local_port_is_found(ids: dict[int, bytes], descrs: dict[int, bytes], port: int | None) -> None:
    assert local_port({(n,): v for n, v in ids.items()}, {(n,): v for n, v in descrs.items()}, FACE) == port


async def test_an_address_leads_to_a_port_name() -> None:
    assert await port_name_of(Mib(TABLE), PHONE) == "Gi1/0/12"
    assert await port_name_of(Mib(TABLE), "00:00:00:00:00:01") is None


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ((Neighbour(mac=PHONE),), "seen"),
        ((Neighbour(telephone=True),), "seen"),
        ((Neighbour(bridge=True, sys_name="sw"),), "absent"),
        ((), "absent"),
    ],
)
def test_a_phone_is_seen_or_absent(seen: tuple[Neighbour, ...], said: str) -> None:
    assert word(Neighbours(local_port=5, seen=seen), PHONE) == said


def test_the_exact_phone_comes_first() -> None:
    other, mine = Neighbour(telephone=True, serial="1"), Neighbour(mac=PHONE, serial="2")
    assert Neighbours(local_port=5, seen=(other, mine)).phone(PHONE) == mine


@given(
    st.dictionaries(
        st.sampled_from(sorted(TABLE)),
        st.one_of(st.integers(), st.binary(max_size=60), st.just((1, 3))),
        max_size=14,
    )
)
async def test_no_values_break_the_reader(values: dict[Oid, Value]) -> None:
    found = await read_neighbours(Mib({**TABLE, **values}), FACE)
    assert found is None or len(found.seen) <= 1
