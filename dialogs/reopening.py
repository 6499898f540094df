"""After the end of a case: the trouble is back, an old card is tapped, or somebody answers the next day's question."""

from __future__ import annotations

from bot.domain.case import CLOSED, Case, Moved, Offered, Stage, Stepped
from bot.domain.events import Heard, Show, Tapped
from bot.domain.verb import Verb
from dialogs import followup, guide, history, language, report, verify
from dialogs.commands import command
from dialogs.draft import Advance, Draft, Rules
from dialogs.times import may_reopen

# Buttons that mean something without a case, wherever they stand.
FREE = frozenset({Verb.start, Verb.person, Verb.restart, Verb.help, Verb.topics, Verb.topic})


def hear(event: Heard, rules: Rules, new_id: str) -> Advance | None:
    """Words of somebody without an open case that go back to an older one; None for a report like any other."""
    last = event.past[0] if event.past else None
    choice = language.chosen(event)
    if choice is not None:
        return _language(last, event, rules)
    asked = command(event.text)
    if asked is Verb.history:
        return history.show(last, event.person)
    if last is None:
        return None
    outcome = followup.reply(last, event)
    if outcome is not None:
        return _followed_up(last, event, rules, outcome == "not_fixed")
    if asked is Verb.reopen:
        return again(last, event, rules, new_id)
    return None


def tap(case: Case | None, event: Tapped, rules: Rules, new_id: str) -> Advance | None:
    """A button of a card whose case is over, or of one without a case; None for those that open a new one."""
    if language.chosen(event) is not None:
        return _language(case, event, rules)
    if event.verb in {Verb.history, Verb.past}:
        return history.tapped(case, event)
    if case is None:
        return None
    outcome = followup.reply(case, event)
    if outcome is not None:
        return _followed_up(case, event, rules, outcome == "not_fixed")
    if event.verb == Verb.reopen:
        return again(case, event, rules, new_id)
    if event.verb in FREE and not event.nonce:
        return None
    return _over(case, event, rules)


def again(case: Case, event: Heard | Tapped, rules: Rules, new_id: str) -> Advance:
    """The same trouble: the case goes on where it stood, or, long after, a new one cites it."""
    closed = case.last(Moved)
    if closed is None or not may_reopen(closed.at, event.at):
        return report.once_more(event, case, rules, new_id)
    draft = Draft(case, event.at, rules)
    reopen(draft)
    return draft.result()


def reopen(draft: Draft) -> None:
    """Takes a closed case up again: what was thought to have helped did not hold, and all is measured anew."""
    if draft.case.stage not in CLOSED:
        return
    repaired = draft.case.stage is Stage.fixed
    draft.tell("say.came_back", values={"case": draft.case.id})
    draft.do(Show(to="employee", slot="safety", urgency="vital"))
    if any(offered.to == "helpdesk" for offered in draft.case.all(Offered)):
        values = {"name": draft.case.opened.person.name, "case": draft.case.id}
        draft.tell("say.reopened", to="helpdesk", values=values)
    if verify.taken_back(draft, "reopened", repaired=repaired):
        return
    if not _begun(draft.case):
        report.ask_intake(draft)
        return
    guide.start_lookup(draft)
    guide.start_probes(draft)
    draft.do(Show(to="employee", slot="checks"))
    guide.proceed(draft)


def _begun(case: Case) -> bool:
    return any(done.step == "intake" and done.outcome == "answered" for done in case.done())


def _followed_up(case: Case, event: Heard | Tapped, rules: Rules, broken: bool) -> Advance:
    draft = Draft(case, event.at, rules)
    followup.take(draft, "not_fixed" if broken else "fixed")
    if broken:
        reopen(draft)
    return draft.result()


def _language(case: Case | None, event: Heard | Tapped, rules: Rules) -> Advance:
    locale = language.chosen(event)
    if case is None or locale is None:
        return language.without_case()
    draft = Draft(case, event.at, rules)
    language.switch(draft, locale)
    return draft.result()


def _over(case: Case, event: Tapped, rules: Rules) -> Advance:
    """An old card does no harm: it is answered with how its case ended. A double tap needs no answer."""
    replies = [entry for entry in case.all(Stepped) if entry.nonce]
    if event.nonce and replies and replies[-1].nonce == event.nonce:
        return Advance(case=case)
    draft = Draft(case, event.at, rules)
    if event.verb == Verb.status:
        draft.do(Show(to="employee", slot=f"status:{case.version}"))
    else:
        draft.tell("say.closed")
        draft.do(Show(to="employee", slot="closing"))
    return Advance(case=case, effects=tuple(draft.effects))
