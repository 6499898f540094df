"""One turn of a case: lock, load, advance, store, all or nothing; then the courier is woken.

A turn makes no outgoing call. What an activity or a job's result changes is written together with
the effects that it calls for and the mark that it was seen, so a crash at any point loses nothing
and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case, Offered
from bot.domain.conversation import Answer, Conversation, Incoming, Placement
from bot.domain.diagnosis import Locale
from bot.domain.events import AnyEffect, AnyEvent, CheckRights, Heard, Show, Tapped, Tell
from bot.domain.order import Order
from bot.domain.people import Role
from bot.errors import Conflict
from bot.jobs.following import Following
from bot.jobs.items import items_of
from bot.jobs.memory import Memory, as_record, person_record, recall
from bot.jobs.on_call import OnCall
from bot.jobs.orders import APPROVALS, Orders, Route, consult, show
from bot.jobs.ports import Drawing
from bot.jobs.talks import Talks
from bot.state.audit import Audit
from bot.state.cases import CaseStore, Turn
from bot.state.locks import conversation_lock
from bot.state.placements import Placements
from bot.state.records import Records
from bot.state.roster import Rights, Roster
from dialogs import history
from dialogs.advance import advance
from dialogs.draft import Advance, Rules, slot_of
from dialogs.language import chosen

ATTEMPTS: Final = 20
NEW: Final = "new"


def conversation_key(conversation: str) -> str:
    """The record of a conversation: how to write to it, its locale, its case."""
    return f"conversation/{conversation}"


class Stores(msgspec.Struct, frozen=True, kw_only=True):
    """The state that turns and deliveries work on."""

    redis: Redis
    cases: CaseStore
    records: Records
    placements: Placements
    roster: Roster


class Desk:
    """Takes what happens and stores what comes of it."""

    def __init__(
        self,
        stores: Stores,
        rules: Rules,
        drawing: Drawing,
        helpdesk_locale: Locale,
        wake: Callable[[], None],
    ) -> None:
        self._stores = stores
        self._rules = rules
        self._drawing = drawing
        self._helpdesk_locale = helpdesk_locale
        self._wake = wake
        self._talks = Talks(stores.records)
        self._orders = Orders(stores.roster, stores.placements, stores.cases, Audit(stores.redis))
        self._following = Following(stores.placements, OnCall(stores.records), rules, helpdesk_locale)

    async def receive(self, incoming: Incoming) -> Answer:
        """Takes an activity; the same one again gets the same answer and changes nothing.

        Raises `StateError` when the case cannot be had; Teams then sends the activity again.
        """
        talk = incoming.conversation.id
        async with conversation_lock(self._stores.redis, talk):
            for _ in range(ATTEMPTS):
                seen = await self._stores.cases.seen(talk, incoming.activity)
                if seen is not None:
                    return msgspec.json.decode(seen, type=Answer) if seen else Answer()
                try:
                    return await self._turn(incoming)
                except Conflict:
                    continue
        raise Conflict(f"{talk} changes too fast")

    async def apply(self, case_id: str, event: AnyEvent) -> None:
        """Takes what a job brought back; the same again changes nothing."""
        for _ in range(ATTEMPTS):
            case = await self._stores.cases.load(case_id)
            after = advance(case, event, self._rules)
            if after.case is None or after.case.version == case.version:
                return
            try:
                await self._commit(after, Turn(case=after.case, was=case.version))
            except Conflict:
                continue
            return
        raise Conflict(f"{case_id} changes too fast")

    async def _turn(self, incoming: Incoming) -> Answer:
        route = await self._orders.route(incoming)
        if route.unknown:
            return await self._ask_rights(incoming)
        role, order = route.role, route.order
        case = await self._case(incoming, role, order)
        if order is not None and (found := await self._ordered(incoming, route, case)) is not None:
            return await self._aside(incoming, found)
        rights = await self._rights(incoming, role, case)
        if rights is None:
            return await self._ask_rights(incoming)
        allowed = rights.helpdesk or (
            rights.approver and (order.name if order else incoming.verb) in APPROVALS
        )
        memory = await self._recall(incoming, role, case)
        event = _event(incoming, role, memory, allowed=allowed, approver=rights.approver)
        if event is not None and role == "helpdesk":
            event = replace(event, subject=await self._orders.subject(incoming, order))
        after = self._welcome(case) if event is None else await self._advance(case, event)
        records, welcomed = await self._records(
            incoming, after.case if role == "employee" else None, memory, chosen(event)
        )
        effects = () if event is None and welcomed else after.effects
        if not allowed and after.case is not case:
            effects += _refusal(incoming)
        if order is not None and case is not None and await self._thread(incoming.conversation.id) != case.id:
            effects += (show(incoming, case),)
        after = Advance(case=after.case, effects=effects)
        answer = await self._answer(incoming, role, after, allowed=allowed)
        await self._commit(
            after,
            Turn(
                conversation=incoming.conversation.id,
                activity=incoming.activity,
                case=after.case,
                was=_version(after.case, case, *memory.past),
                records=records,
                placements=await self._found(incoming, after.case),
                reply=msgspec.json.encode(answer),
            ),
            incoming.conversation,
        )
        return answer

    async def _advance(self, case: Case | None, event: AnyEvent) -> Advance:
        """`advance`, with a number drawn only when the event does open a case."""
        after = advance(case, event, self._rules, NEW)
        if after.case is not None and after.case.id == NEW:
            return advance(case, event, self._rules, await self._stores.cases.new_id())
        return after

    async def _ordered(self, incoming: Incoming, route: Route, case: Case | None) -> AnyEffect | None:
        """What answers an order that no case takes; None for one that goes to its case, even to be denied there."""
        if route.order is None:
            return None
        if not route.refused:
            return consult(incoming, route.order, case)
        return None if case is not None else await self._orders.refuse(incoming, route.order)

    async def _aside(self, incoming: Incoming, effect: AnyEffect, text: str = "say.working") -> Answer:
        """Stores an effect that changes no case."""
        answer = Answer(text=self._sentence(text)) if incoming.invoke else Answer()
        turn = Turn(
            conversation=incoming.conversation.id,
            activity=incoming.activity,
            reply=msgspec.json.encode(answer),
        )
        await self._commit(Advance(case=None, effects=(effect,)), turn, incoming.conversation)
        return answer

    async def _case(self, incoming: Incoming, role: Role, order: Order | None) -> Case | None:
        cases = self._stores.cases
        if role == "helpdesk":
            case_id = (
                (order.case if order else "") or incoming.case or await self._thread(incoming.conversation.id)
            )
            return await cases.load_or_none(case_id) if case_id else None
        case_id = await cases.open_of(incoming.person.key) or incoming.case
        case = await cases.load_or_none(case_id) if case_id else None
        return case if case and case.opened.person.key == incoming.person.key else None

    async def _recall(self, incoming: Incoming, role: Role, case: Case | None) -> Memory:
        if role == "helpdesk":
            return Memory()
        return await recall(self._stores.cases, self._stores.records, incoming.person, case)

    async def _thread(self, conversation: str) -> str:
        found = await self._stores.records.read([conversation_key(conversation)])
        record = found.get(conversation_key(conversation))
        return str(record.data.get("case", "")) if record else ""

    async def _rights(self, incoming: Incoming, role: Role, case: Case | None) -> Rights | None:
        """What the person may do; None when that must first be found out."""
        if role == "employee" or case is None or incoming.kind == "installed":
            return Rights(helpdesk=True, learnt=incoming.at)
        return await self._stores.roster.known(incoming.person.key)

    async def _ask_rights(self, incoming: Incoming) -> Answer:
        return await self._aside(incoming, CheckRights(incoming=incoming), "say.checking_rights")

    def _sentence(self, text: str) -> str:
        return self._drawing.sentence(text, {}, self._helpdesk_locale).text

    def _welcome(self, case: Case | None) -> Advance:
        """An installation: greets, unless a case is open already."""
        return Advance(case=case, effects=() if case else (Show(to="employee", slot="welcome"),))

    async def _records(
        self, incoming: Incoming, case: Case | None, memory: Memory, choice: Locale | None
    ) -> tuple[dict[str, dict[str, Any]], bool]:
        """What changed of what is known of the conversation and the person; and whether they had been greeted.

        A thread belongs to the case for which it was begun, whatever a card in it may claim.
        """
        talk = conversation_key(incoming.conversation.id)
        found = (await self._stores.records.read([talk])).get(talk)
        old = found.data if found else {}
        personal = incoming.conversation.kind == "personal"
        new = {
            "conversation": msgspec.to_builtins(incoming.conversation),
            "locale": choice or memory.language or incoming.locale,
            "case": case.id if case and personal else old.get("case", ""),
            "welcomed": True,
        }
        changed = {talk: new} if new != old else {}
        changed |= await self._talks.changed(incoming, choice or memory.language or incoming.locale)
        if choice is not None:
            changed[person_record(incoming.person)] = as_record(choice)
        return changed, bool(old.get("welcomed")) or not personal

    async def _answer(self, incoming: Incoming, role: Role, after: Advance, *, allowed: bool) -> Answer:
        """For an invoke: the card that was tapped, as it is now."""
        if not incoming.invoke:
            return Answer()
        if not allowed:
            return Answer(text=self._sentence("say.not_helpdesk"))
        slot = await self._tapped(incoming, after.case) if after.case else None
        if after.case is None or slot is None:
            return Answer()
        locale = self._helpdesk_locale if role == "helpdesk" else after.case.locale
        person = history.owner_of(slot)
        past = await self._stores.cases.of_person(person) if person else ()
        message = self._drawing.card(after.case, slot, locale, past)
        return Answer(card=message.card) if message and message.card else Answer()

    async def _tapped(self, incoming: Incoming, case: Case) -> str | None:
        """The slot of the card that was tapped: by where it stands, else by the offer that it carried."""
        placed = await self._stores.placements.slot_of(incoming.conversation.id, incoming.reply_to)
        if placed is not None:
            return placed[1] if placed[0] == case.id else None
        offers = (entry for entry in case.all(Offered) if entry.to == "employee")
        return next((slot_of(offer) for offer in offers if offer.nonce == incoming.nonce), None)

    async def _found(self, incoming: Incoming, case: Case | None) -> dict[str, Placement]:
        """Where the card stands that was tapped, if the answer to its sending was lost."""
        offers = case.all(Offered) if case and incoming.nonce and incoming.reply_to else ()
        slot = next((slot_of(e) for e in offers if e.nonce == incoming.nonce and e.to == "employee"), None)
        if case is None or slot is None or await self._stores.placements.get(case.id, slot) is not None:
            return {}
        locale = case.locale
        here = incoming.conversation
        return {slot: Placement(conversation=here, activity=incoming.reply_to, locale=locale)}

    async def _commit(self, after: Advance, turn: Turn, conversation: Conversation | None = None) -> None:
        effects = await self._following.effects(after, turn.was)
        outbox = items_of(after.case, effects, turn, conversation)
        person = after.case.opened.person.key if after.case else ""
        await self._stores.cases.commit(msgspec.structs.replace(turn, outbox=outbox, person_key=person))
        if outbox:
            self._wake()


def _refusal(incoming: Incoming) -> tuple[Tell, ...]:
    """A button that only the helpdesk may use: said in the thread where no answer can say it."""
    if incoming.invoke or incoming.kind != "tap":
        return ()
    return (Tell(to="helpdesk", text="say.refused", values={"name": incoming.person.name}),)


def _version(case: Case | None, *before: Case | None) -> int:
    """How long the ledger was before the turn; 0 for a case that is new."""
    return next((old.version for old in before if old and case and old.id == case.id), 0)


def _event(
    incoming: Incoming, role: Role, memory: Memory, *, allowed: bool, approver: bool
) -> Heard | Tapped | None:
    """What happened, for the case; words from somebody who may not act are denied like a button."""
    talk, at = incoming.conversation.id, incoming.at
    match incoming.kind:
        case "message" if allowed:
            return Heard(
                at=at,
                person=incoming.person,
                conversation=talk,
                tenant=incoming.conversation.tenant,
                text=incoming.text,
                locale=memory.language or incoming.locale,
                role=role,
                past=memory.past,
                language=memory.language,
                files=incoming.files,
                edited=incoming.edited,
            )
        case "tap" | "message":
            return Tapped(
                at=at,
                person=incoming.person,
                conversation=talk,
                tenant=incoming.conversation.tenant,
                verb=incoming.verb or incoming.kind,
                locale=memory.language or incoming.locale,
                card=incoming.case,
                past=memory.past,
                language=memory.language,
                nonce=incoming.nonce,
                step=incoming.step,
                values=incoming.values,
                role=role,
                allowed=allowed,
                approver=approver,
            )
        case _:
            return None
