"""`advance` as a whole: it never raises, repeats nothing, and leaves nobody waiting for nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.case import Case, Noted, Stage, decode_case, encode_case
from bot.domain.events import Heard, ProbesReported
from dialogs.advance import advance
from tests.support.dialogue import CAMILLE as PERSON
from tests.support.dialogue import Dialogue
from tests.support.happenings import happening

STARTS = (
    Dialogue,
    lambda: Dialogue().reported(),
    lambda: Dialogue().checked(),
    lambda: Dialogue().checked(dns="fail"),
    lambda: Dialogue().checked(licence_teams="missing").agent("resolve"),
    lambda: Dialogue().checked().puts("act.restart_phone"),
    lambda: Dialogue().checked(dns="fail").agent("escalate").bundle(),
)
BUILT: dict[int, Dialogue] = {}


def begun(number: int) -> Dialogue:
    """A conversation to go on from; each is played once."""
    return BUILT.setdefault(number, STARTS[number]()).copy()


def carries_mark(event: object) -> bool:
    return bool(getattr(event, "nonce", "") or getattr(event, "job", ""))


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(0, len(STARTS) - 1), st.integers(1, 10))
def test_whatever_happens_the_rules_hold(data: st.DataObject, start: int, length: int) -> None:
    talk = begun(start)
    for _ in range(length):
        event = data.draw(happening(talk.now, talk.maybe))
        talk.happens(event)
        ledger = talk.maybe.ledger if talk.maybe else ()
        if carries_mark(event):
            talk.again()
            assert (talk.maybe.ledger if talk.maybe else ()) == ledger


@settings(max_examples=20, deadline=None)
@given(st.data(), st.integers(1, len(STARTS) - 1))
def test_stored_case_goes_on_the_same(data: st.DataObject, start: int) -> None:
    talk = begun(start)
    event = data.draw(happening(talk.now, talk.case))
    restored = decode_case(encode_case(talk.case))
    assert advance(restored, event, talk.rules, "D-9") == advance(talk.case, event, talk.rules, "D-9")


def test_event_leaves_the_old_case_alone() -> None:
    talk = Dialogue().checked()
    before = talk.case
    kept = before.ledger
    talk >> "annuler"
    assert before.ledger == kept
    assert before.stage is not Stage.withdrawn


def test_nothing_new_gives_the_same_case() -> None:
    talk = Dialogue().reported()
    event = ProbesReported(at=talk.now, job="other", runner="lyon", results={}, done=True)
    assert advance(talk.case, event, talk.rules).case is talk.case


def test_two_messages_at_once_join_one_case() -> None:
    talk = Dialogue()
    talk >> "Mon téléphone affiche No internet"
    talk.again()
    assert talk.cases == 1


def test_new_case_has_the_id_given() -> None:
    talk = Dialogue()
    event = Heard(at=talk.now, person=PERSON, conversation="a", text="No internet", locale="fr")
    case = advance(None, event, talk.rules, "D-77").case
    assert isinstance(case, Case)
    assert (case.id, case.opened.playbook) == ("D-77", talk.rules.playbook.version)


def test_entries_carry_the_time_of_the_event() -> None:
    talk = Dialogue().checked()
    at = talk.later(minutes=5).now
    talk.nothing_helps()
    assert {entry.at for entry in talk.case.ledger[-2:]} == {at}
    assert all(entry.at <= at for entry in talk.case.all(Noted))
    assert talk.now == at + timedelta(seconds=10)
