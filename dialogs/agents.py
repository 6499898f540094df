"""What an agent does with a case besides its step: assign, rank, ask, measure again, note what they found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.diagnosis.recogniser import recognise
from bot.domain.case import Case, Claimed, JobStarted, Prioritised, Remarked, Said
from bot.domain.change import Proposed
from bot.domain.events import Heard, Refresh, StartLookup, Tapped
from bot.domain.fact import VOCABULARY, Fact, Source
from bot.domain.order import Order
from bot.domain.verb import Verb
from dialogs import guide, service, verify
from dialogs.draft import Draft, author

LONGEST: Final = 2000  # characters of a message or a finding
ABOUT: Final = "finding"

_EXACT: Final = re.compile(r"\s*([a-z]\w*(?:\.\w+)*)\s*=\s*(.+?)\s*")


def as_tap(case: Case, order: Order, event: Heard) -> Tapped:
    """The button that a typed order stands for, on the card as it is now."""
    return Tapped(
        at=event.at,
        person=event.person,
        conversation=event.conversation,
        tenant=event.tenant,
        verb=order.name,
        locale=event.locale,
        nonce=_mark(case, order),
        values={order.name: order.text},
        role="helpdesk",
        approver=event.approver,
        subject=event.subject,
        card=case.id,
    )


def _mark(case: Case, order: Order) -> str:
    if order.name in {"approve", "decline"}:
        proposed = case.last(Proposed)
        return proposed.nonce if proposed else ""
    offered = case.offer("helpdesk")
    return offered.nonce if offered else verify.mark(case)


def act(draft: Draft, event: Tapped) -> bool:
    """Does what the button says; False when it is none of these."""
    deed = _DEEDS.get(event.verb)
    if deed is not None:
        deed(draft, event)
    return deed is not None


def _assign(draft: Draft, event: Tapped) -> None:
    agent, owner = event.subject, draft.case.owner
    if agent is None:
        draft.tell("say.no_such_agent", to="helpdesk")
    elif owner is None or owner.key != agent.key:
        by = author(event.person)
        draft.add(Claimed(n=draft.n, at=draft.at, by=by, agent=agent))
        draft.tell("say.agent_claimed", values={"name": agent.name})
        draft.do(Refresh(slot="handover"))


def _prioritise(draft: Draft, event: Tapped) -> None:
    wanted = service.priority_said(event.values.get("priority", ""))
    if wanted is None:
        draft.tell("say.no_such_priority", to="helpdesk")
    elif wanted != service.priority(draft.case):
        by = author(event.person)
        draft.add(Prioritised(n=draft.n, at=draft.at, by=by, priority=wanted))


def _ask(draft: Draft, event: Tapped) -> None:
    text = event.values.get(event.verb, "").strip()[:LONGEST]
    if not text:
        draft.tell("say.nothing_written", to="helpdesk")
        return
    draft.add(Said(n=draft.n, at=draft.at, by=author(event.person), text=text, role="helpdesk"))
    words = {"name": event.person.name, "text": text}
    draft.tell("say.agent_wrote", values=words, urgency="vital")
    draft.tell("trail.asked", to="helpdesk", values={**words, "who": draft.case.opened.person.name})


def _check(draft: Draft, event: Tapped) -> None:
    """Measures the site and looks the account up again; what runs already is not begun twice."""
    running = {job.what for job in draft.case.running()}
    if "lookup" not in running:
        job = f"{draft.case.id}-{draft.n}"
        by = author(event.person)
        draft.add(JobStarted(n=draft.n, at=draft.at, by=by, job=job, what="lookup", step=guide.LOOKUP))
        draft.do(StartLookup(job=job))
    if "probes" in running:
        draft.tell("say.check_running", to="helpdesk")
    elif draft.case.site in draft.rules.sites:
        guide.start_probes(draft, recheck=True)
    else:
        draft.tell("say.check_no_site", to="helpdesk")


def _find(draft: Draft, event: Tapped) -> None:
    """Notes what an agent found, word for word, and as facts as far as it states some."""
    text = event.values.get(event.verb, "").strip()[:LONGEST]
    if not text:
        draft.tell("say.nothing_written", to="helpdesk")
        return
    by = author(event.person)
    draft.add(Remarked(n=draft.n, at=draft.at, by=by, text=text))
    for fact in _stated(text, event):
        draft.note(fact.id, fact.value, Source.told, by, about=ABOUT, detail=text[:200])
    guide.proceed(draft)


def _stated(text: str, event: Tapped) -> tuple[Fact, ...]:
    """`switch.port = err_disabled`, or what plain words say."""
    exact = _EXACT.fullmatch(text)
    if exact is None:
        return recognise(text, event.locale).facts
    kind = VOCABULARY.get(exact[1])
    value = _number(exact[2]) if kind is not None and kind.kind == "number" else exact[2]
    return (Fact(id=exact[1], value=value),) if kind is not None and kind.accepts(value) else ()


def _number(text: str) -> str | float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


_DEEDS: Final[Mapping[str, Callable[[Draft, Tapped], None]]] = {
    Verb.assign: _assign,
    Verb.priority: _prioritise,
    Verb.ask: _ask,
    Verb.check: _check,
    Verb.finding: _find,
}
