"""Looks the person of a case up in Microsoft Graph, and says plainly what could not be looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.events import LookedUp
from bot.domain.people import Person
from bot.graph.client import GraphClient
from bot.graph.lookup import FACTS, look_up


class GraphDirectory:
    """`Directory` over Microsoft Graph."""

    def __init__(self, graph: GraphClient, clock: Callable[[], datetime]) -> None:
        self._graph = graph
        self._clock = clock

    async def look_up(self, job: str, person: Person) -> LookedUp:
        """All that Graph knows of the person; raises `DirectoryError` when it could not be asked."""
        found = await look_up(self._graph, person.aad or person.upn or person.id)
        if not found.found:
            return LookedUp(at=self._clock(), job=job, not_checked=dict.fromkeys(FACTS, "no_such_person"))
        return LookedUp(
            at=self._clock(), job=job, facts=found.facts, not_checked=found.not_checked, account=found.account
        )


class NoDirectory:
    """Where Graph is not set up: nothing is checked, and that is what is said."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    async def look_up(self, job: str, person: Person) -> LookedUp:
        """Nothing, with the reason for each fact."""
        return LookedUp(at=self._clock(), job=job, not_checked=dict.fromkeys(FACTS, "graph_not_configured"))
