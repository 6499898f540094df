"""What is true at the simulated site: the hidden fault, what an act changes, what a person sees.

The truth is read from the network, the directory, the phone and its socket themselves, never from
the fault, so that nothing can tell the bot what it has to find.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Protocol

from bot.simulator.faults import Around, Fault
from bot.simulator.phone import Phone, Port

APIPA: Final = "169.254."
VOICE_SUBNET: Final = "10.20.30."

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

    def seen_by_admin(self) -> dict[str, str]:
        """What the admin centre shows, by fact."""


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

    def seen_at_desk(self, step: str) -> str | None:
        """What an honest person in front of the phone would answer; None when they cannot know."""
        return {**self._of_the_phone(), **self._around()}.get(step)

    def answer(self, step: str) -> str | None:
        """What the people of a site together would answer, each of what they can look at; None when nobody knows."""
        elsewhere = {**self._of_the_port(), **self._by_hand(), **self._of_the_account()}
        return elsewhere.get(step, self.seen_at_desk(step))

    def _of_the_phone(self) -> dict[str, str | None]:
        """What its screen and menus show: those of a phone that is off show nothing."""
        dark = self.phone.power == "off"
        shown = {step: None if dark else value for step, value in self._on_screen().items()}
        return {"ask.phone_power": self.phone.power, **shown}

    def _on_screen(self) -> dict[str, str]:
        phone = self.phone
        return {
            "ask.phone_ip": phone.ip or "none",
            "ask.phone_time": phone.time_shown(),
            "ask.phone_firmware": phone.firmware,
            "ask.phone_signed_in": "yes" if self._shows_a_name() else "no",
            "ask.phone_static_config": _yes(phone.static_config),
            "ask.ping_gateway": _ok(self._on_the_network()),
            "ask.ping_external": _ok(self._on_the_network() and self._network_works()),
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

    def _by_hand(self) -> dict[str, str]:
        """What somebody of the network team measures from the phones' VLAN."""
        network = self.network
        names = {name: getattr(network, name) for name in _NEEDED}
        barred = names["gate"] != "ok" or names["tcp443"] != "ok"
        return {
            "ask.dns": _ok(names["dns"] == "ok"),
            "ask.tcp443": _ok(names["tcp443"] == "ok"),
            "ask.tls": "fail" if barred else names["tls"],
            "ask.proxy": "required" if names["gate"] == "proxy" else "none",
            "ask.dhcp_lease": self._lease(),
        }

    def _lease(self) -> str:
        address = self.phone.ip
        if not address or address.startswith(APIPA):
            return "none"
        return "valid" if address.startswith(VOICE_SUBNET) else "wrong_subnet"

    def _of_the_account(self) -> dict[str, str]:
        return {
            f"ask.{fact.replace('.', '_')}": value for fact, value in self.account.seen_by_admin().items()
        }

    def _on_the_network(self) -> bool:
        return self.port.state == "up" and self.port.vlan == "voice" and bool(self.phone.ip)

    def _shows_a_name(self) -> bool:
        """A phone that lacks only what calls need is still signed in."""
        return self.account.signed_in() and not self.phone.corrupt

    def _network_works(self) -> bool:
        return all(getattr(self.network, name) == "ok" for name in _NEEDED)


def _ok(true: bool) -> str:
    return "ok" if true else "fail"


def _yes(true: bool) -> str:
    return "yes" if true else "no"
