"""The card of a change that needs a second key: what it does to whom, on what evidence, and what became of it."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files

import msgspec

from bot.diagnosis.spec import Command
from bot.domain.case import Case, Noted
from bot.domain.change import Approved, Change, ChangeState, Declined, Lapsed, Proposed
from bot.domain.diagnosis import Locale
from bot.domain.fact import Source
from bot.domain.verb import Verb
from bot.domain.views import ApprovalView, CommandLine, Evidence
from dialogs import changes, words
from dialogs.approve import undo_mark
from dialogs.draft import Rules
from dialogs.filling import Filled, filled


def approval_view(case: Case, n: int, rules: Rules, locale: Locale) -> ApprovalView | None:
    """The change that entry `n` proposes, as it stands now; None when that entry proposes nothing."""
    one = case.ledger[n - 1] if 0 < n <= case.version else None
    if not isinstance(one, Proposed):
        return None
    state, in_words = changes.state(case, one), filled(case, rules, locale)
    decided, ended = changes.decided_by(case, one.change.id), changes.changed(case, one.change.id)
    until = _until(case, one, state)
    return ApprovalView(
        locale=locale,
        case=case.id,
        v=case.version,
        nonce=_mark(case, one, state),
        change=one.change,
        state=state,
        who=case.opened.person.name or case.known("account").get("display_name", ""),
        proposed_by=one.person.name,
        since=one.at,
        until=until,
        decided_by=decided.name if decided else "",
        ended=ended.at if ended else _decided_at(case, one),
        resumed=ended is not None and ended.resumed,
        arrived=changes.has_arrived(case, one),
        why=ended.why if ended else "",
        detail=ended.detail if ended else "",
        evidence=() if one.undoes else _evidence(case, one, in_words),
        commands=_commands(one.change, in_words),
        buttons=_buttons(state, until),
        time_zone=words.time_zone(rules.site(case)),
    )


def _until(case: Case, one: Proposed, state: ChangeState) -> datetime | None:
    return one.expires if state == "waiting" else changes.undo_until(case, one.change.id)


def _mark(case: Case, one: Proposed, state: ChangeState) -> str:
    if state == "waiting":
        return one.nonce
    return undo_mark(case.id, one.change.id, len(tuple(changes.undoings(case, one.change.id))))


def _buttons(state: ChangeState, until: datetime | None) -> tuple[Verb, ...]:
    if state == "waiting":
        return (Verb.approve, Verb.decline)
    return (Verb.undo,) if until is not None else ()


def _decided_at(case: Case, one: Proposed) -> datetime | None:
    ends = (
        e for e in case.ledger if isinstance(e, Approved | Declined | Lapsed) and e.change == one.change.id
    )
    return next((entry.at for entry in ends), None)


def _evidence(case: Case, one: Proposed, in_words: Filled) -> tuple[Evidence, ...]:
    """What the directory said, before it was proposed, of the facts that called for it."""
    found = {
        e.fact: e
        for e in case.ledger[: one.n]
        if isinstance(e, Noted) and e.source is Source.looked_up and e.fact in one.change.facts
    }
    return tuple(words.evidence(in_words, noted, role="helpdesk") for noted in found.values())


@cache
def _table() -> dict[str, tuple[Command, ...]]:
    table = tomllib.loads(files("dialogs").joinpath("changes.toml").read_text(encoding="utf-8"))
    return msgspec.convert(table, dict[str, tuple[Command, ...]])


def _commands(change: Change, in_words: Filled) -> tuple[CommandLine, ...]:
    """This change as somebody would type it, filled with what it names."""
    named = {"upn": change.upn, "user": change.user, "sku": change.sku, "group": change.group}
    filler = msgspec.structs.replace(in_words.filler, values={**in_words.filler.values, **named})
    in_words = msgspec.structs.replace(in_words, filler=filler)
    return in_words.commands(_table()[f"{change.fix}_undo" if change.undo else change.fix])
