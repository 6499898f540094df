"""What holds after every event of every dialog, whatever people, runners and directories do."""

from __future__ import annotations

from itertools import pairwise

from bot.domain.case import Case, Noted, Offered, Stepped
from bot.domain.diagnosis import LOCALES
from bot.domain.events import Refresh, Show, Tell
from bot.domain.views import CheckState, ChecksView
from cards.texts import ids
from dialogs.draft import Advance, Rules
from dialogs.views import BUILDERS, view_of


def check_always(before: Case | None, after: Advance, rules: Rules) -> None:
    """Asserts all of it; `before` is the same case before the event, None for a new one."""
    for effect in after.effects:
        if isinstance(effect, Tell):
            assert effect.text in ids()
        if isinstance(effect, Show):
            assert all(view_of(after.case, effect.slot, rules, locale) for locale in LOCALES)
    if after.case is not None:
        _ledger_grows(before, after.case)
        _offers_are_answered_once(after.case)
        _views_are_built(after.case, rules)
        _nothing_unmeasured_is_fine(after.case, rules)
        _somebody_is_at_it(after.case)
        _helpdesk_is_up_to_date(before, after)


def _ledger_grows(before: Case | None, after: Case) -> None:
    old = before.ledger if before else ()
    assert after.ledger[: len(old)] == old
    assert [entry.n for entry in after.ledger] == list(range(1, after.version + 1))
    assert all(one.at <= two.at for one, two in pairwise(after.ledger))


def _offers_are_answered_once(case: Case) -> None:
    answered = [entry.nonce for entry in case.all(Stepped) if entry.nonce]
    offered = [entry.nonce for entry in case.all(Offered)]
    assert len(set(answered)) == len(answered)
    assert len(set(offered)) == len(offered)
    assert set(answered) <= set(offered)


def slots(case: Case) -> list[str]:
    """Every card that a case may have."""
    numbers = [0, 1, *(entry.n for entry in case.all(Offered)), case.version + 1]
    return [
        *BUILDERS,
        "welcome",
        "topics",
        "guide",
        *(f"{kind}:{n}" for kind in ("step", "intake", "details") for n in numbers),
    ]


def _views_are_built(case: Case, rules: Rules) -> None:
    for locale in LOCALES:
        for slot in slots(case):
            view = view_of(case, slot, rules, locale)
            assert view is None or view.locale == locale


def _nothing_unmeasured_is_fine(case: Case, rules: Rules) -> None:
    view = view_of(case, "checks", rules, "fr")
    assert isinstance(view, ChecksView)
    good = {entry.fact for entry in case.round() if isinstance(entry, Noted) and entry.value in {"ok", "yes"}}
    assert {row.id for row in view.rows if row.state is CheckState.ok} <= good


def _somebody_is_at_it(case: Case) -> None:
    """No dead end: an open case waits for the employee, for the helpdesk, or for a job."""
    assert case.closed or case.offer() or case.offer("helpdesk") or case.running()


def _helpdesk_is_up_to_date(before: Case | None, after: Advance) -> None:
    case = after.case
    posted = case is not None and any(entry.to == "helpdesk" for entry in case.all(Offered))
    if posted and case != before:
        assert Refresh(slot="triage") in after.effects
