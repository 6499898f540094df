"""Behind the message extension: finds cases for whoever may see them, and takes a message as a report.

It only reads and writes Redis: whom somebody is and what they may do was learnt before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from bot.domain.case import Case
from bot.domain.conversation import Incoming, Message
from bot.domain.desk_views import ReportView, SharedView
from bot.domain.events import CheckRights, Tapped, Tell
from bot.domain.extension import Found, Hit, Quote
from bot.domain.people import Person
from bot.domain.verb import Verb
from bot.jobs.desk import Desk, Stores
from bot.jobs.ports import Drawing
from bot.jobs.talks import Talk, Talks
from bot.state.outbox import Item, Outbox
from cards.render import render
from dialogs.draft import Rules
from dialogs.shared_view import has_words, shared_view

MOST: Final = 200  # cases that one search looks at
_NUMBER: Final = re.compile(r"(?:d[- ]?)?(\d{1,9})", re.IGNORECASE)


class CaseSearch:
    """`CaseDesk` over what is stored; `wake` says that the outbox has something new."""

    def __init__(
        self,
        desk: Desk,
        stores: Stores,
        rules: Rules,
        drawing: Drawing,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._stores = stores
        self._rules = rules
        self._drawing = drawing
        self._clock = clock
        self._wake = wake
        self._outbox = Outbox(stores.redis)
        self._talks = Talks(stores.records)

    async def search(self, asker: Incoming, words: str, skip: int, count: int) -> Found:
        """The newest first: all cases for the helpdesk, their own for anybody else.

        Raises `StateError`.
        """
        rights = await self._stores.roster.known(asker.person.key)
        if rights is None:
            await self._learn(asker)
            return self._say(asker, "say.search_checking")
        cases = await self._cases(asker.person, words, everybodys=rights.helpdesk)
        fitting = [case for case in cases if has_words(case, _bare(words), self._rules)]
        shown = fitting[skip : skip + count]
        return Found(hits=tuple(map(self._hit, self._views(shown, asker)))) if shown else self._none(asker)

    def form(self, asker: Incoming, quote: Quote) -> Message:
        """What will be taken as the author's words."""
        return render(ReportView(locale=asker.locale, who=quote.author.name, text=quote.text))

    async def report(self, asker: Incoming, quote: Quote) -> str:
        """Takes a person's message as their report; only the helpdesk may do so for others. Raises `StateError`."""
        own = quote.author.aad is not None and quote.author.aad == asker.person.aad
        problem = await self._problem(asker, quote, own=own)
        if problem:
            return self._words(asker, problem, who=quote.author.name)
        talk = await self._talks.of(quote.author.key)
        if talk is None:
            return self._words(asker, "say.report_unknown", who=quote.author.name)
        await self._take(asker, quote, talk, own=own)
        return self._words(asker, "say.report_own" if own else "say.report_done", who=quote.author.name)

    async def _problem(self, asker: Incoming, quote: Quote, *, own: bool) -> str:
        if not quote.text:
            return "say.report_empty"
        if quote.author.aad is None:
            return "say.report_nobody"
        if own:
            return ""
        rights = await self._stores.roster.known(asker.person.key)
        if rights is None:
            await self._learn(asker)
            return "say.search_checking"
        return "" if rights.helpdesk else "say.report_not_yours"

    async def _take(self, asker: Incoming, quote: Quote, talk: Talk, *, own: bool) -> None:
        """The author's words reach the bot as if they had been written to it; who passed them on is on record."""
        mark = _mark(asker, quote)
        if await self._stores.cases.seen(talk.conversation.id, mark) is not None:
            return
        if not own:
            told = Tell(to="employee", text="say.reported_for_you", values={"name": asker.person.name})
            where = talk.conversation
            await self._outbox.put([Item(id=f"{mark}:told", queue=where.id, effect=told, conversation=where)])
        await self._desk.receive(
            replace(
                asker,
                kind="message",
                activity=mark,
                conversation=talk.conversation,
                person=talk.person,
                locale=talk.locale,
                text=quote.text,
            )
        )
        case = None if own else await self._stores.cases.open_of(talk.person.key)
        if case is not None:
            await self._desk.apply(case, self._finding(asker))
        self._wake()

    def _finding(self, asker: Incoming) -> Tapped:
        """A note of the agent's in the case."""
        return Tapped(
            at=self._clock(),
            person=asker.person,
            conversation=asker.conversation.id,
            verb=Verb.finding,
            locale=asker.locale,
            values={Verb.finding: self._words(asker, "say.reported")},
            role="helpdesk",
        )

    async def _cases(self, person: Person, words: str, *, everybodys: bool) -> list[Case]:
        if not everybodys:
            return list(await self._stores.cases.of_person(person.key, MOST))
        number = _NUMBER.fullmatch(words.strip())
        ids = reversed(await self._stores.cases.open_cases())
        wanted = [f"D-{number[1]}"] if number else []
        return await self._load(dict.fromkeys([*wanted, *list(ids)[:MOST]]))

    async def _load(self, ids: Iterable[str]) -> list[Case]:
        found = [await self._stores.cases.load_or_none(case_id) for case_id in ids]
        return [case for case in found if case is not None]

    def _views(self, cases: Iterable[Case], asker: Incoming) -> list[SharedView]:
        return [shared_view(case, self._rules, asker.locale, self._clock()) for case in cases]

    def _hit(self, view: SharedView) -> Hit:
        row = view.row
        parts = (row.where, view.symptom, row.cause, row.owner)
        title = " · ".join(part for part in (row.case, row.who) if part)
        return Hit(title=title, text=" · ".join(part for part in parts if part), message=render(view))

    def _none(self, asker: Incoming) -> Found:
        return self._say(asker, "say.search_nothing")

    def _say(self, asker: Incoming, text: str) -> Found:
        return Found(text=self._words(asker, text))

    def _words(self, asker: Incoming, text: str, **values: str) -> str:
        return self._drawing.sentence(text, values, asker.locale).text

    async def _learn(self, asker: Incoming) -> None:
        """Has somebody find out what the person may do, for the next time that they ask."""
        person = asker.person.key
        effect = CheckRights(incoming=asker)
        item = Item(id=f"{asker.activity}:rights", queue=f"rights:{person}", effect=effect)
        await self._outbox.put([item])
        self._wake()


def _bare(words: str) -> str:
    """A case's number alone, however it is written; otherwise the words."""
    number = _NUMBER.fullmatch(words.strip())
    return f"D-{number[1]}" if number else words


def _mark(asker: Incoming, quote: Quote) -> str:
    """The same for the same message passed on by the same person, however often Teams delivers it."""
    said = f"{asker.activity} {asker.person.key} {quote.author.key} {quote.text}"
    return f"report-{hashlib.blake2s(said.encode(), digest_size=12).hexdigest()}"
