"""The employee's side while a case is open: words and taps, answered one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.case import Case, Moved, Offered, Said, Stage, Stepped, Symptom
from bot.domain.diagnosis import Outcome, Recognition
from bot.domain.events import Heard, Refresh, Show, Tapped
from bot.domain.fact import Fact, Source
from bot.domain.verb import Verb
from dialogs import (
    adding,
    answers,
    earlier,
    escalate,
    forms,
    guide,
    labels,
    own,
    phones,
    report,
    topics,
    verify,
)
from dialogs.commands import command
from dialogs.draft import FORMS, Draft, slot_of

OUTCOMES: dict[str, Outcome] = {
    "fixed": "fixed",
    "not_fixed": "not_fixed",
    "cannot": "cannot",
    "reopen": "not_fixed",
}


def tap(draft: Draft, event: Tapped) -> None:
    """A button of one of the case's cards."""
    written = adding.as_words(event) if event.verb == Verb.detail else None
    topic = topics.tapped(draft.case, event, draft.rules)
    if written is not None:
        hear(draft, written)
        draft.do(Refresh(slot="adding"))
    elif topic is not None:
        _show_topic(draft, topic)
    elif own.of_another(draft.case, event):
        _stale(draft, event)
    elif not (own.tap(draft, event) or _everywhere(draft, event.verb)):
        _tap_waiting(draft, event)


def _tap_waiting(draft: Draft, event: Tapped) -> None:
    """A button of what waits for the employee, or of a card that is out of date."""
    offered = draft.case.offer()
    if event.verb == Verb.start and not event.nonce:
        _join(draft, event)
    elif offered is None or event.nonce != offered.nonce:
        _stale(draft, event)
    elif offered.step == "intake":
        _begin(draft, event, offered)
    elif offered.step == escalate.DETAILS:
        _details(draft, event, offered)
    elif event.verb in OUTCOMES:
        settle(draft, offered, OUTCOMES[event.verb])
    elif event.verb == Verb.answer:
        _answer(draft, offered, event)


def hear(draft: Draft, event: Heard) -> None:
    """A typed message: kept word for word, then taken as a command, an answer, or something to know."""
    draft.add(Said(n=draft.n, at=event.at, by="user", text=event.text))
    asked = command(event.text)
    if own.hear(draft, event) or (asked is not None and _everywhere(draft, asked)):
        return
    offered = draft.case.offer()
    understood = answers.understand(draft.rules, draft.case, event)
    if _question(draft, event, offered, understood):
        return
    if offered is not None and _reply(draft, event, offered, understood):
        return
    outcome = _outcome(draft, event, offered)
    if outcome == "fixed" and draft.case.stage is not Stage.verifying and not _acting(draft, offered):
        _works_again(draft)
    elif outcome is not None and offered is not None and (outcome == "cannot" or _acting(draft, offered)):
        settle(draft, offered, outcome)
    else:
        _learn(draft, event, offered, understood)


def settle(draft: Draft, offered: Offered, outcome: Outcome) -> None:
    """The person carried the step out, with this outcome, or could not; a question can only be the latter."""
    if outcome != "cannot" and not answers.is_act(draft.rules.book(draft.case), offered.step):
        return
    if forms.begun(draft.case, draft.rules, offered):
        forms.complete(draft, offered, "user")
        return
    draft.step(offered.step, outcome, "user", offered.nonce)
    draft.do(Refresh(slot=slot_of(offered)))
    answers.twin(draft, offered.step, outcome)
    if draft.case.stage is Stage.verifying:
        verify.settled(draft, offered.step, outcome)
    elif outcome == "fixed" and offered.step in draft.rules.book(draft.case).mends:
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
        case Verb.topics:
            draft.do(Show(to="employee", slot="topics"))
        case Verb.cancel:
            _withdraw(draft)
        case Verb.restart:
            _start_over(draft)
        case Verb.person:
            guide.hand_over(draft, "escalate.helpdesk", "asked")
        case _:
            return False
    return True


def _question(draft: Draft, event: Heard, offered: Offered | None, understood: Recognition) -> bool:
    """A question of the guide is answered, and what waited is asked again; whoever has the case hears it too."""
    if offered and (
        answers.read(draft.rules, offered.step, event.text, draft.case, draft.at)
        or forms.read(draft, offered, event.text)
    ):
        return False
    topic = topics.asked(draft.case, event.text, understood, draft.rules)
    if topic is None:
        return False
    if draft.case.stage in {Stage.helpdesk, Stage.microsoft}:
        escalate.relay(draft, event)
    _show_topic(draft, topic)
    return True


def _show_topic(draft: Draft, slot: str) -> None:
    draft.do(Show(to="employee", slot=slot))
    waiting = waits_for(draft.case)
    if waiting is not None and slot != "topics":
        draft.do(Show(to="employee", slot=waiting))


def _withdraw(draft: Draft) -> None:
    guide.set_aside(draft, "withdrawn", "user")
    draft.move(Stage.withdrawn, "asked", "user")
    draft.do(Show(to="employee", slot="closing"))


def _start_over(draft: Draft) -> None:
    draft.tell("say.restarted")
    offered = draft.case.offer()
    if offered is not None and offered.step == "intake" and not draft.case.facts():
        draft.do(Show(to="employee", slot=slot_of(offered)))
        return
    guide.set_aside(draft, "restarted", "user")
    draft.add(Moved(n=draft.n, at=draft.at, by="user", to=Stage.intake, why="asked"))
    guide.start_lookup(draft)
    report.ask_intake(draft)


def _join(draft: Draft, event: Tapped) -> None:
    """The welcome card, used again: the report belongs to the case that is open."""
    _understand_symptom(draft, Recognition(symptom=event.values.get("symptom"), confidence=1.0))
    draft.tell("say.opened", values={"case": draft.case.id})
    _show_waiting(draft)


def _stale(draft: Draft, event: Tapped) -> None:
    """An old card: nothing changes; the tap is answered with what is asked now. A double tap needs no answer."""
    replies = [entry for entry in draft.case.all(Stepped) if entry.nonce]
    reply = next((entry for entry in replies if event.nonce and entry.nonce == event.nonce), None)
    if reply is not None and reply is replies[-1]:
        return
    draft.tell("say.already_answered" if reply and reply.outcome != "refused" else "say.stale_card")
    _show_waiting(draft)


def _show_waiting(draft: Draft) -> None:
    slot = waits_for(draft.case) or f"status:{draft.case.version}"
    draft.do(Show(to="employee", slot=slot))


def _begin(draft: Draft, event: Tapped, offered: Offered) -> None:
    if event.verb != Verb.start:
        return
    report.take_intake(draft, event)
    draft.do(Refresh(slot=slot_of(offered)))
    guide.begin(draft)


def _details(draft: Draft, event: Tapped, offered: Offered) -> None:
    if event.verb in {Verb.answer, Verb.cannot}:
        escalate.take_details(draft, event, offered)


def _answer(draft: Draft, offered: Offered, event: Tapped) -> None:
    if forms.is_form(draft.case, draft.rules, offered.step):
        forms.take(draft, offered, event.values, "user")
        return
    value = event.values.get("value", "")
    facts = answers.read(draft.rules, offered.step, value, draft.case, draft.at)
    if facts:
        _take(draft, offered, value, facts)
    else:
        draft.tell("say.not_understood")


def _reply(draft: Draft, event: Heard, offered: Offered, understood: Recognition) -> bool:
    """Takes words as the answer to the question that waits; False when they are none."""
    step = draft.rules.book(draft.case).steps.get(offered.step)
    if step is None or step.kind != "ask":
        return False
    if step.asks:
        return _fill_in(draft, event, offered, understood)
    facts = answers.read(draft.rules, offered.step, event.text, draft.case, draft.at)
    facts = facts or tuple(fact for fact in understood.facts if fact.id in step.reveals)
    if facts:
        others = (fact for fact in understood.facts if fact.id not in step.reveals)
        _note_fresh(draft, others)
        _take(draft, offered, event.text, facts)
    return bool(facts)


def _fill_in(draft: Draft, event: Heard, offered: Offered, understood: Recognition) -> bool:
    """Takes words as answers to a form; False when they answer none of its questions."""
    found = forms.recognise(draft, offered, event, understood)
    taken = {fact.id for facts in found.values() for fact in facts}
    if found:
        _note_fresh(draft, (fact for fact in understood.facts if fact.id not in taken))
        forms.hear(draft, offered, event, found)
    return bool(found)


def _take(draft: Draft, offered: Offered, value: str, facts: tuple[Fact, ...]) -> None:
    draft.step(offered.step, "answered", "user", offered.nonce, note=value[:200])
    answers.noted(draft, offered.step, value, facts, "user")
    draft.do(Refresh(slot=slot_of(offered)))
    guide.proceed(draft)


def _acting(draft: Draft, offered: Offered | None) -> bool:
    return offered is not None and answers.is_act(draft.rules.book(draft.case), offered.step)


def _outcome(draft: Draft, event: Heard, offered: Offered | None) -> Outcome | None:
    """The outcome that words state: « ça marche », or a bare yes where the step is put as a question."""
    asked = command(event.text)
    if asked is not None and asked.value in OUTCOMES:
        return (
            None if offered and offered.step == "intake" and asked is Verb.cannot else OUTCOMES[asked.value]
        )
    if offered is None:
        return None
    return answers.yes_or_no(draft.rules.book(draft.case), offered.step, event.text, draft.case.locale)


def _works_again(draft: Draft) -> None:
    """It works, though nobody had just tried anything: that is proved like any other repair."""
    guide.set_aside(draft, "works_again", "user")
    verify.begin(draft)


def _learn(draft: Draft, event: Heard, offered: Offered | None, understood: Recognition) -> None:
    """Takes what facts the words state; the rest is passed to the helpdesk or noted."""
    corrected = adding.corrected(draft, understood.facts)
    fresh = _note_fresh(draft, understood.facts)
    named = labels.read(event.text, draft.rules.sites)
    earlier.name_it(draft, named)
    model = phones.named(draft.rules.playbook, event.text)
    if model is not None:
        draft.know("phone", {"model": model.name}, "user")
    _understand_symptom(draft, understood)
    if draft.case.stage in {Stage.helpdesk, Stage.microsoft}:
        escalate.relay(draft, event)
        return
    asks = offered is not None and offered.step not in FORMS
    if not corrected:
        draft.tell("say.noted" if fresh or named or not asks else "say.not_understood")
    if fresh and asks and offered is not None and draft.case.stage is Stage.guiding:
        guide.reconsider(draft, offered)
    elif offered is not None:
        draft.do(Show(to="employee", slot=slot_of(offered)))


def _note_fresh(draft: Draft, facts: Iterable[Fact]) -> bool:
    """Notes the facts that say something new; True when one did."""
    known = {fact.id: fact.value for fact in draft.case.facts()}
    fresh = [fact for fact in facts if known.get(fact.id) != fact.value]
    for fact in fresh:
        draft.note(fact.id, fact.value, Source.told, "user")
    return bool(fresh)


def _understand_symptom(draft: Draft, understood: Recognition) -> None:
    symptom = understood.symptom
    if draft.case.symptom is not None or symptom not in draft.rules.book(draft.case).symptoms:
        return
    if symptom != report.NOT_A_PHONE and understood.confidence >= report.SURE_ENOUGH:
        draft.add(Symptom(n=draft.n, at=draft.at, by="user", symptom=str(symptom)))


def waits_for(case: Case) -> str | None:
    """The slot of the card that the employee should see now, if one waits for them."""
    offered = case.offer()
    return slot_of(offered) if offered else None
