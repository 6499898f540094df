"""The thread of a case, read by people: one short line for each milestone, and nothing besides.

What the ledger gained in one turn becomes these lines, so that no flow has to remember to write them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.case import (
    CLOSED,
    AnyEntry,
    Case,
    Claimed,
    JobEnded,
    JobStarted,
    Judged,
    Moved,
    Noted,
    Prioritised,
    Stage,
)
from bot.domain.change import Changed
from bot.domain.diagnosis import UNDETERMINED, Locale
from bot.domain.events import AnyEffect, Tell
from bot.domain.fact import UNKNOWN, Source
from dialogs import service
from dialogs.draft import Rules, author
from dialogs.filling import filled
from dialogs.words import evidence

FEW = 3
GOOD = frozenset({"ok", "yes", "none", "up", "voice", "delivering", "seen"})
ENDS = {Stage.fixed: "trail.fixed", Stage.withdrawn: "trail.withdrawn", Stage.verifying: "trail.verifying"}


def follow(case: Case, was: int, rules: Rules, locale: Locale) -> tuple[AnyEffect, ...]:
    """What goes into the case's thread for the entries after the first `was`, and the clock that begins with it."""
    before = Case(id=case.id, ledger=case.ledger[:was])
    new = case.ledger[was:]
    lines = tuple(_lines(case, new, rules, locale)) if before.at_helpdesk else ()
    began = case.at_helpdesk and not before.at_helpdesk
    ranked = case.at_helpdesk and any(isinstance(entry, Prioritised) for entry in new)
    return (*lines, *((service.wake(case),) if (began or ranked) and not case.closed else ()))


def _lines(case: Case, new: tuple[AnyEntry, ...], rules: Rules, locale: Locale) -> Iterator[Tell]:
    for entry in new:
        match entry:
            case Claimed():
                yield _claimed(entry)
            case Prioritised(priority=priority):
                yield _line(f"ranked.{priority}", name=_name(entry.by))
            case JobEnded(job=job):
                yield from _measured(case, job, entry, rules, locale)
            case Judged(verdict=verdict) if verdict != UNDETERMINED:
                title = filled(case, rules, locale).title(verdict)
                yield _line("trail.verdict", title=title, percent=str(min(99, round(100 * entry.p))))
            case Changed(how="made"):
                what = filled(case, rules, locale).title(entry.step)
                yield _line("trail.unchanged" if entry.undo else "trail.changed", what=what)
            case Moved(to=to) if to in ENDS:
                yield _line(ENDS[to])
            case Moved(n=n) if _reopened(case, n):
                yield _line("trail.reopened")
            case _:
                continue


def _line(text: str, **values: str) -> Tell:
    return Tell(to="helpdesk", text=text, values=values)


def _claimed(entry: Claimed) -> Tell:
    if entry.by == author(entry.agent):
        return _line("trail.claimed", name=entry.agent.name)
    values = {"name": _name(entry.by), "agent": entry.agent.name}
    return Tell(to="helpdesk", text="trail.assigned", values=values, mentions=(entry.agent,))


def _name(by: str) -> str:
    return by.removeprefix("agent:")


def _measured(case: Case, job: str, ended: JobEnded, rules: Rules, locale: Locale) -> Iterator[Tell]:
    started = next((one for one in case.all(JobStarted) if one.job == job), None)
    if started is None or started.what != "probes":
        return
    if ended.how != "done":
        yield _line("trail.not_measured")
        return
    noted = [one for one in case.all(Noted) if one.about == job and one.source is Source.measured]
    bad = [
        one
        for one in noted
        if one.value not in {*GOOD, UNKNOWN, "inconclusive"} and isinstance(one.value, str)
    ]
    in_words = filled(case, rules, locale)
    if bad:
        yield _line("trail.measured", what="; ".join(evidence(in_words, one).text for one in bad[:FEW]))
    else:
        yield _line("trail.measured_good")


def _reopened(case: Case, n: int) -> bool:
    """True when the case was closed just before this move."""
    before = Case(id=case.id, ledger=case.ledger[: n - 1])
    return before.stage in CLOSED
