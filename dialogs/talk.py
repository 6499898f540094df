"""The employee's side while a case is open: words and taps, answered one thing at a time."""

from __future__ import annotations

from bot.diagnosis.recogniser import recognise
from bot.domain.case import Case, Moved, Offered, Said, Stage, Stepped, Symptom
from bot.domain.diagnosis import Outcome
from bot.domain.events import Heard, Refresh, Show, Tapped
from bot.domain.fact import Source
from bot.domain.views import Verb
from dialogs import answers, escalate, guide, report, verify
from dialogs.commands import command
from dialogs.draft import Draft

OUTCOMES: dict[str, Outcome] = {"fixed": "fixed", "not_fixed": "not_fixed", "cannot": "cannot"}


def tap(draft: Draft, event: Tapped) -> None:
    """A button of one of the case's cards."""
    if _everywhere(draft, event.verb):
        return
    offered = draft.case.offer()
    if offered is None or event.nonce != offered.nonce:
        _stale(draft, event, offered)
        return
    if offered.step == "intake":
        _begin(draft, event, offered)
    elif event.verb in OUTCOMES:
        settle(draft, offered, OUTCOMES[event.verb])
    elif event.verb == Verb.answer:
        _answer(draft, offered, event.values.get("value", ""))


def hear(draft: Draft, event: Heard) -> None:
    """A typed message: kept word for word, then taken as a command, an answer, or something to know."""
    draft.add(Said(n=draft.n, at=event.at, by="user", text=event.text))
    asked = command(event.text)
    if asked is not None and _everywhere(draft, asked):
        return
    offered = draft.case.offer()
    if asked is not None and asked.value in OUTCOMES and offered is not None and offered.step != "intake":
        settle(draft, offered, OUTCOMES[asked.value])
    elif offered is not None and answers.read(draft.rules, offered.step, event.text, draft.case, event.at):
        _answer(draft, offered, event.text)
    else:
        _learn(draft, event, offered)


def settle(draft: Draft, offered: Offered, outcome: Outcome) -> None:
    """The person carried the step out, with this outcome, or could not."""
    if outcome != "cannot" and not answers.is_act(draft.rules.playbook, offered.step):
        outcome = "cannot"  # "it works" is no answer to a question; keep what was asked open to others
    draft.step(offered.step, outcome, "user", offered.nonce)
    draft.do(Refresh(slot=f"step:{offered.n}"))
    answers.twin(draft, offered.step, outcome)
    if draft.case.stage is Stage.verifying:
        verify.settled(draft, offered.step, outcome)
    elif outcome == "fixed":
        verify.begin(draft)
    else:
        guide.proceed(draft)


def _everywhere(draft: Draft, verb: str) -> bool:
    """Commands that mean the same at any point; True when it was one."""
    match verb:
        case Verb.help:
            draft.do(Show(to="employee", slot="help"))
        case Verb.status:
            draft.do(Show(to="employee", slot=f"status:{draft.case.version}"))
        case Verb.cancel:
            _withdraw(draft)
        case Verb.restart:
            _start_over(draft)
        case Verb.person:
            guide.hand_over(draft, "escalate.helpdesk", "asked")
        case _:
            return False
    return True


def _withdraw(draft: Draft) -> None:
    _retire(draft)
    draft.move(Stage.withdrawn, "asked", "user")
    draft.do(Show(to="employee", slot="closing"))


def _start_over(draft: Draft) -> None:
    _retire(draft)
    draft.add(Moved(n=draft.n, at=draft.at, by="user", to=Stage.intake, why="asked"))
    draft.tell("say.restarted")
    guide.start_lookup(draft)
    report.ask_intake(draft)


def _retire(draft: Draft) -> None:
    """Takes back the step that waits for an answer, so that its card shows no live button."""
    offered = draft.case.offer()
    if offered is not None:
        draft.step(offered.step, "refused", "user", offered.nonce)
        draft.do(Refresh(slot=slot_of(offered)))


def _stale(draft: Draft, event: Tapped, offered: Offered | None) -> None:
    """An old card: nothing changes; the tap is answered with what is asked now."""
    if any(entry.nonce == event.nonce for entry in draft.case.all(Stepped)) and event.nonce:
        return
    draft.tell("say.stale_card")
    if offered is not None:
        draft.do(Show(to="employee", slot=slot_of(offered)))


def slot_of(offered: Offered) -> str:
    """The slot of the card that carries an offer."""
    return f"{'intake' if offered.step == 'intake' else 'step'}:{offered.n}"


def _begin(draft: Draft, event: Tapped, offered: Offered) -> None:
    report.take_intake(draft, event)
    draft.do(Refresh(slot=slot_of(offered)))
    guide.begin(draft)


def _answer(draft: Draft, offered: Offered, value: str) -> None:
    facts = answers.read(draft.rules, offered.step, value, draft.case, draft.at)
    if not facts:
        draft.tell("say.not_understood")
        return
    draft.step(offered.step, "answered", "user", offered.nonce, note=value[:200])
    for fact in facts:
        draft.note(fact.id, fact.value, Source.told, "user", about=offered.step, detail=value[:200])
    draft.do(Refresh(slot=f"step:{offered.n}"))
    guide.proceed(draft)


def _learn(draft: Draft, event: Heard, offered: Offered | None) -> None:
    """Takes what facts the words state; the rest is passed to the helpdesk or noted."""
    understood = recognise(event.text, event.locale, event.at)
    known = {fact.id: fact.value for fact in draft.case.facts()}
    fresh = [fact for fact in understood.facts if known.get(fact.id) != fact.value]
    for fact in fresh:
        draft.note(fact.id, fact.value, Source.told, "user")
    if draft.case.symptom is None and understood.symptom in draft.rules.playbook.symptoms:
        draft.add(Symptom(n=draft.n, at=draft.at, by="user", symptom=str(understood.symptom)))
    if draft.case.stage in {Stage.helpdesk, Stage.microsoft}:
        escalate.relay(draft, event)
        return
    draft.tell("say.noted")
    if fresh and offered is not None and offered.step != "intake":
        guide.reconsider(draft, offered)
    elif offered is not None:
        draft.do(Show(to="employee", slot=slot_of(offered)))


def waits_for(case: Case) -> str | None:
    """The slot of the card that the employee should see now, if one waits for them."""
    offered = case.offer()
    return slot_of(offered) if offered else None
