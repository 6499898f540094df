"""What is true at the simulated site: the hidden fault, what an act changes, what a person sees.

The truth is read from the network, the directory and the phone themselves, never from the fault, so
that nothing can tell the bot what it has to find.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from bot.simulator.faults import Fault
from bot.simulator.phone import Phone

_NEEDED: Final = ("dns", "tcp443", "tls", "udp3478")


class Network(Protocol):
    """The faults of a site's network that a world switches (`bot.simulator.network.SiteNetwork`)."""

    def heal(self) -> None:
        """Takes every fault away."""


class Account(Protocol):
    """The employee's account in the directory."""

    def damage(self, how: str) -> None:
        """Breaks it: `disabled`, `no_teams_licence` or `no_phone_licence`."""

    def repair(self) -> None:
        """Makes it whole again."""

    def enabled(self) -> bool:
        """True when the person may sign in."""

    def licensed(self) -> bool:
        """True when it has all that a Teams phone needs."""


class World:
    """A site with a hidden fault; all is well until `break_` is called."""

    def __init__(self, fault: Fault, network: Network, account: Account, phone: Phone | None = None) -> None:
        self.fault, self.network, self.account = fault, network, account
        self.phone = phone or Phone()

    def break_(self) -> None:
        """Makes the fault happen."""
        for name, value in self.fault.network.items():
            setattr(self.network, name, value)
        if self.fault.directory:
            self.account.damage(self.fault.directory)
        self.phone.clock_offset = timedelta(seconds=self.fault.phone.get("clock_offset_s", 0))
        self.phone.broken = bool(self.fault.phone.get("broken", False))

    @property
    def symptom(self) -> str:
        """What the employee notices."""
        return self.fault.symptom

    def act(self, step: str) -> bool:
        """Carries out an act; True when the phone works afterwards, whatever it was that helped."""
        if step in self.fault.mends:
            self.mend()
        return self.can_call()

    def mend(self) -> None:
        """Takes the fault away."""
        self.network.heal()
        self.account.repair()
        self.phone.clock_offset = timedelta()
        self.phone.broken = False

    def can_call(self) -> bool:
        """True when the phone is online and can call."""
        account = self.account.enabled() and self.account.licensed()
        return self.phone.works() and self._network_works() and account

    def answer(self, step: str) -> str | None:
        """What an honest person who looks would answer; None when they cannot know."""
        seen = {
            "ask.scope": "one" if self._network_works() else "several",
            "ask.moved_recently": "no",
            "ask.changed_recently": "no",
            "ask.phone_power": self.phone.power,
            "ask.phone_ip": self.phone.ip,
            "ask.phone_time": self.phone.time_shown(),
            "ask.phone_firmware": self.phone.firmware,
            "ask.phone_signed_in": "yes" if self._signed_in() else "no",
            "ask.phone_static_config": "no",
            "ask.ping_gateway": "ok",
            "ask.ping_external": "ok",
            "ask.other_device_same_account": "works" if self.account.enabled() else "fails",
            "ask.switch_port": "up",
            "ask.switch_poe": "delivering",
            "ask.switch_lldp": "seen",
            "ask.switch_vlan": "voice",
        }
        return seen.get(step)

    def _signed_in(self) -> bool:
        """A phone that only lacks the licence for calls is signed in."""
        licensed = self.account.licensed() or self.symptom == "cannot_call"
        return self.account.enabled() and licensed

    def _network_works(self) -> bool:
        return all(getattr(self.network, name) == "ok" for name in _NEEDED)
