"""What is true at the simulated site: the hidden fault, what an act changes, what a person sees.

The truth is read from the network, the directory, the phone and its socket themselves, never from
the fault, so that nothing can tell the bot what it has to find.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from bot.simulator.faults import Around, Fault
from bot.simulator.phone import Phone, Port

_NEEDED: Final = ("dns", "tcp443", "tls", "udp3478", "gate")


class Network(Protocol):
    """The faults of a site's network that a world switches (`bot.simulator.network.SiteNetwork`)."""

    def heal(self) -> None:
        """Takes every fault away."""


class Account(Protocol):
    """The employee's account in the directory (`bot.simulator.account.Account`)."""

    def damage(self, how: str) -> None:
        """Breaks it."""

    def repair(self) -> None:
        """Makes it whole again."""

    def enabled(self) -> bool:
        """True when the person may sign in."""

    def signed_in(self) -> bool:
        """True when the phone's sign-in is accepted."""

    def can_call(self) -> bool:
        """True when it has all that calls need, and Teams is up."""

    def up(self) -> bool:
        """True unless Microsoft has an outage."""


class World:
    """A site with a hidden fault; all is well until `break_` is called."""

    def __init__(self, fault: Fault, network: Network, account: Account) -> None:
        self.fault, self.network, self.account = fault, network, account
        self.phone, self.port, self.around = Phone(), Port(), Around()

    def break_(self) -> None:
        """Makes the fault happen."""
        for name, value in self.fault.network.items():
            setattr(self.network, name, value)
        for name, value in self.fault.port.items():
            setattr(self.port, name, value)
        for name, value in self.fault.phone.items():
            known = timedelta(seconds=float(value)) if name == "clock_offset" else value
            setattr(self.phone, name, known)
        if self.fault.directory:
            self.account.damage(self.fault.directory)
        self.around = self.fault.around

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
        """Takes the fault away; what happened before it stays true."""
        self.network.heal()
        self.account.repair()
        self.phone, self.port = Phone(), Port()

    def can_call(self) -> bool:
        """True when the phone is online and can call."""
        return self.phone.works() and self.port.works() and self._network_works() and self.account.can_call()

    def answer(self, step: str) -> str | None:
        """What an honest person who looks would answer; None when they cannot know."""
        return {**self._of_the_phone(), **self._around(), **self._of_the_port()}.get(step)

    def _of_the_phone(self) -> dict[str, str]:
        phone = self.phone
        return {
            "ask.phone_power": phone.power,
            "ask.phone_ip": phone.ip or "none",
            "ask.phone_time": phone.time_shown(),
            "ask.phone_firmware": phone.firmware,
            "ask.phone_signed_in": "yes" if self._shows_a_name() else "no",
            "ask.phone_static_config": _yes(phone.static_config),
            "ask.ping_gateway": "ok" if self._on_the_network() else "fail",
            "ask.ping_external": "ok" if self._on_the_network() and self._network_works() else "fail",
        }

    def _around(self) -> dict[str, str]:
        elsewhere = self.account.enabled() and self.account.up()
        return {
            "ask.scope": self.around.scope or ("one" if self._network_works() else "several"),
            "ask.moved_recently": _yes(self.around.moved),
            "ask.changed_recently": _yes(self.around.changed),
            "ask.other_device_same_account": "works" if elsewhere else "fails",
        }

    def _of_the_port(self) -> dict[str, str]:
        return {
            "ask.switch_port": self.port.state,
            "ask.switch_poe": self.port.poe,
            "ask.switch_lldp": self.port.lldp,
            "ask.switch_vlan": self.port.vlan,
        }

    def _on_the_network(self) -> bool:
        return self.port.state == "up" and self.port.vlan == "voice" and bool(self.phone.ip)

    def _shows_a_name(self) -> bool:
        """A phone that lacks only what calls need is still signed in."""
        return self.account.signed_in() and not self.phone.corrupt

    def _network_works(self) -> bool:
        return all(getattr(self.network, name) == "ok" for name in _NEEDED)


def _yes(true: bool) -> str:
    return "yes" if true else "no"
