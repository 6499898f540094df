from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.ask import answer
from bot.errors import ConfigurationError
from tests.support.playbooks import SOUND, extended


def _ask(**question: object) -> str:
    return answer(json.dumps(question).encode()).verdict


def test_facts_in_json_reach_a_verdict() -> None:
    assert _ask(symptom="no_internet_banner", facts=[{"id": "dns", "value": "fail"}]) == "network.dns"


def test_no_facts_give_no_verdict() -> None:
    assert _ask() == "undetermined"


@pytest.mark.parametrize(("early", "late"), [(1, 2), ("2026-11-22T08:00:00Z", "2026-11-22T10:00:00")])
def test_the_later_value_counts(early: object, late: object) -> None:
    facts = [{"id": "dns", "value": "fail", "at": late}, {"id": "dns", "value": "ok", "at": early}]
    assert _ask(symptom="no_internet_banner", facts=facts) == "network.dns"


def test_unknown_ids_prove_nothing() -> None:
    asked = {"facts": [{"id": "moon", "value": "full"}], "done": [{"step": "act.dance", "outcome": "fixed"}]}
    assert _ask(symptom="no_internet_banner", **asked) == "undetermined"


def test_site_restricts_the_causes() -> None:
    book = extended(SOUND.replace("prior = 0.05", 'prior = 0.05\nsites = ["lyon"]'))
    asked = {"facts": [{"id": "phone.lamp", "value": "red"}]}
    here, there = ({cause.id for cause in answer(json.dumps(asked | {"site": site}).encode(), book).causes} for site in ("lyon", "nice"))  # fmt: skip
    assert here - there == {"phone.lamp"}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"facts": [{"id": "dns"}]}', '{"done": [{"step": "x", "outcome": "maybe"}]}']
)
def test_nonsense_is_refused_with_advice(text: str) -> None:
    with pytest.raises(ConfigurationError, match="no question") as refused:
        answer(text.encode())
    assert "facts" in refused.value.advice


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_answered_or_refused(data: bytes) -> None:
    try:
        answer(data)
    except ConfigurationError:
        return


@given(st.floats() | st.integers() | st.text(max_size=30))
def test_any_moment_is_answered_or_refused(at: object) -> None:
    try:
        _ask(facts=[{"id": "dns", "value": "ok", "at": at}])
    except ConfigurationError:
        return
