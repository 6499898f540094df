from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from botbuilder.schema import Activity, ChannelAccount, Entity
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.reading import Tap, as_text, inputs, read_locale, read_tap, spoken_text
from bot.errors import Refused

BOT = "28:bot"


def entity(kind: str, rest: dict[str, Any]) -> Entity:
    made = Entity(type=kind)
    made.additional_properties = rest
    return made


def mention(person: str, text: str) -> Entity:
    return entity("mention", {"mentioned": {"id": person}, "text": text})


def said(text: str, *entities: Entity) -> str:
    return spoken_text(Activity(text=text, entities=list(entities), recipient=ChannelAccount(id=BOT)))


@pytest.mark.parametrize(
    ("text", "entities", "heard"),
    [
        ("bonjour", (), "bonjour"),
        ("<at>Décroche</at> bonjour", (mention(BOT, "<at>Décroche</at>"),), "bonjour"),
        ("bonjour <at>Décroche</at>&nbsp;!", (mention(BOT, "<at>Décroche</at>"),), "bonjour !"),
        ("<at>Léa</at> a le problème", (mention("29:lea", "<at>Léa</at>"),), "Léa a le problème"),
        ("a &lt; b &amp; c", (), "a < b & c"),
        ("  \n ", (), ""),
        ("<at>x</at>", (entity("mention", {"mentioned": 3, "text": ""}),), "x"),
    ],
)
def test_text_is_heard_without_the_bot(text: str, entities: tuple[Entity, ...], heard: str) -> None:
    assert said(text, *entities) == heard


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), ("", ""), (True, "true"), (False, "false"), (3, "3"), (3.0, "3"), (2.5, "2.5")],
)
def test_simple_values_become_text(value: object, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    "value", [None, [], {}, 10**5000, float("inf"), float("nan")], ids=lambda value: type(value).__name__
)
def test_other_values_are_left_out(value: object) -> None:
    assert as_text(value) is None
    assert inputs({"x": value}) == {}


def test_reserved_keys_are_no_inputs() -> None:
    data = {"case": "D-1001", "v": 3, "nonce": "n", "verb": "answer", "step": "s", "choice": "yes"}
    assert inputs(data) == {"choice": "yes"}


@pytest.mark.parametrize(
    ("v", "version"), [(3, 3), ("3", 3), (3.0, 3), (None, 0), (-1, 0), ("²", 0), ("x", 0), (True, 0)]
)
def test_version_is_a_small_number(v: object, version: int) -> None:
    assert Tap("answer", {"v": v}).version == version


def test_verb_may_stand_in_the_data() -> None:
    tap = read_tap({"action": {"type": "Action.Execute", "data": {"verb": "fixed", "case": "D-1001"}}})
    assert (tap.verb, tap.text("case"), tap.text("nonce")) == ("fixed", "D-1001", "")


@pytest.mark.parametrize(
    ("locale", "entities", "read"),
    [
        ("fr-FR", [], "fr"),
        ("FR-ca", [], "fr"),
        ("en-US", [], "en"),
        ("de-DE", [], "en"),
        (None, [], None),
        ("", [entity("clientInfo", {"locale": "fr-FR"})], "fr"),
        (None, [entity("clientInfo", {"locale": 3})], None),
    ],
)
def test_language_is_french_or_english(locale: str, entities: list[Entity], read: str | None) -> None:
    assert read_locale(Activity(locale=locale, entities=entities)) == read


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    JSON
    | st.fixed_dictionaries(
        {"action": st.fixed_dictionaries({"type": st.just("Action.Execute"), "data": JSON})}
    )
)
def test_tap_is_read_or_refused(value: object) -> None:
    with suppress(Refused):
        tap = read_tap(value)
        assert tap.verb
        assert all(isinstance(text, str) for text in inputs(tap.data).values())
