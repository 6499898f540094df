"""What a table of the playbook may hold, and what follows from it."""

from __future__ import annotations

import msgspec
import pytest

from bot.diagnosis.spec import CauseSpec, Command, Lines, StepSpec, Text

TITLE = Text(fr="Bonjour", en="Hello")


def a_step(id_: str, **keys: object) -> StepSpec:
    return msgspec.convert(
        {"id": id_, "who": "user", "minutes": 1, "title": {"fr": "a", "en": "b"}, **keys}, StepSpec
    )


def test_text_speaks_both_languages() -> None:
    assert (TITLE.to("fr"), TITLE.to("en")) == ("Bonjour", "Hello")
    assert Lines(fr=("un",), en=("one",)).to("en") == ("one",)


@pytest.mark.parametrize(
    ("id_", "kind", "answers"),
    [
        ("ask.scope", "ask", ("one", "site")),
        ("act.fix_dns", "act", ("fixed", "not_fixed", "cannot", "refused")),
        ("verify.test_call", "verify", ("fixed", "not_fixed", "cannot")),
        ("probe.network", "probe", ("answered", "cannot")),
    ],
)
def test_kind_and_answers_follow_from_the_id(id_: str, kind: str, answers: tuple[str, ...]) -> None:
    choices = {value: {"fr": value, "en": value} for value in answers} if kind == "ask" else {}
    step = a_step(id_, choices=choices)
    assert (step.kind, step.answers) == (kind, answers)


def test_step_suits_its_symptoms_only() -> None:
    assert a_step("ask.scope").suits("no_power")
    assert not a_step("ask.scope", symptoms=["no_power"]).suits("bad_audio")
    assert not a_step("ask.scope", not_symptoms=["no_power"]).suits("no_power")


@pytest.mark.parametrize("kind", [StepSpec, CauseSpec, Command])
def test_misspelt_key_is_an_error(kind: type[msgspec.Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"unknown field|missing required"):
        msgspec.convert({"titel": {}}, kind)
