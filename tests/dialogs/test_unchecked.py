"""What could not be checked, with a reason that people can read."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.events import LookedUp
from dialogs.unchecked import unchecked
from dialogs.views import CHECKS
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
