"""The order of a reading, and what happens when a part of it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.domain.probe import Failure, Where
from bot.probes.options import SnmpOptions
from bot.runner.finding import Failed
from bot.runner.switch import oids
from bot.runner.switch.oids import Oid
from bot.runner.switch.read import Reader
from bot.runner.switch.values import Value
from tests.support.mibs import Mib

PHONE = "00-04-F2-AB-CD-EF"
INDEX: Oid = (0x00, 0x04, 0xF2, 0xAB, 0xCD, 0xEF)
SWITCH: dict[Oid, Value] = {
    oids.SYS_NAME: b"sw-lyon-2",
    oids.SYS_UP_TIME: 61_000,
    (*oids.IF_OPER, 112): 1,
    (*oids.IF_ADMIN, 112): 1,
    (*oids.IF_NAME, 112): b"12",
    (*oids.IF_IN_ERRORS, 112): 5,
    (*oids.BASE_PORT_IF, 12): 112,
}
LEARNT: dict[Oid, Value] = {**SWITCH, (*oids.FDB_PORT, *INDEX): 12}


class Deaf(Mib):
    """Falls silent for one table."""

    def __init__(
        self, values: dict[Oid, Value], silent: Oid, failure: Failure = Failure.snmp_no_reply
    ) -> None:
        super().__init__(values)
        self._silent = silent
        self._failure = failure

    async def bulk(self, oid: Oid, most: int) -> Sequence[tuple[Oid, Value]]:
        if oid[: len(self._silent)] == self._silent:
            raise Failed(self._failure, Where.path)
        return await super().bulk(oid, most)


async def _fails(mib: Mib, **options: Any) -> tuple[Failure | None, bool | None, dict[str, Any]]:
    with pytest.raises(Failed) as caught:
        await Reader(mib, SnmpOptions(**options)).read()
    found = caught.value.finding
    return found.failure, found.ok, found.details


async def test_the_address_finds_the_port() -> None:
    reader = Reader(Mib(LEARNT), SnmpOptions(mac=PHONE))
    reading = await reader.read()
    assert (reading.place.by, reading.interface.name, reading.switch.up_s) == ("fdb", "12", 610)
    assert reader.missing == ["err_disable", "port_security", "poe", "lldp", "vlans"]


@pytest.mark.parametrize(("options", "by"), [({"if_index": 112}, "told"), ({"interface": "12"}, "name")])
async def test_an_unknown_address_falls_back(options: dict[str, Any], by: str) -> None:
    reading = await Reader(Mib(SWITCH), SnmpOptions(mac=PHONE, **options)).read()
    assert (reading.place.by, reading.place.bridge_port) == (by, 12)


async def test_an_announcement_finds_the_port() -> None:
    table: dict[Oid, Value] = {(*oids.LLDP_PORT_ID, 0, 5, 1): bytes(INDEX), (*oids.LLDP_LOCAL_ID, 5): b"12"}
    reading = await Reader(Mib({**SWITCH, **table}), SnmpOptions(mac=PHONE)).read()
    assert (reading.place.by, reading.place.if_index) == ("lldp", 112)


async def test_an_address_nowhere_proves_nothing() -> None:
    found = await _fails(Mib(SWITCH), mac=PHONE)
    assert found == (Failure.switch_mac_not_found, None, {"mac": "00:04:f2:ab:cd:ef"})


@pytest.mark.parametrize("options", [{"if_index": 9}, {"interface": "nowhere"}, {}])
async def test_a_port_nowhere_proves_nothing(options: dict[str, Any]) -> None:
    failure, ok, _ = await _fails(Mib(SWITCH), **options)
    assert (failure, ok) == (Failure.switch_port_not_found, None)


async def test_a_phone_beyond_is_elsewhere() -> None:
    beyond: dict[Oid, Value] = {
        (*oids.LLDP_LOCAL_ID, 5): b"12",
        (*oids.LLDP_PORT_ID, 0, 5, 1): b"48",
        (*oids.LLDP_SYS_NAME, 0, 5, 1): b"sw-core",
        (*oids.LLDP_ENABLED, 0, 5, 1): b"\x20",
    }
    found = await _fails(Mib({**LEARNT, **beyond}), mac=PHONE)
    assert found == (Failure.switch_mac_not_found, None, {"uplink": "12", "beyond": "sw-core"})


async def test_a_crowded_port_is_elsewhere() -> None:
    crowd: dict[Oid, Value] = {(*oids.FDB_PORT, 2, 0, 0, 0, 0, n): 12 for n in range(9)}
    found = await _fails(Mib({**LEARNT, **crowd}), mac=PHONE)
    assert found == (Failure.switch_mac_not_found, None, {"uplink": "12"})


async def test_a_phone_that_says_hello_is_here() -> None:
    crowd: dict[Oid, Value] = {(*oids.FDB_PORT, 2, 0, 0, 0, 0, n): 12 for n in range(9)}
    hello: dict[Oid, Value] = {(*oids.LLDP_PORT_ID, 0, 5, 1): bytes(INDEX), (*oids.LLDP_LOCAL_ID, 5): b"12"}
    reading = await Reader(Mib({**LEARNT, **crowd, **hello}), SnmpOptions(mac=PHONE)).read()
    assert reading.place.by == "fdb"


@pytest.mark.parametrize(
    "failure", [Failure.snmp_no_reply, Failure.snmp_bad_reply, Failure.deadline_exceeded]
)
async def test_one_silent_table_costs_one_part(failure: Failure) -> None:
    reader = Reader(Deaf(LEARNT, oids.PSE_DETECTION, failure), SnmpOptions(mac=PHONE))
    assert (await reader.read()).power is None
    assert "poe" in reader.missing


async def test_a_refusal_ends_the_reading() -> None:
    deaf = Deaf(LEARNT, oids.PSE_DETECTION, Failure.connection_refused)
    assert (await _fails(deaf, mac=PHONE))[0] is Failure.connection_refused


async def test_rates_come_from_a_second_look() -> None:
    reading = await Reader(Mib(LEARNT), SnmpOptions(mac=PHONE, again_s=0.05)).read()
    assert reading.interface.rates == {"in_errors": 0.0}


async def test_no_time_means_no_rates() -> None:
    until = asyncio.get_running_loop().time() + 1
    reader = Reader(Mib(LEARNT), SnmpOptions(mac=PHONE, again_s=5), until)
    assert (await reader.read()).interface.rates == {}
    assert "rates" in reader.missing
