"""Looks the person of a case up in Microsoft Graph, and says plainly what could not be looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.events import LookedUp
from bot.domain.people import Person
from bot.graph.client import GraphClient
from bot.graph.lookup import FACTS, Lookup, look_up
from bot.jobs.ports import Early


class GraphDirectory:
    """`Directory` over Microsoft Graph."""

    def __init__(self, graph: GraphClient, clock: Callable[[], datetime]) -> None:
        self._graph = graph
        self._clock = clock

    async def look_up(self, job: str, person: Person, early: Early | None = None) -> LookedUp:
        """All that Graph knows of the person; raises `DirectoryError` when it could not be asked.

        `early` hears at once what need not wait for Microsoft's sign-in log.
        """
        told: set[str] = set()

        async def so_far(found: Lookup) -> None:
            told.update(fact.id for fact in found.facts)
            if early is not None:
                await early(self._event(job, found, done=False))

        found = await look_up(self._graph, person.aad or person.upn or person.id, early=so_far)
        if not found.found:
            return LookedUp(at=self._clock(), job=job, not_checked=dict.fromkeys(FACTS, "no_such_person"))
        return self._event(job, found, told=frozenset(told) if early else frozenset())

    def _event(
        self, job: str, found: Lookup, *, done: bool = True, told: frozenset[str] = frozenset()
    ) -> LookedUp:
        return LookedUp(
            at=self._clock(),
            job=job,
            facts=tuple(fact for fact in found.facts if fact.id not in told),
            not_checked={fact: why for fact, why in found.not_checked.items() if fact not in told},
            account=found.account,
            done=done,
        )


class NoDirectory:
    """Where Graph is not set up: nothing is checked, and that is what is said."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def look_up(self, job: str, person: Person, early: Early | None = None) -> LookedUp:
        """Nothing, with the reason for each fact."""
        return LookedUp(at=self._clock(), job=job, not_checked=dict.fromkeys(FACTS, "graph_not_configured"))
