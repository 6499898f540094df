"""Before a turn: is this an agent's order, or an agent's card, wherever it was typed or tapped?

Roles are read from what was learnt before; nobody outside is asked in a turn.
"""

from __future__ import annotations

import msgspec

from bot.domain.case import Case
from bot.domain.conversation import Incoming
from bot.domain.events import Consult, Tell
from bot.domain.order import ABOUT_CASE, Order
from bot.domain.people import Person, Role
from bot.domain.verb import Verb
from bot.state.audit import Audit, AuditLine
from bot.state.cases import CaseStore
from bot.state.placements import Placements
from bot.state.roster import Roster, agent_named
from dialogs.desk_commands import order_of

APPROVALS = frozenset({"approve", "decline"})
"""What an approver may do who is not of the helpdesk."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Whose side an activity is on. `unknown`: somebody must first find out who that is; `refused`: not theirs to order."""

    role: Role
    order: Order | None = None
    unknown: bool = False
    refused: bool = False


class Orders:
    """Tells agents' activities from all others."""

    def __init__(self, roster: Roster, placements: Placements, cases: CaseStore, audit: Audit) -> None:
        self._roster = roster
        self._placements = placements
        self._cases = cases
        self._audit = audit

    async def route(self, incoming: Incoming) -> Route:
        """Where the activity goes; in a personal chat, to the employee's side unless an agent means otherwise."""
        personal = incoming.conversation.kind == "personal"
        order = order_of(incoming)
        if order is None and not (personal and await self._agents_card(incoming)):
            return Route(role="employee" if personal else "helpdesk")
        rights = await self._roster.known(incoming.person.key)
        if rights is None:
            return Route(role="helpdesk", unknown=True)
        if rights.helpdesk or (rights.approver and order is not None and order.name in APPROVALS):
            return Route(role="helpdesk", order=order)
        return Route(role="employee") if personal else Route(role="helpdesk", order=order, refused=True)

    async def _agents_card(self, incoming: Incoming) -> bool:
        """A card of the helpdesk's side, shown in a personal chat because an agent asked for it."""
        if incoming.kind != "tap" or not incoming.case:
            return False
        placed = await self._placements.slot_of(incoming.conversation.id, incoming.reply_to)
        if placed is not None:
            return placed[1].startswith("triage")
        case = await self._cases.load_or_none(incoming.case)
        return case is not None and case.opened.person.key != incoming.person.key

    async def subject(self, incoming: Incoming, order: Order | None) -> Person | None:
        """The agent whom an assignment names: picked, typed, or mentioned; None for anybody else."""
        if order is not None and order.name == "assign":
            named = order.text
        elif incoming.verb == Verb.assign:
            named = incoming.values.get("agent") or incoming.values.get("assign", "")
        else:
            return None
        return agent_named(await self._roster.agents(), named, incoming.person)

    async def refuse(self, incoming: Incoming, order: Order) -> Tell:
        """Records an order that was not theirs to give; the sentence that says so."""
        who = incoming.person
        about = order.case or order.text or order.name
        line = AuditLine(
            at=incoming.at, what="refused", by=who.key, by_name=who.name, about=about, why=order.name
        )
        await self._audit.note(line)
        return Tell(to="employee", text="say.orders_refused", values={"name": who.name})


def consult(incoming: Incoming, order: Order, case: Case | None) -> Consult | None:
    """The effect that answers an order; None for one that the case itself can take."""
    if order.name not in ABOUT_CASE or case is None:
        return Consult(order=order, incoming=incoming)
    if case.closed:
        return show(incoming, case)
    return None


def show(incoming: Incoming, case: Case) -> Consult:
    """The case's card, for whoever acted on it from elsewhere."""
    return Consult(order=Order(name="case", case=case.id), incoming=incoming)
