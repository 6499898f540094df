"""An access switch of the simulated site: its ports, what hangs on them, and its MIBs.

Two makes: `standard` has the tables of the RFCs and of IEEE; `cisco` keeps an address table for each VLAN, numbers its
interfaces and its power table in its own ways, and says why it shuts a port.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final, Literal

from bot.simulator import ber
from bot.simulator.ber import Oid
from bot.simulator.plug import PLUGS, Plug, SwitchFault

Make = Literal["standard", "cisco"]
PORTS: Final = 24
PHONE_PORT: Final = 12
UPLINK_PORT: Final = 24
VOICE: Final = 30
DATA: Final = 10
_FIRST_IF: Final[dict[Make, int]] = {"standard": 100, "cisco": 10100}
_MIB: Final = (1, 3, 6, 1, 2, 1)
_CISCO: Final = (1, 3, 6, 1, 4, 1, 9)
_LLDP: Final = (1, 0, 8802, 1, 1, 2, 1)
_MED: Final = (*_LLDP, 5, 4795, 1, 3)
_REM: Final = (7_700, 0, 3)
_KINDS: Final[dict[Make, Oid]] = {
    "standard": (1, 3, 6, 1, 4, 1, 11, 2, 3, 7, 11),
    "cisco": (*_CISCO, 1, 1208),
}
_NAMES: Final[dict[Make, str]] = {"standard": "{}", "cisco": "Gi1/0/{}"}
_POE: Final[dict[str, int]] = {"disabled": 1, "searching": 2, "denied": 2, "delivering": 3, "fault": 4}


class AccessSwitch:
    """One switch; shows what `look` says of the phone's port, else `fault`. Both may be changed at any time."""

    def __init__(self, make: Make = "standard", look: Callable[[], Plug] | None = None) -> None:
        self.make = make
        self.look = look
        self.fault: SwitchFault = "ok"
        self.errors = 0

    @property
    def plug(self) -> Plug:
        """What is true of the phone's port."""
        return self.look() if self.look is not None else PLUGS[self.fault]

    def view(self, vlan: str = "") -> dict[Oid, bytes] | None:
        """All values, or those of one VLAN's tables (Cisco); None for a VLAN that there is not."""
        if vlan:
            return self._bridge(int(vlan)) if self.make == "cisco" and vlan.isdigit() else None
        tree = {**self._system(), **self._interfaces(), **self._lldp(), **self._power()}
        if self.make == "standard":
            tree |= self._q_bridge()
        else:
            tree |= self._cisco()
        return tree

    @property
    def if_index(self) -> int:
        """The phone's interface."""
        return _FIRST_IF[self.make] + PHONE_PORT

    def name(self, port: int) -> str:
        """An interface's name."""
        return _NAMES[self.make].format(port)

    @property
    def _learnt_on(self) -> int | None:
        return {"here": PHONE_PORT, "beyond": UPLINK_PORT}.get(self.plug.learnt)

    @property
    def _vlan(self) -> int:
        return VOICE if self.plug.vlan == "voice" else DATA

    def _system(self) -> dict[Oid, bytes]:
        system = (*_MIB, 1)
        return {
            (*system, 1, 0): ber.string(f"Bellecour access switch ({self.make})"),
            (*system, 2, 0): ber.identifier(_KINDS[self.make]),
            (*system, 3, 0): ber.integer(8_640_000, ber.TICKS),
            (*system, 5, 0): ber.string("sw-lyon-2"),
        }

    def _interfaces(self) -> dict[Oid, bytes]:
        tree: dict[Oid, bytes] = {}
        table, more, dot3 = (*_MIB, 2, 2, 1), (*_MIB, 31, 1, 1, 1), (*_MIB, 10, 7, 2, 1)
        for port in range(1, PORTS + 1):
            index = _FIRST_IF[self.make] + port
            mine = port == PHONE_PORT
            up = (mine and self.plug.state == "up") or port == UPLINK_PORT
            tree |= {
                (*table, 2, index): ber.string(f"GigabitEthernet port {port}"),
                (*table, 7, index): ber.integer(2 if mine and self.plug.state == "admin_down" else 1),
                (*table, 8, index): ber.integer(1 if up else 2),
                (*table, 9, index): ber.integer(8_600_000, ber.TICKS),
                (*table, 14, index): ber.integer(self.errors if mine else 0, ber.COUNTER),
                (*table, 19, index): ber.integer(0, ber.COUNTER),
                (*more, 1, index): ber.string(self.name(port)),
                (*more, 15, index): ber.integer(1000 if up else 0, ber.GAUGE),
                (*more, 18, index): ber.string("bureau 2.14" if mine else ""),
                (*dot3, 3, index): ber.integer(self.errors if mine else 0, ber.COUNTER),
                (*dot3, 8, index): ber.integer(0, ber.COUNTER),
                (*dot3, 19, index): ber.integer(3 if up else 1),
            }
        return tree

    def _base_ports(self) -> dict[Oid, bytes]:
        return {
            (*_MIB, 17, 1, 4, 1, 2, port): ber.integer(_FIRST_IF[self.make] + port)
            for port in range(1, PORTS + 1)
        }

    def _q_bridge(self) -> dict[Oid, bytes]:
        q_bridge = (*_MIB, 17, 7, 1)
        carried = {DATA: range(1, PORTS + 1), VOICE: range(1, PORTS + 1)}
        if self._vlan != VOICE:
            carried[VOICE] = range(UPLINK_PORT, PORTS + 1)
        tree = self._base_ports()
        for vlan, ports in carried.items():
            tree[(*q_bridge, 4, 2, 1, 3, 0, vlan)] = ber.integer(vlan, ber.GAUGE)
            tree[(*q_bridge, 4, 2, 1, 4, 0, vlan)] = ber.string(_port_list(list(ports)))
            others = (2, 0, 0, 0, 0, vlan)
            tree[(*q_bridge, 2, 2, 1, 2, vlan, *others)] = ber.integer(1)
        for port in range(1, PORTS + 1):
            tree[(*q_bridge, 4, 5, 1, 1, port)] = ber.integer(DATA, ber.GAUGE)
        if self._learnt_on is not None:
            tree[(*q_bridge, 2, 2, 1, 2, self._vlan, *_octets(self.plug.phone.mac))] = ber.integer(
                self._learnt_on
            )
        return tree

    def _bridge(self, vlan: int) -> dict[Oid, bytes]:
        tree = self._base_ports()
        tree[(*_MIB, 17, 4, 3, 1, 2, 2, 0, 0, 0, 0, 1)] = ber.integer(1)
        if vlan == self._vlan and self._learnt_on is not None:
            tree[(*_MIB, 17, 4, 3, 1, 2, *_octets(self.plug.phone.mac))] = ber.integer(self._learnt_on)
        return tree

    def _power(self) -> dict[Oid, bytes]:
        table, main = (*_MIB, 105, 1, 1, 1), (*_MIB, 105, 1, 3, 1, 1, 2)
        poe = self.plug.poe
        short = poe == "denied"
        tree: dict[Oid, bytes] = {
            (*main, 1): ber.integer(370, ber.GAUGE),
            (*main[:-1], 3, 1): ber.integer(1),
            (*main[:-1], 4, 1): ber.integer(362 if short else 120, ber.GAUGE),
        }
        for port in range(1, PORTS + 1):
            mine = port == PHONE_PORT
            tree |= {
                (*table, 3, 1, port): ber.integer(2 if mine and poe == "disabled" else 1),
                (*table, 6, 1, port): ber.integer(_POE[poe] if mine else 2),
                (*table, 7, 1, port): ber.integer(3),
                (*table, 10, 1, port): ber.integer(1),
                (*table, 12, 1, port): ber.integer(4 if mine and short else 0, ber.COUNTER),
            }
        return tree

    def _lldp(self) -> dict[Oid, bytes]:
        tree: dict[Oid, bytes] = {}
        for port in range(1, PORTS + 1):
            tree[(*_LLDP, 3, 7, 1, 3, port)] = ber.string(self.name(port))
            tree[(*_LLDP, 3, 7, 1, 4, port)] = ber.string(f"GigabitEthernet port {port}")
        tree |= _remote(UPLINK_PORT, {5: b"\x02\0\0\0\0\xfe", 7: "48", 9: "sw-lyon-core", 12: b"\x20"})
        if self.plug.lldp == "seen":
            phone = self.plug.phone
            octets, address = bytes(_octets(phone.mac)), IPv4Address(phone.ip).packed
            tree |= _remote(PHONE_PORT, {5: b"\x01" + address, 7: octets, 9: phone.name, 12: b"\x24"})
            tree |= self._med((_REM[0], PHONE_PORT, _REM[2]))
        return tree

    def _med(self, index: Oid) -> dict[Oid, bytes]:
        phone, policy, inventory = self.plug.phone, (*_MED, 2, 1), (*_MED, 3, 1)
        return {
            (*_MED, 1, 1, 3, *index): ber.integer(3),
            (*policy, 2, *index, 1): ber.integer(self._vlan),
            (*policy, 5, *index, 1): ber.integer(2),
            (*policy, 6, *index, 1): ber.integer(1),
            (*inventory, 3, *index): ber.string(phone.software),
            (*inventory, 4, *index): ber.string(phone.serial),
            (*inventory, 5, *index): ber.string(phone.maker),
            (*inventory, 6, *index): ber.string(phone.model),
        }

    def _cisco(self) -> dict[Oid, bytes]:
        plug, mine, mgmt = self.plug, self.if_index, (*_CISCO, 9)
        shut = plug.state == "err_disabled"
        security = (*mgmt, 315, 1, 2, 1, 1)
        tree = {
            (*mgmt, 548, 1, 1, 1, 0): ber.integer(300, ber.GAUGE),
            (*mgmt, 68, 1, 2, 2, 1, 2, mine): ber.integer(DATA),
            (*mgmt, 68, 1, 5, 1, 1, 1, mine): ber.integer(VOICE if self._vlan == VOICE else 4096),
            (*security, 1, mine): ber.integer(1),
            (*security, 2, mine): ber.integer(3 if shut else 1),
            (*security, 3, mine): ber.integer(2),
            (*security, 4, mine): ber.integer(1),
            (*security, 8, mine): ber.integer(1),
            (*security, 9, mine): ber.integer(1 if shut else 0, ber.COUNTER),
            (*security, 10, mine): ber.string(bytes(_octets(self.plug.phone.mac)) if shut else b""),
            (*security, 18, mine): ber.integer(DATA if shut else 0),
        }
        for port in range(1, PORTS + 1):
            entity, interface = 1000 + port, (*_MIB, 2, 2, 1, 1, _FIRST_IF[self.make] + port)
            tree[(*mgmt, 402, 1, 2, 1, 11, 1, port)] = ber.integer(entity)
            tree[(*_MIB, 47, 1, 3, 2, 1, 2, entity, 0)] = ber.identifier(interface)
        drawn = (*mgmt, 402, 1, 2, 1, 9, 1, PHONE_PORT)
        tree[drawn] = ber.integer(4300 if plug.poe == "delivering" else 0, ber.GAUGE)
        if plug.sticky:
            kept = (*mgmt, 315, 1, 2, 3, 1, 3, mine, *_octets(plug.phone.mac), self._vlan)
            tree[kept] = ber.integer(1)
        if shut:
            row = (*mgmt, 548, 1, 3, 1, 1)
            tree[(*row, 2, mine, 0)] = ber.integer(9)
            tree[(*row, 3, mine, 0)] = ber.integer(240, ber.GAUGE)
        return tree


def _octets(mac: str) -> Oid:
    return tuple(bytes.fromhex(mac.replace(":", "")))


def _remote(port: int, columns: dict[int, bytes | str]) -> dict[Oid, bytes]:
    table = (*_LLDP, 4, 1, 1)
    return {(*table, column, _REM[0], port, _REM[2]): ber.string(value) for column, value in columns.items()}


def _port_list(ports: list[int]) -> bytes:
    octets = bytearray((PORTS + 7) // 8)
    for port in ports:
        octets[(port - 1) // 8] |= 0x80 >> (port - 1) % 8
    return bytes(octets)
