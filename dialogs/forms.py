"""A form: several questions that one look answers, put on one card.

What is understood is noted at once; what is not is asked again, with what was typed still standing
there. Nothing is compulsory: what is left empty is not known, and not asked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from bot.diagnosis import forms
from bot.diagnosis.spec import StepSpec
from bot.domain.case import Case, Known, Noted, Offered, Stepped
from bot.domain.diagnosis import Locale, Recognition
from bot.domain.events import Heard, Refresh, Show
from bot.domain.fact import UNKNOWN, Fact, Source
from bot.domain.views import Field
from dialogs import answers, guide, words
from dialogs.commands import fold
from dialogs.draft import Draft, Rules, slot_of
from dialogs.filling import Filled, filled

LENGTH: Final = 200
Found = Mapping[str, tuple[Fact, ...]]

_NO_IDEA: Final = re.compile(
    r"\b(?:(?:ne|n|j?e) )?sais pas\b|\baucune idee\b|\b(?:don ?t|do not) know\b|\bno idea\b"
)
_ADDRESS: Final = re.compile(r"\d+(?:\.\d+){3}")


def is_form(case: Case, rules: Rules, step: str) -> bool:
    """True for a step that puts several questions at once."""
    known = rules.book(case).steps.get(step)
    return known is not None and bool(known.asks)


def questions(case: Case, rules: Rules, offered: Offered) -> tuple[StepSpec, ...]:
    """What the card of a form asks: what was worth asking when it was put, so that it never changes."""
    form = rules.book(case).steps[offered.step]
    before = Case(id=case.id, ledger=case.ledger[: offered.n - 1])
    return forms.questions(rules.book(case), before.symptom, before.facts(), before.done(), form)


def given(case: Case, offered: Offered) -> dict[str, str]:
    """What was filled in so far, by question."""
    return case.known(_topic(offered))


def _topic(offered: Offered) -> str:
    return f"form:{offered.nonce}"


def begun(case: Case, rules: Rules, offered: Offered) -> bool:
    """True for a form of which at least one question is answered."""
    return is_form(case, rules, offered.step) and any(
        _learnt(case, offered, q) for q in questions(case, rules, offered)
    )


def _said(case: Case, offered: Offered, question: StepSpec) -> Noted | None:
    """The newest answer to a question since the form was put, up to when it was taken."""
    end = next((e.n for e in case.all(Stepped) if e.nonce == offered.nonce), case.version + 1)
    since = reversed(case.ledger[offered.n : end - 1])
    return next((e for e in since if isinstance(e, Noted) and e.fact in question.reveals), None)


def _learnt(case: Case, offered: Offered, question: StepSpec) -> Noted | None:
    """That answer, unless it is that nobody knows."""
    said = _said(case, offered, question)
    return None if said is None or said.value == UNKNOWN else said


def take(draft: Draft, offered: Offered, values: Mapping[str, str], by: str) -> None:
    """Takes what was filled in; asks again for what cannot be understood, and for everything if all is empty."""
    asked = questions(draft.case, draft.rules, offered)
    texts = {q.id: values.get(q.id, "").strip()[:LENGTH] for q in asked}
    if not any(texts.values()) and not begun(draft.case, draft.rules, offered):
        draft.tell("say.form_empty", to=offered.to)
        return
    _keep(draft, offered, texts, by)
    unclear = [q for q in asked if _wrong(draft.case, draft.rules, q, texts[q.id])]
    if not unclear:
        complete(draft, offered, by)
        return
    draft.do(Refresh(slot=slot_of(offered)))
    titles = filled(draft.case, draft.rules, draft.case.locale)
    if offered.to == "employee":
        draft.tell("say.form_unclear", values={"what": " ".join(titles.text(q.title) for q in unclear)})


def _keep(draft: Draft, offered: Offered, texts: Mapping[str, str], by: str) -> None:
    """Keeps what was typed, and notes what it means; an unchanged time was read when it was typed."""
    for question, text in _remember(draft, offered, texts, by).items():
        facts = answers.read(draft.rules, question, text or UNKNOWN, draft.case, draft.at)
        answers.noted(draft, offered.step, text, facts, by)


def _remember(draft: Draft, offered: Offered, texts: Mapping[str, str], by: str) -> dict[str, str]:
    """Keeps what now stands on the card; returns what of it has changed, an emptied input included."""
    before = given(draft.case, offered)
    changed = {question: text for question, text in texts.items() if text != before.get(question, "")}
    if changed:
        draft.add(Known(n=draft.n, at=draft.at, by=by, topic=_topic(offered), data=changed))
    return changed


def _wrong(case: Case, rules: Rules, question: StepSpec, text: str) -> bool:
    return bool(text) and not answers.read(rules, question.id, text, case, case.opened.at)


def complete(draft: Draft, offered: Offered, by: str) -> None:
    """The form is answered: whatever is open is not known."""
    for question in questions(draft.case, draft.rules, offered):
        if _said(draft.case, offered, question) is None:
            draft.note(question.reveals[0], UNKNOWN, Source.told, by, about=offered.step)
    draft.step(offered.step, "answered", by, offered.nonce)
    draft.do(Refresh(slot=slot_of(offered)))
    guide.proceed(draft)


def read(draft: Draft, offered: Offered, text: str) -> Found:
    """What words say that can only be meant for one of the open questions; nothing for a step that is no form."""
    if not is_form(draft.case, draft.rules, offered.step):
        return {}
    asked = questions(draft.case, draft.rules, offered)
    waiting = [q for q in asked if _learnt(draft.case, offered, q) is None]
    found = {q.id: answers.read(draft.rules, q.id, text, draft.case, draft.at) for q in waiting}
    chosen = [q.id for q in waiting if q.choices and found[q.id]]
    if len(chosen) > 1 and not no_idea(text):
        found |= dict.fromkeys(chosen, ())
    return {question: facts for question, facts in found.items() if facts}


def no_idea(text: str) -> bool:
    """True when a person says that they know nothing more."""
    return _NO_IDEA.search(fold(text)) is not None


def recognise(draft: Draft, offered: Offered, event: Heard, understood: Recognition) -> Found:
    """What a typed message answers of a form: in so many words, or as the recogniser understands it."""
    found = dict(read(draft, offered, event.text))
    for question in questions(draft.case, draft.rules, offered):
        facts = tuple(fact for fact in understood.facts if fact.id in question.reveals)
        if facts and question.id not in found:
            found[question.id] = facts
    return found


def hear(draft: Draft, offered: Offered, event: Heard, found: Found) -> None:
    """Takes words as answers; what is still open stays on the card, unless the person knows no more."""
    asked = {q.id: q for q in questions(draft.case, draft.rules, offered)}
    zone = ZoneInfo(words.time_zone(draft.rules.site(draft.case)))
    for facts in found.values():
        answers.noted(draft, offered.step, event.text[:LENGTH], facts, "user")
    shown = {i: _shown(asked[i], facts, event.text, draft.at.astimezone(zone)) for i, facts in found.items()}
    _remember(draft, offered, shown, "user")
    open_ = [q for q in asked.values() if _said(draft.case, offered, q) is None]
    if not open_ or no_idea(event.text):
        complete(draft, offered, "user")
        return
    draft.tell("say.form_more")
    draft.do(Show(to="employee", slot=slot_of(offered)))


def _shown(question: StepSpec, facts: tuple[Fact, ...], text: str, now: datetime) -> str:
    """An answer given in words as it would stand on the card; empty when it cannot."""
    values = {fact.id: fact.value for fact in facts}
    value = values.get(question.reveals[0], "")
    if question.choices or question.reveals[0] == "phone.firmware":
        return str(value)
    offset = values.get("clock_offset_s")
    if question.input == "time" and isinstance(offset, int | float):
        return (now + timedelta(seconds=offset)).strftime("%H:%M")
    address = _ADDRESS.search(text) if question.reveals[0] == "phone.ip" else None
    return address[0] if address else ""


class _Card(msgspec.Struct, frozen=True):
    case: Case
    rules: Rules
    offered: Offered
    in_words: Filled


def fields(case: Case, rules: Rules, offered: Offered, locale: Locale) -> tuple[Field, ...]:
    """The inputs of a form, with what was filled in; what was said and cannot stand in one is not asked again."""
    card = _Card(case, rules, offered, filled(case, rules, locale))
    texts = given(case, offered)
    asked = questions(case, rules, offered)
    return tuple(
        _field(card, q, texts.get(q.id, ""))
        for q in asked
        if texts.get(q.id) or _learnt(case, offered, q) is None
    )


def replies(case: Case, rules: Rules, offered: Offered, locale: Locale) -> tuple[Field, ...]:
    """What was answered, in words; empty for what is not known."""
    in_words, texts = filled(case, rules, locale), given(case, offered)
    return tuple(
        Field(
            id=q.id,
            title=in_words.text(q.title),
            value=_answer(case, offered, in_words, q, texts.get(q.id, "")),
        )
        for q in questions(case, rules, offered)
    )


def _field(card: _Card, question: StepSpec, text: str) -> Field:
    return Field(
        id=question.id,
        title=card.in_words.text(question.title),
        choices=card.in_words.choices(question),
        value=text,
        input="time" if question.input == "time" else "text" if question.input == "text" else None,
        hint=card.in_words.lines(question.body),
        wrong=_wrong(card.case, card.rules, question, text),
    )


def _answer(case: Case, offered: Offered, in_words: Filled, question: StepSpec, text: str) -> str:
    learnt = _learnt(case, offered, question)
    if learnt is None:
        return ""
    if question.choices:
        chosen = question.choices.get(str(learnt.value))
        return in_words.text(chosen) if chosen else ""
    return text or words.evidence(in_words, learnt).text
