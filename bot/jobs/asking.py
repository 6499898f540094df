"""Answers agents' orders that are about no case: the queue, a case's card, a site, a person, who is on call.

All of it runs as a job, never in a turn; the answer goes through the outbox to where the order was given.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec
from redis.asyncio import Redis

from bot import keys
from bot.domain.case import Bundled, Case
from bot.domain.conversation import Conversation, Incoming, Message
from bot.domain.desk_views import CommandsView, DeskView, OnCallView
from bot.domain.diagnosis import Locale
from bot.domain.events import Consult, Post, ProbesReported, StartProbes
from bot.domain.order import ABOUT_CASE, Order, OrderName
from bot.domain.people import Person
from bot.domain.probe import ProbeJob
from bot.errors import DeliveryError, DirectoryError
from bot.jobs.membership import Members
from bot.jobs.offering import Offering
from bot.jobs.on_call import OnCall
from bot.jobs.ports import Directory, Drawing, Probing
from bot.keys import Ttl
from bot.state.audit import Audit, AuditLine
from bot.state.cases import CaseStore
from bot.state.connection import reply
from bot.state.outbox import Item, Outbox
from bot.state.roster import Roster, agent_named
from bot.state.scripts import to_json
from cards.render import render
from dialogs.commands import fold
from dialogs.desk_views import person_view, site_view
from dialogs.draft import Rules
from dialogs.labels import site_named
from dialogs.queue_view import filters_of, queue_view

MOST: Final = 500  # open cases that a queue looks at
TAKES: Final = timedelta(seconds=30)  # a measurement, with what a restarting bot adds
PLAN: Final = "network"
ADD: Final = frozenset({"add", "ajouter", "ajoute", "plus"})
REMOVE: Final = frozenset({"remove", "retirer", "retire", "enlever", "moins"})
LOST: Final = "lost "

Planner = Callable[[StartProbes, str, datetime, datetime], ProbeJob | None]

_log = logging.getLogger(__name__)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement that an agent waits for, and where."""

    site: str
    conversation: Conversation
    locale: Locale


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What to post: a sentence or card, or the card of a case's slot."""

    message: Message | None = None
    slot: str = ""
    case: str = ""


_question: Final = msgspec.json.Decoder(Question)


def copy_slot(conversation: str) -> str:
    """The slot of a case's card that was asked for elsewhere than in its thread."""
    return f"triage:{hashlib.blake2s(conversation.encode(), digest_size=6).hexdigest()}x"


class Asked:
    """What agents ask in plain words of state: everything that `Asking` reads and writes."""

    def __init__(
        self, redis: Redis, cases: CaseStore, outbox: Outbox, roster: Roster, on_call: OnCall
    ) -> None:
        self.redis = redis
        self.cases = cases
        self.outbox = outbox
        self.roster = roster
        self.on_call = on_call
        self.audit = Audit(redis)


class Asking:
    """Carries out `Consult`; `channel` is the helpdesk's, where everybody may read everything."""

    def __init__(
        self,
        state: Asked,
        rules: Rules,
        drawing: Drawing,
        directory: Directory,
        planner: Planner,
        probing: Probing,
        members: Members,
        channel: str | None,
        locale: Locale,
        offering: Offering,
        clock: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._rules = rules
        self._drawing = drawing
        self._directory = directory
        self._planner = planner
        self._probing = probing
        self._members = members
        self._channel = channel
        self._locale: Locale = locale
        self._offering = offering
        self._clock = clock
        self._answers: Mapping[OrderName, Callable[[Order, Incoming], Awaitable[Answered]]] = {
            "queue": self._queue,
            "case": self._case,
            "file": self._file,
            "probe": self._probe,
            "licence": self._licence,
            "on_call": self._on_call,
            "commands": self._commands,
        }

    async def answer(self, item: Item) -> None:
        """Answers one order; the same item again puts the same answer once."""
        effect = item.effect
        if not isinstance(effect, Consult):
            raise TypeError(f"{type(effect).__name__} is no order")
        order, incoming = effect.order, effect.incoming
        if order.text.startswith(LOST):
            await self._lose(order.text.removeprefix(LOST))
            return
        answered = await self._answered(order, incoming)
        instead = incoming.reply_to if incoming.verb == "queue" and answered.message else ""
        await self._post(
            f"{item.id}:answer", incoming.conversation, answered, self._speaks(incoming), instead
        )

    async def _answered(self, order: Order, incoming: Incoming) -> Answered:
        if order.name in ABOUT_CASE:
            wanted = "say.no_such_case" if order.case else "say.which_case"
            return self._say(incoming, wanted, case=order.case)
        if not await self._among_agents(incoming.conversation):
            return self._say(incoming, "say.only_among_agents")
        return await self._answers[order.name](order, incoming)

    async def _post(
        self, item_id: str, where: Conversation, answered: Answered, locale: Locale, instead: str = ""
    ) -> None:
        post = Post(message=answered.message, slot=answered.slot, instead=instead, locale=locale)
        item = Item(id=item_id, queue=where.id, case=answered.case, effect=post, conversation=where)
        await self._state.outbox.put([item])

    def _speaks(self, incoming: Incoming) -> Locale:
        return incoming.locale if incoming.conversation.kind == "personal" else self._locale

    def _say(self, incoming: Incoming, text: str, **values: str) -> Answered:
        return Answered(message=self._drawing.sentence(text, values, self._speaks(incoming)))

    def _show(self, view: DeskView) -> Answered:
        return Answered(message=render(view))

    async def _among_agents(self, place: Conversation) -> bool:
        """Whether everybody who reads there may read of cases and of people's accounts."""
        if place.kind == "personal" or self._helpdesks(place):
            return True
        agents = {agent.person.key for agent in await self._state.roster.agents() if agent.helpdesk}
        try:
            readers = await self._members.members(place)
        except DeliveryError as exc:
            _log.warning("nobody could say who reads %s: %s", place.id, exc)
            return False
        return bool(readers) and all(person.key in agents for person in readers)

    def _helpdesks(self, place: Conversation) -> bool:
        return self._channel is not None and place.id.partition(";messageid=")[0] == self._channel

    async def _queue(self, order: Order, incoming: Incoming) -> Answered:
        ids = await self._state.cases.open_cases()
        cases = await self._cases(ids[:MOST])
        filters, unread = filters_of(order, self._rules), max(0, len(ids) - MOST)
        locale, now = self._speaks(incoming), self._clock()
        return self._show(queue_view(cases, filters, incoming.person, self._rules, locale, now, unread))

    async def _cases(self, ids: list[str]) -> list[Case]:
        found = [await self._state.cases.load_or_none(case_id) for case_id in ids]
        return [case for case in found if case is not None]

    async def _case(self, order: Order, incoming: Incoming) -> Answered:
        case = await self._state.cases.load_or_none(order.case)
        if case is None:
            return self._say(incoming, "say.no_such_case", case=order.case)
        return Answered(slot=copy_slot(incoming.conversation.id), case=case.id)

    async def _file(self, order: Order, incoming: Incoming) -> Answered:
        """The newest ticket of a case: offered in a personal chat, elsewhere the card with its link."""
        case = await self._state.cases.load_or_none(order.case)
        bundled = case.last(Bundled) if case else None
        if case is None or bundled is None:
            return self._say(incoming, "say.no_file" if case else "say.no_such_case", case=order.case)
        offer = self._offering.offer(bundled.name, self._speaks(incoming))
        if incoming.conversation.kind == "personal" and offer is not None:
            return Answered(message=offer)
        return Answered(slot=f"bundle:{bundled.n}", case=case.id)

    async def _probe(self, order: Order, incoming: Incoming) -> Answered:
        site = self._rules.sites.get(site_named(order.text, self._rules.sites))
        if site is None:
            known = ", ".join(one.name for one in self._rules.sites.values())
            return self._say(incoming, "say.no_such_site", sites=known)
        name, now = f"P-{_short(incoming)}", self._clock()
        job = self._planner(StartProbes(job=name, site=site.id, plan=PLAN), "", now, now + TAKES)
        question = Question(site=site.id, conversation=incoming.conversation, locale=self._speaks(incoming))
        await reply(self._state.redis.set(keys.asked(name), to_json(question), ex=Ttl.asked))
        why_not = await self._probing.start(job) if job else "no_site"
        if why_not is not None:
            await reply(self._state.redis.delete(keys.asked(name)))
            return self._say(incoming, "say.no_runner", site=site.name)
        await self._remind(name, incoming)
        return self._say(incoming, "say.measuring", site=site.name)

    async def _remind(self, job: str, incoming: Incoming) -> None:
        lost = Consult(order=Order(name="probe", text=f"{LOST}{job}"), incoming=incoming)
        queue, due = f"expire:{job}", self._clock() + TAKES
        await self._state.outbox.put([Item(id=queue, queue=queue, effect=lost, not_before=due)])

    async def measured(self, job: str, found: ProbesReported) -> None:
        """A measurement that belongs to no case came to its end; answers whoever asked, once."""
        if found.done:
            await self._tell(job, found)

    async def _lose(self, job: str) -> None:
        await self._tell(job, None)

    async def _tell(self, job: str, found: ProbesReported | None) -> None:
        kept: bytes | None = await reply(self._state.redis.get(keys.asked(job)))
        asked = _question.decode(kept) if kept else None
        site = self._rules.sites.get(asked.site) if asked else None
        if asked is None or site is None:
            return
        view = site_view(site, found, self._clock(), self._rules, asked.locale)
        await self._post(f"{job}:answer", asked.conversation, self._show(view), asked.locale)
        await reply(self._state.redis.delete(keys.asked(job)))

    async def _licence(self, order: Order, incoming: Incoming) -> Answered:
        """Looks somebody up; it is on record before it is done."""
        now, asker = self._clock(), incoming.person
        line = AuditLine(
            at=now, what="account", by=asker.key, by_name=asker.name, about=order.text, why="licence"
        )
        await self._state.audit.note(line)
        try:
            found = await self._directory.look_up("", Person(id=order.text, upn=order.text))
        except DirectoryError as exc:
            _log.warning("%s could not be looked up: %s", order.text, exc)
            return self._say(incoming, "say.directory_failed")
        if set(found.not_checked.values()) == {"graph_not_configured"}:
            return self._say(incoming, "say.no_directory")
        view = person_view(found, order.text, now, self._rules, self._speaks(incoming))
        return self._show(view) if view else self._say(incoming, "say.no_such_person", who=order.text)

    async def _on_call(self, order: Order, incoming: Incoming) -> Answered:
        word, _, who = order.text.partition(" ")
        change = fold(word)
        if change in ADD | REMOVE:
            person = agent_named(await self._state.roster.agents(), who, incoming.person)
            if person is None:
                return self._say(incoming, "say.no_such_agent")
            on_call = self._state.on_call
            await (on_call.add(person) if change in ADD else on_call.remove(person))
        people = await self._state.on_call.people()
        names = tuple(person.name or person.upn or person.key for person in people)
        return self._show(OnCallView(locale=self._speaks(incoming), people=names))

    async def _commands(self, _order: Order, incoming: Incoming) -> Answered:
        return self._show(CommandsView(locale=self._speaks(incoming), names=(*self._answers, *ABOUT)))


ABOUT: Final[tuple[OrderName, ...]] = (
    "claim", "assign", "priority", "ask", "check", "finding", "approve", "decline", "escalate", "resolve",
)  # fmt: skip


def _short(incoming: Incoming) -> str:
    """The same for the same order, however often it is carried out."""
    said = f"{incoming.conversation.id} {incoming.activity}"
    return hashlib.blake2s(said.encode(), digest_size=8).hexdigest()
