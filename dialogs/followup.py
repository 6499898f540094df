"""The day after a repair: does the phone still work? « No » opens the case again, with all that is known."""

from __future__ import annotations

from typing import Final

from bot.domain.case import Case, Moved, Offered, Stage, Stepped
from bot.domain.diagnosis import Locale, Outcome
from bot.domain.events import Heard, Refresh, Show, Tapped, Wake, Woke
from bot.domain.own_views import FollowupView
from bot.domain.verb import Verb
from dialogs import guide, words
from dialogs.answers import bare_yes_or_no
from dialogs.commands import command
from dialogs.draft import FOLLOWUP, Draft, Rules, slot_of
from dialogs.filling import filled
from dialogs.times import next_morning

ANSWERS: Final[dict[str, Outcome]] = {Verb.fixed: "fixed", Verb.not_fixed: "not_fixed"}


def plan(draft: Draft) -> None:
    """The case has just been closed as mended: asks to be woken the next working morning."""
    due = next_morning(draft.at, draft.rules.site(draft.case))
    draft.do(Wake(key=f"{FOLLOWUP}:{draft.case.version}", due=due))


def woke(draft: Draft, event: Woke) -> None:
    """Asks, unless the case was opened again meanwhile, or has been asked already."""
    closed = _closed(draft.case)
    if closed is None or event.key != f"{FOLLOWUP}:{closed.n}" or asked(draft.case) is not None:
        return
    draft.do(Show(to="employee", slot=slot_of(draft.offer(FOLLOWUP, "employee"))))


def _closed(case: Case) -> Moved | None:
    """The entry that closed the case as mended, if nothing has moved it since."""
    moved = case.last(Moved)
    return moved if moved is not None and moved.to is Stage.fixed else None


def asked(case: Case) -> Offered | None:
    """The question about the last closing, answered or not."""
    closed = _closed(case)
    return next(
        (e for e in case.all(Offered) if e.step == FOLLOWUP and closed is not None and e.n > closed.n), None
    )


def waiting(case: Case) -> Offered | None:
    """The question, while nobody has answered it."""
    offered = asked(case)
    replies = {entry.nonce for entry in case.all(Stepped)}
    return offered if offered is not None and offered.nonce not in replies else None


def reply(case: Case, event: Heard | Tapped) -> Outcome | None:
    """What somebody answers to the question that waits; None when it is no answer to it."""
    offered = waiting(case)
    if offered is None:
        return None
    if isinstance(event, Tapped):
        return ANSWERS.get(event.verb) if event.nonce == offered.nonce else None
    return ANSWERS.get(command(event.text) or "") or bare_yes_or_no(event.text)


def take(draft: Draft, outcome: Outcome) -> None:
    """Notes the answer; a repair that holds needs no more than thanks."""
    offered = waiting(draft.case)
    if offered is None:
        return
    draft.step(FOLLOWUP, outcome, "user", offered.nonce)
    draft.do(Refresh(slot=slot_of(offered)))
    if outcome == "fixed":
        draft.tell("say.still_fine")


def view(case: Case, n: int, rules: Rules, locale: Locale) -> FollowupView | None:
    """The question's card."""
    entry = case.ledger[n - 1] if 0 < n <= case.version else None
    if not isinstance(entry, Offered) or entry.step != FOLLOWUP:
        return None
    replied = next((e for e in case.all(Stepped) if e.nonce == entry.nonce), None)
    judged, in_words = guide.judged(case), filled(case, rules, locale)
    return FollowupView(
        locale=locale,
        case=case.id,
        v=case.version,
        nonce=entry.nonce,
        cause=words.plainly(in_words.title(judged.verdict))
        if judged and judged.verdict in in_words.book.causes
        else "",
        answered=None if replied is None else replied.outcome,
    )
