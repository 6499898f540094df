"""The ticket's tables, each a plain reading of one kind of ledger entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypedDict

from bot.domain.case import Attached, Judged, NotChecked, Noted, Probed, Said, Stepped
from bot.domain.diagnosis import UNDETERMINED
from bot.domain.entry import Entry
from bot.domain.fact import UNKNOWN
from bot.domain.pace import Pace, pace_of
from bot.domain.probe import ProbeResult
from bot.domain.reason import read_reason
from bot.escalation.book import Book, as_fact, clean, utc
from bot.escalation.ticket import File, Observed, Quote, Suspected, Tested, Tried, Unchecked

ACTIONS: Final = ("act.", "verify.")
_ADDRESSES: Final = ("addresses", "address")
_LIMITS: Final = "thresholds"


class _Place(TypedDict):
    entry: int
    at: Any
    local: str


def _place(book: Book, entry: Entry) -> _Place:
    return {"entry": entry.n, "at": entry.at, "local": book.local(entry.at)}


def said(book: Book) -> tuple[Quote, ...]:
    """What the employee typed."""
    quotes = (e for e in book.case.all(Said) if e.role == "employee" and clean(e.text))
    return tuple(Quote(text=clean(e.text), **_place(book, e)) for e in quotes)


def tried(book: Book) -> tuple[Tried, ...]:
    """Every action and verification, with how it ended."""
    steps = (e for e in book.case.all(Stepped) if e.step.startswith(ACTIONS))
    return tuple(
        Tried(
            step=e.step,
            title=book.titles.step(e.step),
            outcome=e.outcome,
            outcome_title=book.words.outcomes[e.outcome],
            note=clean(e.note),
            **_place(book, e),
        )
        for e in steps
    )


def untried(book: Book) -> tuple[str, ...]:
    """The actions that Microsoft expects with this message and that nobody has reported on."""
    done = {e.step for e in book.case.all(Stepped)}
    return tuple(book.titles.step(step) for step in book.form.tried.expected if step not in done)


def tests(book: Book) -> tuple[Tested, ...]:
    """Every network test, as the runner measured it."""
    return tuple(_tested(book, entry) for entry in book.case.all(Probed))


def _tested(book: Book, entry: Probed) -> Tested:
    found = entry.result
    return Tested(
        prober=found.prober,
        host=clean(found.host),
        port=found.port,
        addresses=_addresses(found.details),
        ok=found.ok,
        failure=found.failure,
        where=found.at,
        result=_result(book, found),
        ms=found.ms,
        runner=entry.by.partition(":")[2] or entry.by,
        details={
            clean(key): clean(str(value))
            for key, value in sorted(_flat(found.details))
            if isinstance(value, str | int | float) and key not in _ADDRESSES
        },
        **_place(book, entry),
    )


def _flat(details: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The details, with the limits that a result was judged by (`thresholds`) one by one."""
    for key, value in details.items():
        if key == _LIMITS and isinstance(value, dict):
            yield from ((f"{key}.{name}", limit) for name, limit in value.items())
        else:
            yield key, value


def _addresses(details: dict[str, Any]) -> tuple[str, ...]:
    values = next((details[key] for key in _ADDRESSES if details.get(key)), ())
    return tuple(clean(str(value)) for value in (values if isinstance(values, list | tuple) else (values,)))


def _result(book: Book, result: ProbeResult) -> str:
    pace = _pace(book, pace_of(result))
    if result.failure is not None:
        return book.words.failures[result.failure] + pace
    return book.words.results[{True: "ok", False: "fail", None: "inconclusive"}[result.ok]] + pace


def _pace(book: Book, pace: Pace | None) -> str:
    """`, 60 ms, usually 4 ms`; nothing of a time that does not stand out."""
    if pace is None:
        return ""
    known = {"usual": pace.usual_ms, "slow": pace.limit_ms}
    name, against = next((name, ms) for name, ms in known.items() if ms is not None)
    return ", " + book.words.says[name].format(ms=f"{pace.ms:.0f}", against=f"{against:g}")


def facts(book: Book) -> tuple[Observed, ...]:
    """Every fact that says something, oldest first, contradictions included."""
    return tuple(
        Observed(
            fact=e.fact,
            value=e.value,
            text=clean(book.titles.evidence(as_fact(e))),
            source=e.source,
            source_title=book.words.sources[e.source],
            by=e.by,
            **_place(book, e),
        )
        for e in book.case.all(Noted)
        if e.value != UNKNOWN
    )


def not_checked(book: Book) -> tuple[Unchecked, ...]:
    """The facts that could not be had to this day, the latest reason for each."""
    reasons: dict[str, tuple[Entry, str]] = {}
    for entry in book.case.ledger:
        if isinstance(entry, NotChecked):
            reasons[entry.fact] = (entry, entry.why)
        elif isinstance(entry, Noted) and entry.value == UNKNOWN:
            reasons.setdefault(entry.fact, (entry, entry.detail))
    return tuple(
        Unchecked(fact=fact, title=book.titles.fact(fact), why=_why(book, why), **_place(book, entry))
        for fact, (entry, why) in reasons.items()
        if book.noted(fact) is None
    )


def _why(book: Book, why: str) -> str:
    """The reason in words; a sentence of Microsoft Graph is quoted as it is."""
    reason = read_reason(why)
    words = book.words.reasons.get(reason.id)
    if words is None:
        return clean(why)
    return words.format(since=utc(reason.since) if reason.since else "")


def verdicts(book: Book) -> tuple[Suspected | None, tuple[Suspected, ...]]:
    """The last verdict, and the other causes that were once concluded, the last word on each."""
    newest = book.case.last(Judged)
    by_cause = {entry.verdict: entry for entry in book.case.all(Judged)}
    earlier = (e for e in by_cause.values() if newest and e.verdict not in {newest.verdict, UNDETERMINED})
    return (_suspected(book, newest) if newest else None, tuple(_suspected(book, e) for e in earlier))


def _suspected(book: Book, entry: Judged) -> Suspected:
    return Suspected(
        cause=entry.verdict,
        title=_cause(book, entry.verdict),
        percent=round(entry.p * 100),
        evidence_for=book.existing(entry.evidence_for),
        against=book.existing(entry.against),
        **_place(book, entry),
    )


def _cause(book: Book, cause: str) -> str:
    return book.words.says["undetermined"] if cause == UNDETERMINED else book.titles.cause(cause)


def files(book: Book) -> tuple[File, ...]:
    """The files of the case."""
    return tuple(
        File(name=clean(e.name), sha256=e.sha256, size=e.size, **_place(book, e))
        for e in book.case.all(Attached)
    )
