"""What could not be checked, with a reason that people can read."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.domain.events import LookedUp
from cards.render import render
from dialogs.checks_view import CHECKS, checks_view
from dialogs.triage_view import triage_view
from dialogs.unchecked import unchecked
from tests.support.dialogue import ACCOUNT_FINE, Dialogue

SINCE = "no_runner_since 2026-11-23T11:58+00:00"


def test_facts_with_one_reason_are_grouped() -> None:
    talk = Dialogue().reported().looked_up().lost("probes", "offline", SINCE)
    (gap,) = unchecked(talk.case, talk.rules, "fr", among=CHECKS)
    assert (gap.why, gap.since) == ("no_runner_since", datetime(2026, 11, 23, 11, 58, tzinfo=UTC))
    assert len(gap.titles) == 5


def test_each_reason_has_its_group() -> None:
    talk = Dialogue().reported().lost("probes", "expired")
    reasons = dict.fromkeys(ACCOUNT_FINE, "no_such_person")
    talk.happens(LookedUp(at=talk.now, job=talk.job("lookup"), not_checked=reasons))
    assert [gap.why for gap in unchecked(talk.case, talk.rules, "fr")] == ["expired", "no_such_person"]


def test_lacking_permission_is_named_to_agents_only() -> None:
    talk = Dialogue().reported().probes()
    reasons = {
        "account.signin": "the application lacks the permission AuditLog.Read.All (request-id 1-2)",
        "licence.teams": "the application lacks the permission LicenseAssignment.Read.All",
    }
    talk.happens(LookedUp(at=talk.now, job=talk.job("lookup"), not_checked=reasons))
    view = triage_view(talk.case, talk.rules, "fr")
    assert [gap.permission for gap in view.not_checked] == [
        "AuditLog.Read.All", "LicenseAssignment.Read.All",
    ]  # fmt: skip
    shown = render(view).card
    assert all(gap.permission in msgspec.json.encode(shown).decode() for gap in view.not_checked)
    (gap,) = checks_view(talk.case, 0, talk.rules, "fr").missing
    assert (gap.why, gap.permission) == ("no_permission", "")


def test_employee_reads_no_name_of_a_licence() -> None:
    talk = Dialogue().reported().probes()
    why = {"account.signin": "the tenant has no Entra ID P1 licence, which this needs (request-id 1-2)"}
    talk.happens(LookedUp(at=talk.now, job=talk.job("lookup"), not_checked=why))
    assert [gap.why for gap in triage_view(talk.case, talk.rules, "fr").not_checked] == ["no_premium"]
    card = msgspec.json.encode(render(checks_view(talk.case, 0, talk.rules, "fr")).card).decode()
    assert "annuaire ne le dit pas" in card
    assert "Entra" not in card


def test_facts_outside_the_selection_are_left_out() -> None:
    talk = Dialogue().reported().looked_up().lost("probes", "expired")
    assert unchecked(talk.case, talk.rules, "fr", among=("licence.teams",)) == ()


def test_fact_told_since_is_not_missing() -> None:
    talk = Dialogue().reported().lost("probes", "expired").looked_up()
    everything = unchecked(talk.case, talk.rules, "en")
    talk >> "recommencer"
    talk.tap("start", site="lyon").looked_up().probes()
    assert everything
    assert unchecked(talk.case, talk.rules, "en") == ()
