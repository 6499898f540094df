"""The simulated switch says of each fault what a real one would."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec.structs import replace

from bot.simulator import ber
from bot.simulator.plug import PHONE_MAC, Plug, SwitchFault
from bot.simulator.switch import DATA, PHONE_PORT, VOICE, AccessSwitch, Make

OPER = (1, 3, 6, 1, 2, 1, 2, 2, 1, 8)
DETECTION = (1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 6, 1, PHONE_PORT)
SECURE = (1, 3, 6, 1, 4, 1, 9, 9, 315, 1, 2, 3, 1, 3)
FDB = (1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2, *bytes.fromhex(PHONE_MAC.replace(":", "")))


def _number(octets: bytes) -> int:
    return int.from_bytes(octets[2:], "big")


@pytest.mark.parametrize("make", get_args(Make))
@pytest.mark.parametrize("fault", get_args(SwitchFault))
def test_every_fault_has_a_view(make: Make, fault: SwitchFault) -> None:
    switch = AccessSwitch(make)
    switch.fault = fault
    view = switch.view() or {}
    assert len(view) > 300
    assert all(ber.Reader(value).any() for value in view.values())


@pytest.mark.parametrize(("fault", "oper", "detection"), [("ok", 1, 3), ("down", 2, 2), ("poe_fault", 2, 4)])
def test_a_dark_port_is_down(fault: SwitchFault, oper: int, detection: int) -> None:
    switch = AccessSwitch()
    switch.fault = fault
    view = switch.view() or {}
    assert (_number(view[(*OPER, switch.if_index)]), _number(view[DETECTION])) == (oper, detection)


def test_cisco_keeps_tables_apart() -> None:
    switch = AccessSwitch("cisco")
    assert FDB in (switch.view(str(VOICE)) or {})
    assert FDB not in (switch.view(str(DATA)) or {})
    assert FDB not in (switch.view() or {})
    assert AccessSwitch("standard").view(str(VOICE)) is None


def test_the_fault_can_be_changed() -> None:
    switch = AccessSwitch()
    before = switch.view()
    switch.fault = "poe_denied"
    assert switch.view() != before
    switch.fault = "ok"
    assert switch.view() == before


def test_the_truth_is_shown_live() -> None:
    port = Plug()
    switch = AccessSwitch("cisco", lambda: port)
    before = switch.view()
    port = replace(port, state="down", learnt="", sticky=True)
    view = switch.view() or {}
    assert _number(view[(*OPER, switch.if_index)]) == 2
    assert (*SECURE, switch.if_index, *FDB[-6:], VOICE) in view
    assert (*SECURE, switch.if_index, *FDB[-6:], VOICE) not in (before or {})
