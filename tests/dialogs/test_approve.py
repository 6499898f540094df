"""A change with two keys, as transcripts: who may, how often, how long, and what everybody is told."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.case import Denied, JobEnded, Stage, Stepped
from bot.domain.change import Approved, Changed, ChangeEnd, Declined, Lapsed, Proposed
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.events import Heard, JobLost, Wake, Woke
from bot.domain.people import Person
from dialogs import changes
from dialogs.approve import AGAIN
from tests.support.approving import INES, SEAT, THROUGH_GROUP, Office
from tests.support.dialogue import CAMILLE, NOOR, SAMIR, STRANGER


@pytest.mark.parametrize("locale", LOCALES)
def test_licence_from_proposal_to_proof(locale: Locale) -> None:
    office = Office(locale).unlicensed()
    office.propose().expect("helpdesk: show approval!", "wake later")
    office.approve().expect("make change", "refresh approval")
    office.made() << "refresh approval" << "helpdesk: tell say.change_made" << "tell say.licence_made"
    office.wakes("arrival").expect("start lookup", "wake later")
    office.directory(SEAT, licence_teams="missing").expect("refresh checks")
    office.wakes_next().directory(SEAT, licence_teams="pending").expect("refresh checks")
    office.wakes_next().directory(SEAT)
    office << "refresh checks" << "tell say.licence_arrived" << "refresh approval" << "show verify.test_call"
    assert office.proved().stage is Stage.fixed
    assert [e.how for e in office.case.all(Changed)] == ["made"]


def test_account_from_proposal_to_proof() -> None:
    office = Office().disabled().propose().approve()
    office.made().sees("tell say.account_made")
    office.wakes("arrival").directory().sees("tell say.account_arrived")
    assert office.proved().stage is Stage.fixed
    assert [e.by for e in office.case.all(Stepped) if e.step == "act.enable_account"] == ["bot"]


def test_nothing_is_offered_when_switched_off() -> None:
    assert Office(fixes=False).unlicensed().triage.fix is None


def test_switched_off_means_no_proposal() -> None:
    office = Office().unlicensed()
    fix = office.triage.fix
    assert fix is not None
    off = Office(fixes=False).unlicensed()
    off.click("propose", SAMIR, fix.mark).expect()
    assert list(off.case.all(Proposed)) == []


def test_proposer_cannot_approve() -> None:
    office = Office().unlicensed().propose().approve(SAMIR)
    office.expect("helpdesk: tell say.change_own", "refresh approval")
    assert [(e.person, e.verb) for e in office.case.all(Denied)] == [(SAMIR, "approve")]
    assert office.card().state == "waiting"


def test_agent_without_the_right_cannot_approve() -> None:
    office = Office().unlicensed().propose().approve(NOOR, approver=False)
    office.expect("helpdesk: tell say.change_not_approver", "refresh approval")
    assert office.card().state == "waiting"


def test_nobody_approves_for_themselves() -> None:
    office = Office().unlicensed().propose().approve(CAMILLE)
    office.expect("helpdesk: tell say.change_self", "refresh approval")
    assert office.card().state == "waiting"


@pytest.mark.parametrize("verb", ["propose", "approve", "decline", "undo"])
def test_stranger_changes_nothing(verb: str) -> None:
    office = Office().unlicensed().propose()
    before = office.card()
    office.click(verb, STRANGER, office.newest.nonce, approver=True, allowed=False).expect()
    assert [(e.person, e.verb) for e in office.case.all(Denied)] == [(STRANGER, verb)]
    assert (office.card().state, office.card().buttons) == (before.state, before.buttons)


def test_stranger_is_recorded_on_a_closed_case() -> None:
    office = _mended()
    office.click("undo", STRANGER, office.card().nonce, allowed=False).expect()
    assert [e.person for e in office.case.all(Denied)] == [STRANGER]


def test_second_approval_orders_nothing() -> None:
    office = Office().unlicensed().propose().approve()
    assert len(office.orders) == 1
    office.approve(INES).expect("refresh approval")
    office.approve(NOOR).expect("refresh approval")
    assert len(list(office.case.all(Approved))) == 1


def test_proposal_is_good_for_once() -> None:
    office = Office().unlicensed()
    fix = office.triage.fix
    assert fix is not None
    office.propose().click("propose", NOOR, fix.mark).expect()
    office.click("decline", NOOR, office.newest.nonce).click("propose", NOOR, fix.mark).expect()
    assert len(list(office.case.all(Proposed))) == 1
    assert office.triage.fix is not None, "it may be proposed anew, by a new button"


def test_declined_change_cannot_be_approved() -> None:
    office = Office().unlicensed().propose()
    office.click("decline", NOOR, office.newest.nonce)
    office.expect("helpdesk: tell say.change_declined", "refresh approval")
    office.approve().expect("refresh approval")
    assert (office.card().state, office.orders) == ("declined", [])
    assert [e.person for e in office.case.all(Declined)] == [NOOR]


def test_nobody_in_time_means_nothing() -> None:
    office = Office().unlicensed().propose()
    due = next(effect.due for effect in office.effects if isinstance(effect, Wake))
    assert due == office.newest.at + timedelta(minutes=15)
    office.wakes("approval").expect("helpdesk: tell say.change_expired", "refresh approval")
    office.approve().expect("refresh approval")
    assert (office.card().state, office.orders) == ("expired", [])


def test_approval_after_its_time_expires() -> None:
    office = Office().unlicensed().propose().later(minutes=15).approve()
    assert (office.card().state, office.orders) == ("expired", [])


def test_end_of_time_after_approval_is_nothing() -> None:
    office = Office().unlicensed().propose()
    key = f"approval:{office.newest.n}"
    office.approve().happens(Woke(at=office.now, key=key)).expect()
    assert office.card().state == "changing"


def test_change_no_longer_needed_is_not_made() -> None:
    office = Office().unlicensed().propose()
    office >> "recommencer"
    office.directory(SEAT).approve()
    assert (office.card().state, office.orders) == ("not_needed", [])


def test_withdrawn_case_is_not_changed() -> None:
    office = Office().unlicensed().propose()
    office >> "annuler"
    office.approve()
    assert (office.card().state, office.orders) == ("closed", [])


def test_restart_does_not_lose_the_truth() -> None:
    office = Office().unlicensed().propose().approve()
    office >> "recommencer"
    office.made()
    assert office.card().state == "made"
    assert not any(job.what == "change" for job in office.case.running())


@pytest.mark.parametrize(
    ("how", "said"), [("failed", "say.change_failed"), ("unknown", "say.change_unknown")]
)
def test_failure_is_told_to_agents_only(how: ChangeEnd, said: str) -> None:
    office = Office().unlicensed().propose().approve().made(how, "no_seat")
    office.sees(f"helpdesk: tell {said}")
    assert not any(did.startswith("tell") for did in office.did)
    assert office.card().buttons == ()


def test_failed_change_may_be_proposed_again() -> None:
    office = Office().unlicensed().propose().approve().made("failed", "refused")
    assert office.triage.fix is not None
    office.propose().approve()
    assert len(office.orders) == 1


def test_change_made_is_not_offered_again() -> None:
    office = Office().unlicensed().propose().approve().made()
    assert office.triage.fix is None


def test_change_under_way_is_not_offered_again() -> None:
    office = Office().unlicensed().propose()
    assert office.triage.fix is None
    assert office.approve().triage.fix is None


def test_same_end_twice_counts_once() -> None:
    office = Office().unlicensed().propose().approve().made()
    version = office.case.version
    office.again().made("failed").happens(_lost(office)).expect()
    assert office.case.version == version


def _lost(office: Office) -> JobLost:
    return JobLost(at=office.now, job=office.newest.change.id, how="expired")


def _approved() -> Office:
    return Office().unlicensed().propose().approve()


def test_lost_job_is_unknown_until_told() -> None:
    office = _approved()
    office.happens(_lost(office)).sees("helpdesk: tell say.change_unknown")
    assert office.card().state == "unknown"
    assert [e.how for e in office.case.all(JobEnded) if e.job == office.newest.change.id] == ["expired"]
    office.made().sees("tell say.licence_made")
    assert office.card().state == "made"
    office.made("unknown").expect()


def test_result_without_approval_is_ignored() -> None:
    office = Office().unlicensed().propose()
    office.made().expect()
    assert list(office.case.all(Changed)) == []


def test_slow_licence_ends_with_an_agent() -> None:
    office = Office().unlicensed().propose().approve().made().wakes("arrival")
    for _ in range(len(AGAIN) - 1):
        office.directory(SEAT, licence_teams="pending").wakes_next()
    office.expect("helpdesk: tell say.change_slow")
    assert not any(job.what == "lookup" for job in office.case.running())


def test_looks_grow_further_apart() -> None:
    assert sorted(AGAIN) == list(AGAIN)
    assert timedelta(hours=4) < sum(AGAIN, timedelta()) < timedelta(hours=5)


def test_arrival_is_told_once() -> None:
    office = Office().unlicensed().propose().approve().made().wakes("arrival")
    office.directory(SEAT)
    office.happens(Woke(at=office.now, key=f"arrival:{office.newest.n}:1")).expect()


def test_agent_who_finished_first_is_not_disturbed() -> None:
    office = Office().unlicensed().propose().approve().made().agent("resolve")
    assert office.stage is Stage.verifying
    office.happens(Woke(at=office.now, key=f"arrival:{office.newest.n}:0")).directory(SEAT)
    assert (office.stage, office.asked) == (Stage.verifying, "verify.test_call")


@pytest.mark.parametrize("key", ["arrival:999:0", "approval:1", "undoing:999"])
def test_time_of_nothing_is_let_pass(key: str) -> None:
    office = Office().unlicensed()
    office.happens(Woke(at=office.now, key=key)).expect()


def _mended() -> Office:
    """The licence has arrived, and the case is closed."""
    office = Office().unlicensed().propose().approve().made().wakes("arrival")
    office.directory(SEAT).proved()
    assert office.stage is Stage.fixed
    return office


def test_undo_needs_both_keys_too() -> None:
    office = _mended()
    first, mark = office.newest, office.card().nonce
    office.click("undo", SAMIR, mark)
    office.expect("helpdesk: show approval!", "wake later", "refresh approval")
    assert (office.newest.undoes, office.newest.change.undo) == (first.change.id, True)
    office.approve(SAMIR).sees("helpdesk: tell say.change_own")
    assert office.approve(NOOR).orders == [office.newest.change.id]
    office.made() << "refresh approval" << "refresh approval" << "helpdesk: tell say.change_undone"
    office << "tell say.licence_undone"
    assert office.card(first.n).state == "undone"
    assert office.card(first.n).buttons == ()


def test_undo_takes_back_what_was_added() -> None:
    office = Office().unlicensed(THROUGH_GROUP).propose().approve().made()
    added = office.newest.change
    office.click("undo", SAMIR, office.card().nonce)
    back = office.newest.change
    assert (back.fix, back.user, back.sku, back.group) == (added.fix, added.user, added.sku, added.group)


def test_nothing_added_is_nothing_to_undo() -> None:
    office = Office().unlicensed().propose().approve().made("already")
    assert office.card().buttons == ()
    assert changes.undo_until(office.case, office.newest.change.id) is None


def test_old_button_of_undo_does_nothing() -> None:
    office = Office().unlicensed().propose().approve().made()
    mark = office.card().nonce
    office.click("undo", SAMIR, mark).click("decline", NOOR, office.newest.nonce)
    office.click("undo", SAMIR, mark).expect()
    assert len(list(office.case.all(Proposed))) == 2


def test_undo_ends_after_a_day() -> None:
    office = Office().unlicensed().propose().approve().made()
    mark = office.card().nonce
    other = deepcopy(office)
    office.later(hours=24).click("undo", SAMIR, mark)
    assert len(list(office.case.all(Proposed))) == 1
    other.wakes("undoing").expect("refresh approval")
    assert [e.why for e in other.case.all(Lapsed)] == ["undo"]
    assert (other.card().state, other.card().buttons) == ("made", ())


def test_undone_change_may_be_proposed_again() -> None:
    office = Office().unlicensed().propose().approve().made()
    office.click("undo", SAMIR, office.card().nonce).approve().made()
    office.wakes("arrival").directory(SEAT, licence_teams="missing")
    assert office.triage.fix is not None


def test_offered_act_is_done_when_it_arrives() -> None:
    office = Office().unlicensed().propose().approve().made()
    assert office.to_do == "act.assign_licence"
    office.wakes("arrival").directory(SEAT)
    steps = [(e.outcome, e.note) for e in office.case.all(Stepped) if e.step == "act.assign_licence"]
    assert steps == [("fixed", office.newest.change.id)]
    assert office.to_do == ""


def test_change_explains_the_new_state() -> None:
    office = Office().unlicensed().propose().approve().made().wakes("arrival")
    office.directory(SEAT, licence_teams="pending")
    assert office.triage.contradictions == ()


PEOPLE = (SAMIR, NOOR, INES, CAMILLE, STRANGER)
CLICK = st.tuples(
    st.sampled_from(["propose", "approve", "approve", "decline", "undo"]),
    st.sampled_from(PEOPLE),
    st.booleans(),
    st.integers(0, 3),
)
TELL = st.tuples(st.sampled_from(["made", "already", "failed", "unknown", "wait"]), st.integers(0, 3))


@settings(max_examples=12)
@given(st.lists(CLICK | CLICK | TELL, min_size=2, max_size=8))
def test_whatever_happens_two_keys_are_needed(events: list[tuple[object, ...]]) -> None:
    office, ordered = Office().unlicensed().propose(), list[str]()
    for event in events:
        office.effects = ()
        _happen(office, *event)
        ordered += office.orders
    assert len(set(ordered)) == len(ordered), "nothing is ordered twice"
    approvals = {entry.change: entry.person for entry in office.case.all(Approved)}
    assert set(ordered) == set(approvals)
    for one in office.case.all(Proposed):
        keys = {one.person.key, approvals[one.change.id].key} if one.change.id in approvals else set()
        assert len(keys) != 1
        assert STRANGER.key not in keys


def _happen(office: Office, what: object, who: object, *rest: object) -> None:
    """A click with a button of the newest or an older card, the end of a change, or time that passes."""
    proposals = list(office.case.all(Proposed))
    if isinstance(who, Person):
        approver, back = rest
        assert isinstance(back, int)
        fix = office.triage.fix
        cards = [office.card(one.n).nonce for one in proposals] + ([fix.mark] if fix else [])
        nonce = cards[-1 - back % len(cards)] if cards else ""
        office.click(str(what), who, nonce, approver=bool(approver), allowed=who is not STRANGER)
    elif what == "wait":
        assert isinstance(who, int)
        office.later(minutes=10 * who)
    elif proposals:
        office.made(cast("ChangeEnd", what))


def test_typed_words_are_the_button() -> None:
    office = Office().unlicensed().propose()
    typed = Heard(
        at=office.now,
        person=NOOR,
        conversation="19:desk",
        text="approuver",
        locale="fr",
        role="helpdesk",
        approver=True,
    )
    office.happens(typed).expect("make change", "refresh approval")
    assert office.orders == [office.newest.change.id]


def test_typed_words_need_the_right_too() -> None:
    office = Office().unlicensed().propose()
    office.agent_writes("approuver", NOOR).expect(
        "helpdesk: tell say.change_not_approver", "refresh approval"
    )
    assert [entry.verb for entry in office.case.all(Denied)] == ["approve"]
