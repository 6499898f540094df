"""The helpdesk's side: claim, act, resolve, escalate, write to the employee."""

from __future__ import annotations

from bot.domain.case import Claimed, Offered, Said, Stage
from bot.domain.diagnosis import Outcome
from bot.domain.events import Heard, Refresh, Tapped
from bot.domain.order import ABOUT_CASE
from bot.domain.people import Person
from bot.domain.verb import Verb
from dialogs import agents, answers, approve, escalate, forms, guide, topics, verify
from dialogs.desk_commands import parse
from dialogs.draft import Draft, author


def hear(draft: Draft, event: Heard) -> None:
    """What an agent writes in the case's thread goes to the employee, unless it is a command, or a question for the guide."""
    answer = topics.for_helpdesk(draft.case, event, draft.rules)
    if answer is not None:
        draft.do(*answer.effects)
        return
    order = parse(event.text)
    if order is not None and order.name in ABOUT_CASE:
        tap(draft, agents.as_tap(draft.case, order, event))
        return
    draft.add(Said(n=draft.n, at=event.at, by=author(event.person), text=event.text, role="helpdesk"))
    words = {"name": event.person.name, "text": event.text}
    draft.tell("say.agent_wrote", values=words, urgency="vital")


def tap(draft: Draft, event: Tapped) -> None:
    """A button of the triage card; what was already decided by another click is not decided again."""
    by = author(event.person)
    answer = topics.for_helpdesk(draft.case, event, draft.rules)
    if answer is not None:
        draft.do(*answer.effects)
        return
    if approve.heard(draft, event) or agents.act(draft, event):
        return
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
        case Verb.resolve | Verb.not_fixed if _proving(draft, event):
            verify.concluded(draft, event.person, "fixed" if event.verb == Verb.resolve else "not_fixed")
        case Verb.escalate if draft.case.stage is not Stage.microsoft:
            escalate.write(draft)
        case _:
            draft.do(Refresh(slot="triage"))


def _proving(draft: Draft, event: Tapped) -> bool:
    """The employee has the proof in hand, and the button is of a card that says so."""
    waiting = draft.case.offer("helpdesk")
    return waiting is None and bool(event.nonce) and event.nonce == verify.mark(draft.case)


def _claim(draft: Draft, person: Person) -> None:
    owner = draft.case.owner
    if owner is not None and owner.key == person.key:
        return
    draft.add(Claimed(n=draft.n, at=draft.at, by=author(person), agent=person))
    draft.tell("say.agent_claimed", values={"name": person.name})
    draft.do(Refresh(slot="handover"))


def _unsettled(draft: Draft, offered: Offered, outcome: Outcome, by: str) -> None:
    if forms.begun(draft.case, draft.rules, offered):
        forms.complete(draft, offered, by)
        return
    draft.step(offered.step, outcome, by, offered.nonce)
    answers.twin(draft, offered.step, outcome, by)
    if not answers.is_act(draft.rules.book(draft.case), offered.step):
        draft.do(Refresh(slot=f"step:{offered.n}"))
    guide.proceed(draft)


def _resolve(draft: Draft, offered: Offered, by: str) -> None:
    draft.step(offered.step, "fixed", by, offered.nonce)
    answers.twin(draft, offered.step, "fixed", by)
    draft.tell("say.agent_resolved")
    verify.begin(draft)


def _answer(draft: Draft, offered: Offered, event: Tapped, by: str) -> None:
    if forms.is_form(draft.case, draft.rules, offered.step):
        forms.take(draft, offered, event.values, by)
        return
    value = event.values.get("value", "")
    facts = answers.read(draft.rules, offered.step, value, draft.case, draft.at)
    if not facts:
        draft.do(Refresh(slot=f"step:{offered.n}"))
        return
    draft.step(offered.step, "answered", by, offered.nonce, note=value[:200])
    answers.noted(draft, offered.step, value, facts, by)
    draft.do(Refresh(slot=f"step:{offered.n}"))
    guide.proceed(draft)
