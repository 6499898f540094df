"""A simulated switch behind a real SNMP agent on loopback, and the probe of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.domain.probe import ProbeResult
from bot.simulator.plug import PHONE_MAC, SwitchFault
from bot.simulator.snmp import ENGINE, SnmpAgent, SnmpFault, SnmpService
from bot.simulator.switch import VOICE, AccessSwitch, Make
from bot.simulator.usm import User
from tests.support.probing import probe

AUTH = "authpass-lyon"
PRIV = "privpass-lyon"
V3 = {"user": "decroche", "auth_password": AUTH, "priv_password": PRIV}


class Served:
    """A switch, its agent and where it listens."""

    def __init__(self, switch: AccessSwitch, user: User | None = None) -> None:
        self.switch = switch
        self.fault: SnmpFault = "ok"
        self.agent = SnmpAgent(switch.view, user=user, fault=lambda: self.fault)
        self.service = SnmpService(self.agent, lambda: self.fault)

    async def probe(self, **options: Any) -> ProbeResult:
        """Asks for the phone's port; v2c with the right community unless told otherwise."""
        told = {"community": "public", "mac": PHONE_MAC, "voice_vlans": [VOICE], "timeout_s": 12.0}
        return await probe("snmp", self.service.port, **{**told, **options})

    async def probe_v3(self, **options: Any) -> ProbeResult:
        """The same over v3, signed and encrypted."""
        told = {**V3, "mac": PHONE_MAC, "voice_vlans": [VOICE], "timeout_s": 12.0}
        return await probe("snmp", self.service.port, **{**told, **options})


@asynccontextmanager
async def served(
    make: Make = "standard", fault: SwitchFault = "ok", user: User | None = None
) -> AsyncIterator[Served]:
    """A switch on a port chosen by the system."""
    switch = AccessSwitch(make)
    switch.fault = fault
    at = Served(switch, user)
    await at.service.start()
    try:
        yield at
    finally:
        await at.service.close()


def v3_user(kind: Any = "sha1") -> User:
    """The user whose passwords are `V3`."""
    return User("decroche", AUTH, PRIV, ENGINE, kind)
