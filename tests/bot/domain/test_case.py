from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import (
    AnyEntry,
    Case,
    JobStarted,
    Moved,
    Noted,
    Opened,
    Said,
    Stage,
    decode_case,
    decode_entry,
    encode_case,
    encode_entry,
)
from bot.domain.fact import Source
from bot.domain.people import Person
from bot.domain.probe import Failure, ProbeResult, Where
from tests.support.cases import CAMILLE, SAMIR, CaseBuilder

moments = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
texts = st.text(st.characters(codec="utf-8"), max_size=30)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
people = st.builds(Person, id=texts, name=texts, aad=st.none() | texts, upn=st.none() | texts)
results = st.builds(
    ProbeResult,
    prober=texts,
    host=texts,
    port=st.none() | st.integers(0, 65535),
    ok=st.none() | st.booleans(),
    failure=st.none() | st.sampled_from(Failure),
    at=st.none() | st.sampled_from(Where),
    ms=st.none() | st.floats(0, 1e6),
    details=st.dictionaries(texts, texts | st.integers(-9, 9), max_size=2),
)

# Types whose values hypothesis must be told how to make; the rest it reads from the annotations.
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "at": moments,
    "person": people,
    "agent": people,
    "result": results,
    "value": texts | numbers,
    "p": st.floats(0, 1),
}


def entries_of(kind: type[AnyEntry]) -> st.SearchStrategy[AnyEntry]:
    """Any entry of one kind, every field filled in."""
    hints = {field.name: field.type for field in msgspec.structs.fields(kind)}
    return st.builds(
        kind, **{name: FIELDS.get(name, st.from_type(hint)) for name, hint in hints.items() if name != "text"},
        **({"text": texts} if "text" in hints else {}),
    )  # fmt: skip


entries: st.SearchStrategy[AnyEntry] = st.one_of([entries_of(kind) for kind in get_args(AnyEntry)])


@given(entries)
def test_any_entry_survives_its_json(entry: AnyEntry) -> None:
    assert decode_entry(encode_entry(entry)) == entry


@given(st.text(max_size=20), st.lists(entries, max_size=8))
def test_any_case_survives_its_json(case_id: str, ledger: list[AnyEntry]) -> None:
    case = Case(id=case_id.encode("utf-8", "replace").decode(), ledger=tuple(ledger))
    assert decode_case(encode_case(case)) == case


@given(st.binary(max_size=60))
def test_garbage_is_refused_by_name(data: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode_entry(data)


def test_entry_names_its_kind_first() -> None:
    line = encode_entry(Said(n=2, at=datetime(2026, 3, 1, tzinfo=UTC), by="user", text="Bonjour"))
    assert line == b'{"kind":"said","n":2,"at":"2026-03-01T00:00:00Z","by":"user","text":"Bonjour"}'


def test_every_kind_has_its_own_tag() -> None:
    tags = [kind.__struct_config__.tag for kind in get_args(AnyEntry)]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"kind":"novel","n":1,"at":"2026-03-01T00:00:00Z","by":"bot"}',
        b'{"kind":"said","n":1,"at":"yesterday","by":"user","text":"x"}',
        b'{"kind":"moved","n":1,"at":"2026-03-01T00:00:00Z","by":"bot","to":"limbo"}',
    ],
)
def test_unknown_words_are_refused(line: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_entry(line)


def test_version_counts_the_entries() -> None:
    assert CaseBuilder().opened().said("a").said("b").case.version == 3


def test_case_must_begin_with_opening() -> None:
    with pytest.raises(TypeError, match="D-1042 does not begin"):
        _ = CaseBuilder().said("hello").case.opened


def test_stage_is_the_last_move() -> None:
    builder = CaseBuilder().opened()
    assert builder.case.stage is Stage.intake
    assert builder.moved(Stage.guiding).moved(Stage.helpdesk).case.stage is Stage.helpdesk


@pytest.mark.parametrize(
    ("stage", "closed"),
    [(stage, stage in {Stage.fixed, Stage.withdrawn}) for stage in Stage],
)
def test_only_two_stages_close_case(stage: Stage, closed: bool) -> None:
    assert CaseBuilder().opened().moved(stage).case.closed is closed


def test_later_symptom_replaces_the_first() -> None:
    builder = CaseBuilder().opened("cannot_call")
    assert builder.case.symptom == "cannot_call"
    assert builder.symptom("no_power").case.symptom == "no_power"


def test_later_particulars_win_within_topic() -> None:
    case = (
        CaseBuilder().opened().known("phone", label="12", model="CCX").known("site", id="lyon")
        .known("phone", label="14").case
    )  # fmt: skip
    assert case.known("phone") == {"label": "14", "model": "CCX"}
    assert case.known("account") == {}
    assert case.site == "lyon"


def test_restart_hides_what_was_before() -> None:
    builder = CaseBuilder().opened().fact("dns", "fail").offered("act.restart_phone").stepped("ask.scope")
    before = builder.case
    after = builder.moved(Stage.intake).fact("dns", "ok").case
    assert [fact.value for fact in before.facts()] == ["fail"]
    assert [fact.value for fact in after.facts()] == ["ok"]
    assert after.done() == ()
    assert after.offer() is None


def test_contradicting_facts_are_both_kept() -> None:
    facts = CaseBuilder().opened().fact("dns", "ok").measured("dns", "fail").case.facts()
    assert [(fact.value, fact.source, fact.by) for fact in facts] == [
        ("ok", Source.told, "user"),
        ("fail", Source.measured, "runner:lyon"),
    ]


def test_done_keeps_outcome_and_order() -> None:
    case = CaseBuilder().opened().stepped("act.fix_dns", "not_fixed").stepped("ask.scope", "answered").case
    assert [(done.step, done.outcome) for done in case.done()] == [
        ("act.fix_dns", "not_fixed"),
        ("ask.scope", "answered"),
    ]


def test_job_runs_until_it_ends() -> None:
    builder = CaseBuilder().opened().started("j1").started("j2")
    assert [job.job for job in builder.case.running()] == ["j1", "j2"]
    assert [job.job for job in builder.ended("j1", "expired").case.running()] == ["j2"]


def test_job_of_earlier_round_is_forgotten() -> None:
    assert CaseBuilder().opened().started("j1").moved(Stage.intake).case.running() == ()


def test_offer_waits_until_its_answer() -> None:
    builder = CaseBuilder().opened().offered("ask.scope", nonce="x")
    waiting = builder.case.offer()
    assert waiting is not None
    assert (waiting.step, waiting.nonce) == ("ask.scope", "x")
    assert builder.stepped("ask.scope", "answered").case.offer() is None


def test_each_side_has_its_own_offer() -> None:
    case = CaseBuilder().opened().offered("ask.scope").offered("act.fix_dns", to="helpdesk").case
    offers = case.offer(), case.offer("helpdesk")
    assert [offer.step if offer else None for offer in offers] == ["ask.scope", "act.fix_dns"]


def test_newest_offer_alone_waits() -> None:
    builder = CaseBuilder().opened().offered("ask.scope", nonce="old").offered("ask.ip", nonce="new")
    waiting = builder.case.offer()
    assert waiting is not None
    assert waiting.nonce == "new"


def test_last_claim_owns_the_case() -> None:
    builder = CaseBuilder().opened()
    assert builder.case.owner is None
    assert builder.claimed(CAMILLE).claimed(SAMIR).case.owner == SAMIR


@pytest.mark.parametrize(
    ("kind", "count"), [(Noted, 2), (Moved, 1), (JobStarted, 0), (Opened, 1)]
)  # fmt: skip
def test_entries_are_found_by_kind(kind: type[AnyEntry], count: int) -> None:
    case = CaseBuilder().opened().fact("dns", "ok").moved(Stage.guiding).fact("ntp", "ok").case
    assert len(list(case.all(kind))) == count
    found = case.last(kind)
    assert (found is None) == (count == 0)


def test_last_entry_of_kind_is_newest() -> None:
    noted = CaseBuilder().opened().fact("dns", "ok").fact("ntp", "fail").case.last(Noted)
    assert noted is not None
    assert noted.fact == "ntp"


Change = Callable[[CaseBuilder], CaseBuilder]


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.said("x"),
        lambda case: case.fact("dns", "ok"),
        lambda case: case.moved(Stage.guiding),
    ],
)
def test_every_entry_makes_new_version(change: Change) -> None:
    builder = CaseBuilder().opened()
    before = builder.case
    after = change(builder).case
    assert after.version == before.version + 1
    assert after.ledger[: before.version] == before.ledger
    assert [entry.n for entry in after.ledger] == list(range(1, after.version + 1))
