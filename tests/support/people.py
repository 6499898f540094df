"""A small world without servers: what is true at a site, and two people who live in it."""

from __future__ import annotations

from bot.simulator.account import Account
from bot.simulator.directory import make_directory
from bot.simulator.faults import find_fault
from bot.simulator.rooms import Member
from bot.simulator.world import World

ANNA = Member(id="29:anna", aad="aad-anna", name="Anna", upn="anna@example.org")
PAUL = Member(id="29:paul", aad="aad-paul", name="Paul", upn="paul@example.org")


class PlainNetwork:
    """The switches of a site's network, without the network."""

    def __init__(self) -> None:
        self.heal()

    def heal(self) -> None:
        """Takes every fault away."""
        self.dns = self.tcp443 = self.tls = self.udp3478 = self.ntp = self.http80 = self.gate = "ok"
        self.ntp_offset_s = 0.0


def broken_world(fault: str) -> World:
    """A world in which this fault has happened."""
    directory = make_directory("tenant")
    world = World(find_fault(fault), PlainNetwork(), Account(directory, directory.users[0].id))
    world.break_()
    return world
