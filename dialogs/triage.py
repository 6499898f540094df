"""The helpdesk's side: claim, act, resolve, escalate, write to the employee."""

from __future__ import annotations

from bot.domain.case import Claimed, Denied, Offered, Said, Stage
from bot.domain.diagnosis import Outcome
from bot.domain.events import Heard, Refresh, Tapped
from bot.domain.fact import Source
from bot.domain.people import Person
from bot.domain.views import Verb
from dialogs import answers, escalate, guide, verify
from dialogs.draft import Draft


def author(person: Person) -> str:
    """How the ledger names an agent."""
    return f"agent:{person.name or person.key}"


def hear(draft: Draft, event: Heard) -> None:
    """What an agent writes in the case's thread goes to the employee, and into the ledger."""
    draft.add(Said(n=draft.n, at=event.at, by=author(event.person), text=event.text, role="helpdesk"))
    words = {"name": event.person.name, "text": event.text}
    draft.tell("say.agent_wrote", values=words, urgency="vital")


def tap(draft: Draft, event: Tapped) -> None:
    """A button of the triage card; what was already decided by another click is not decided again."""
    by = author(event.person)
    offered = draft.case.offer("helpdesk")
    current = offered if offered is not None and offered.nonce == event.nonce else None
    match event.verb:
        case Verb.claim:
            _claim(draft, event.person)
        case Verb.resolve if current is not None:
            _resolve(draft, current, by)
        case Verb.not_fixed | Verb.cannot if current is not None and current.step != escalate.STEP:
            _unsettled(draft, current, "not_fixed" if event.verb == Verb.not_fixed else "cannot", by)
        case Verb.answer if current is not None:
            _answer(draft, current, event, by)
        case Verb.escalate if draft.case.stage is not Stage.microsoft:
            escalate.write(draft)
        case _:
            draft.do(Refresh(slot="triage"))


def denied(draft: Draft, event: Tapped) -> None:
    """Somebody outside the helpdesk used a button: recorded, once in a row, and nothing else."""
    last = draft.case.ledger[-1]
    if isinstance(last, Denied) and last.person.key == event.person.key and last.verb == event.verb:
        return
    draft.add(Denied(n=draft.n, at=event.at, by="teams", person=event.person, verb=event.verb))


def _claim(draft: Draft, person: Person) -> None:
    owner = draft.case.owner
    if owner is not None and owner.key == person.key:
        return
    draft.add(Claimed(n=draft.n, at=draft.at, by=author(person), agent=person))
    draft.tell("say.agent_claimed", values={"name": person.name})


def _unsettled(draft: Draft, offered: Offered, outcome: Outcome, by: str) -> None:
    draft.step(offered.step, outcome, by, offered.nonce)
    answers.twin(draft, offered.step, outcome, by)
    guide.proceed(draft)


def _resolve(draft: Draft, offered: Offered, by: str) -> None:
    draft.step(offered.step, "fixed", by, offered.nonce)
    answers.twin(draft, offered.step, "fixed", by)
    draft.tell("say.agent_resolved")
    verify.begin(draft)


def _answer(draft: Draft, offered: Offered, event: Tapped, by: str) -> None:
    value = event.values.get("value", "")
    facts = answers.read(draft.rules, offered.step, value, draft.case, draft.at)
    if not facts:
        draft.do(Refresh(slot=f"step:{offered.n}"))
        return
    draft.step(offered.step, "answered", by, offered.nonce, note=value[:200])
    for fact in facts:
        draft.note(fact.id, fact.value, Source.told, by, about=offered.step, detail=value[:200])
    draft.do(Refresh(slot=f"step:{offered.n}"))
    guide.proceed(draft)
