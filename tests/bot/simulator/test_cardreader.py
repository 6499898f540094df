"""Buttons and inputs are found wherever a card may put them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.cardreader import buttons, elements, fields, headline
from tests.support.standin import button, card

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["body", "items", "columns", "actions", "type", "text"]), inner)
    ),
    max_leaves=12,
)


def test_button_carries_verb_and_data() -> None:
    found = buttons(card("Hello", buttons=(button("OK", "fixed", "act.restart_phone"),)))
    assert [(b.title, b.verb, b.says("step"), b.kind) for b in found] == [
        ("OK", "fixed", "act.restart_phone", "execute")
    ]


def test_fallback_is_no_second_button() -> None:
    assert len(buttons(card("Hello", buttons=(button("OK", "fixed"), button("No", "not_fixed"))))) == 2


def test_button_inside_showcard_is_found() -> None:
    inner = card("Inside", buttons=(button("OK", "fixed"),))
    shown = {"type": "Action.ShowCard", "title": "More", "card": inner}
    assert [b.title for b in buttons(card("Outside", buttons=(shown,)))] == ["More", "OK"]


def test_inputs_give_choices_and_label() -> None:
    choice = {
        "type": "Input.ChoiceSet", "id": "site", "label": "Site", "isRequired": True,
        "choices": [{"title": "Lyon", "value": "lyon"}],
    }  # fmt: skip
    column = {"type": "ColumnSet", "columns": [{"type": "Column", "items": [choice]}]}
    (field,) = fields(card("Hello", column))
    assert (field.id, field.kind, field.required, field.choices) == (
        "site", "ChoiceSet", True, {"lyon": "Lyon"},
    )  # fmt: skip


def test_headline_is_short_and_plain() -> None:
    assert headline(card("**Very** " + "long " * 40)).startswith("Very long")
    assert len(headline(card("long " * 40))) <= 80


@given(_JSON)
def test_any_json_is_walked_without_error(value: object) -> None:
    assert all(isinstance(node, dict) for node in elements(value))
