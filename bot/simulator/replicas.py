"""Eventual consistency: what was written is not read at once, and a licence takes its time to be provisioned.

Everything is immediate until a `Lag` is set. Reads are counted for each person apart: a batch that asks
for the person and for their licences is two.
"""

from __future__ import annotations

import asyncio
import copy
import time
from dataclasses import dataclass
from datetime import timedelta

from bot.simulator.directory import Licence, User


@dataclass
class Lag:
    """How long a write is hidden from reads, and from then on a new plan `PendingProvisioning`.

    Each lasts so many reads of that person and at least that time.
    """

    hidden_reads: int = 0
    hidden: timedelta = timedelta()
    pending_reads: int = 0
    pending: timedelta = timedelta()


@dataclass
class _Wait:
    reads: int
    until: float

    def over(self) -> bool:
        return self.reads <= 0 and time.monotonic() >= self.until


class Replicas:
    """What reads see of people who have just been written."""

    def __init__(self, lag: Lag | None = None) -> None:
        self.lag = lag or Lag()
        self._old: dict[str, tuple[User, _Wait]] = {}
        self._pending: list[tuple[str, Licence, _Wait]] = []

    def before_write(self, person: User) -> None:
        """Keeps what reads are to see for a while yet."""
        wait = _Wait(self.lag.hidden_reads, time.monotonic() + self.lag.hidden.total_seconds())
        if not wait.over():
            known = self._old.get(person.id)
            self._old[person.id] = (known[0] if known else copy.deepcopy(person), wait)

    def provision(self, person: User, licence: Licence) -> None:
        """Lets the plans of a new licence be pending first."""
        lag = self.lag
        seconds = (lag.hidden + lag.pending).total_seconds()
        wait = _Wait(lag.hidden_reads + lag.pending_reads, time.monotonic() + seconds)
        if lag.pending_reads <= 0 and lag.pending <= timedelta():
            return
        for plan, status in licence.plans.items():
            if status == "Success":
                licence.plans[plan] = "PendingProvisioning"
        self._pending.append((person.id, licence, wait))
        asyncio.get_running_loop().call_later(seconds, self.settle)

    def read(self, person: User) -> User:
        """The person as one read sees them."""
        self.settle()
        for who, _, wait in self._pending:
            wait.reads -= who == person.id
        old = self._old.get(person.id)
        if old is None or old[1].over():
            self._old.pop(person.id, None)
            return person
        old[1].reads -= 1
        return old[0]

    def settle(self) -> None:
        """Provisions the licences whose time has come."""
        for _, licence, wait in self._pending:
            if wait.over():
                pending = [plan for plan, status in licence.plans.items() if status == "PendingProvisioning"]
                licence.plans |= dict.fromkeys(pending, "Success")
        self._pending = [entry for entry in self._pending if not entry[2].over()]
