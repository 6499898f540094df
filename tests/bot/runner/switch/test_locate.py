"""The phone's port from its MAC address, by every table that a switch may have."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.runner.switch import locate, oids
from bot.runner.switch.locate import Place
from bot.runner.switch.oids import Oid
from bot.runner.switch.values import Value
from tests.support.mibs import Mib

PHONE = "00:04:f2:ab:cd:ef"
INDEX: Oid = (0x00, 0x04, 0xF2, 0xAB, 0xCD, 0xEF)
BASE: dict[Oid, Value] = {(*oids.BASE_PORT_IF, port): 100 + port for port in (1, 12, 24)}


def _q(entries: dict[tuple[int, Oid], int]) -> Mib:
    rows: dict[Oid, Value] = {(*oids.Q_FDB_PORT, fdb, *at): port for (fdb, at), port in entries.items()}
    return Mib({**BASE, **rows})


async def test_every_vlan_is_looked_through() -> None:
    other = (0, 0, 0, 0, 0, 1)
    mib = _q({(10, other): 1, (30, other): 1, (30, INDEX): 12, (40, other): 24})
    assert await locate.by_mac(mib, PHONE, ()) == Place(if_index=112, by="fdb", bridge_port=12, vlans=(30,))


async def test_a_big_table_costs_few_requests() -> None:
    rows: dict[tuple[int, Oid], int] = {(30, (2, 0, 0, 0, n // 250, n % 250)): 24 for n in range(5000)}
    mib = _q({**rows, (30, INDEX): 12})
    assert (await locate.by_mac(mib, PHONE, ()) or Place(if_index=0, by="told")).if_index == 112
    assert mib.asked < 6


@pytest.mark.parametrize(("behind", "crowd"), [(1, False), (3, False), (4, True), (600, True)])
async def test_an_uplink_is_crowded(behind: int, crowd: bool) -> None:
    others: dict[tuple[int, Oid], int] = {(30, (2, 0, 0, 0, n // 250, n % 250)): 12 for n in range(behind)}
    mib = _q({**others, (30, INDEX): 12, (10, INDEX): 12, (10, (2, 0, 0, 0, 9, 9)): 24})
    place = await locate.by_mac(mib, PHONE, ())
    assert place is not None
    assert await locate.crowded(mib, place) is crowd


async def test_crowds_are_counted_in_every_table() -> None:
    crowd: dict[Oid, Value] = {(*oids.FDB_PORT, 2, 0, 0, 0, 0, n): 12 for n in range(5)}
    plain = Place(if_index=112, by="fdb", bridge_port=12)
    assert await locate.crowded(Mib(crowd), plain)
    assert not await locate.crowded(Mib(crowd), msgspec.structs.replace(plain, bridge_port=1))
    assert await locate.crowded(
        Mib({}, {30: crowd}), msgspec.structs.replace(plain, by="vlan_fdb", vlans=(10, 30))
    )


async def test_the_port_of_most_vlans_wins() -> None:
    mib = _q({(10, INDEX): 12, (20, INDEX): 24, (30, INDEX): 12})
    place = await locate.by_mac(mib, PHONE, ())
    assert place is not None
    assert (place.bridge_port, place.vlans) == (12, (10, 30))


async def test_port_zero_is_not_known() -> None:
    assert await locate.by_mac(_q({(30, INDEX): 0}), PHONE, ()) is None


async def test_a_neighbour_address_is_no_hit() -> None:
    assert (
        await locate.by_mac(_q({(30, (*INDEX[:5], 0xEE)): 12, (30, (*INDEX[:5], 0xF0)): 12}), PHONE, ())
        is None
    )


async def test_the_plain_table_is_a_fallback() -> None:
    mib = Mib({**BASE, (*oids.FDB_PORT, *INDEX): 12})
    assert await locate.by_mac(mib, PHONE, ()) == Place(if_index=112, by="fdb", bridge_port=12)


async def test_cisco_tables_are_asked_apart() -> None:
    mib = Mib({}, {30: {**BASE, (*oids.FDB_PORT, *INDEX): 12}})
    place = await locate.by_mac(mib, PHONE, (10, 30))
    assert place == Place(if_index=112, by="vlan_fdb", bridge_port=12, vlans=(30,))


@pytest.mark.parametrize("vlans", [(), (10, 30)])
async def test_an_unknown_address_is_nowhere(vlans: tuple[int, ...]) -> None:
    assert await locate.by_mac(Mib(BASE), PHONE, vlans) is None


async def test_a_bridge_port_without_interface_is_nowhere() -> None:
    assert await locate.by_mac(Mib({(*oids.FDB_PORT, *INDEX): 77}), PHONE, ()) is None


async def test_port_security_remembers_a_phone() -> None:
    kept: dict[Oid, Value] = {
        (*oids.SECURE_MAC, 112, *INDEX, 30): 3,
        (*oids.SECURE_MAC, 101, 2, 0, 0, 0, 0, 1, 10): 3,
    }
    shut: dict[Oid, Value] = {
        (*oids.SECURITY_LAST_MAC, 101): bytes(6),
        (*oids.SECURITY_LAST_MAC, 112): bytes(INDEX),
    }
    for table in (kept, shut):
        assert await locate.by_security(Mib(table), PHONE) == Place(if_index=112, by="security")
    assert await locate.by_security(Mib({}), PHONE) is None


async def test_two_secured_ports_tell_nothing() -> None:
    kept: dict[Oid, Value] = {(*oids.SECURE_MAC, port, *INDEX, 30): 3 for port in (112, 113)}
    assert await locate.by_security(Mib(kept), PHONE) is None


@pytest.mark.parametrize("name", ["Gi1/0/12", "gi1/0/12", "GigabitEthernet1/0/12"])
async def test_an_interface_is_found_by_name(name: str) -> None:
    mib = Mib({(*oids.IF_NAME, 7): b"Gi1/0/12", (*oids.IF_DESCR, 7): b"GigabitEthernet1/0/12"})
    assert await locate.by_name(mib, name) == Place(if_index=7, by="name")
    assert await locate.by_name(mib, "Gi1/0/1") is None


async def test_an_interface_leads_to_its_port() -> None:
    assert await locate.bridge_port_of(Mib(BASE), 112) == 12
    assert await locate.bridge_port_of(Mib(BASE), 99) is None


@given(st.binary(min_size=6, max_size=6))
def test_just_before_is_before(octets: bytes) -> None:
    index = tuple(octets)
    assert locate.before(index) < index


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 4), st.lists(st.integers(0, 255), min_size=1, max_size=8).map(tuple)),
        st.integers(-5, 30),
        max_size=30,
    )
)
async def test_no_table_breaks_the_search(entries: dict[tuple[int, Oid], int]) -> None:
    place = await locate.by_mac(_q(entries), PHONE, (1,))
    assert place is None or any(at == INDEX for _, at in entries)
