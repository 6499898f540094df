"""A small world without servers: what is true at a site, and two people who live in it."""

from __future__ import annotations

from bot.simulator.faults import find_fault
from bot.simulator.rooms import Member
from bot.simulator.world import World

ANNA = Member(id="29:anna", aad="aad-anna", name="Anna", upn="anna@example.org")
PAUL = Member(id="29:paul", aad="aad-paul", name="Paul", upn="paul@example.org")


class PlainNetwork:
    """The switches of a site's network, without the network."""

    def __init__(self) -> None:
        self.dns = self.tcp443 = self.tls = self.udp3478 = self.ntp = "ok"

    def heal(self) -> None:
        """Takes every fault away."""
        self.dns = self.tcp443 = self.tls = self.udp3478 = self.ntp = "ok"


class PlainAccount:
    """An account that is whole, or damaged in one way."""

    def __init__(self) -> None:
        self.damaged = ""

    def damage(self, how: str) -> None:
        """Breaks it."""
        self.damaged = how

    def repair(self) -> None:
        """Makes it whole."""
        self.damaged = ""

    def enabled(self) -> bool:
        """Not disabled."""
        return self.damaged != "disabled"

    def licensed(self) -> bool:
        """Has its licences."""
        return "licence" not in self.damaged


def broken_world(fault: str) -> World:
    """A world in which this fault has happened."""
    world = World(find_fault(fault), PlainNetwork(), PlainAccount())
    world.break_()
    return world
