"""The smallest cases, items and placements that the tests of stored state need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.case import AnyEntry, Case, Moved, Opened, Said, Stage
from bot.domain.conversation import Conversation, Placement
from bot.domain.events import Tell
from bot.domain.people import Person
from bot.state.outbox import Item

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNE = Person(id="29:anne", name="Anne Martin", aad="aad-anne")
ROOM = Conversation(
    id="19:abc@thread.tacv2;messageid=1",
    service_url="https://smba.test/",
    kind="personal",
    tenant="t",
    bot="b",
)


def at(n: int) -> datetime:
    return START + timedelta(seconds=n)


def opened_case(case_id: str, person: Person = ANNE) -> Case:
    first = Opened(n=1, at=at(1), by="user", person=person, conversation="c", locale="fr", playbook="1")
    return Case(id=case_id, ledger=(first,))


def grown(case: Case, *texts: str) -> Case:
    n = case.version
    said = tuple(Said(n=n + i, at=at(n + i), by="user", text=text) for i, text in enumerate(texts, 1))
    return _with(case, *said)


def closed(case: Case) -> Case:
    return _with(case, Moved(n=case.version + 1, at=at(case.version + 1), by="bot", to=Stage.fixed))


def reopened(case: Case) -> Case:
    return _with(case, Moved(n=case.version + 1, at=at(case.version + 1), by="user", to=Stage.guiding))


def item(item_id: str, queue: str = "19:room", text: str = "hello") -> Item:
    return Item(id=item_id, queue=queue, effect=Tell(to="employee", text=text))


def placement(activity: str) -> Placement:
    return Placement(conversation=ROOM, activity=activity)


def _with(case: Case, *entries: AnyEntry) -> Case:
    return Case(id=case.id, ledger=(*case.ledger, *entries))
