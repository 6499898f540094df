from __future__ import annotations

import json

import pytest

from cards.elements import (
    ActionSet,
    AdaptiveCard,
    Column,
    Execute,
    InputText,
    Node,
    Option,
    RichTextBlock,
    Submit,
    TextBlock,
    TextRun,
    walk,
)


def card(*body: RichTextBlock | TextBlock | ActionSet) -> AdaptiveCard:
    return AdaptiveCard(body=body, lang="fr", speak="Bonjour", fallback_text="Bonjour")


@pytest.mark.parametrize("wrong", ["wieght", "isSubtle", "horizontalAlignment", "_data"])
def test_misspelt_property_is_an_error(wrong: str) -> None:
    build: type = TextBlock
    with pytest.raises(TypeError, match=f"TextBlock has no property {wrong}"):
        build(text="a", **{wrong: "bolder"})


@pytest.mark.parametrize("kind", [TextBlock, RichTextBlock, Execute, InputText, Column, Option, AdaptiveCard])
def test_missing_property_is_an_error(kind: type) -> None:
    with pytest.raises(TypeError, match="needs"):
        kind()


def test_value_of_another_type_is_refused() -> None:
    build: type = TextBlock
    with pytest.raises(TypeError, match="text must be of type"):
        build(text=3)


def test_property_given_as_none_is_left_out() -> None:
    block = card(TextBlock(text="a", color=None)).to_dict()["body"][0]
    assert block == {"type": "TextBlock", "text": "a"}


def test_card_declares_version_and_language() -> None:
    drawn = card(TextBlock(text="a", wrap=True)).to_dict()
    assert drawn["type"] == "AdaptiveCard"
    assert drawn["version"] == "1.5"
    assert (drawn["lang"], drawn["speak"], drawn["fallbackText"]) == ("fr", "Bonjour", "Bonjour")
    assert drawn["msteams"] == {"width": "full"}


def test_properties_carry_names_of_the_schema() -> None:
    run = TextRun(text="a", subtle=True, font="monospace")
    drawn = card(RichTextBlock(inlines=[run])).to_dict()["body"][0]["inlines"][0]
    assert drawn == {"type": "TextRun", "text": "a", "isSubtle": True, "fontType": "Monospace"}


def test_nested_elements_become_plain_data() -> None:
    submit = Submit(title="Ok", data={"n": 1}, inputs="none")
    drawn = card(
        ActionSet(actions=[Execute(title="Ok", verb="go", data={"n": 1}, fallback=submit)])
    ).to_dict()
    assert json.loads(json.dumps(drawn)) == drawn
    assert drawn["body"][0]["actions"][0]["fallback"] == {
        "type": "Action.Submit",
        "title": "Ok",
        "data": {"n": 1},
        "associatedInputs": "none",
    }


def test_cards_do_not_share_their_data() -> None:
    one = card(TextBlock(text="a"))
    first = one.to_dict()
    first["body"][0]["text"] = "changed"
    assert one.to_dict()["body"][0]["text"] == "a"


def test_walk_meets_every_typed_object() -> None:
    drawn = card(RichTextBlock(inlines=[TextRun(text="a"), TextRun(text="b")])).to_dict()
    assert [node["type"] for node in walk(drawn)] == ["AdaptiveCard", "RichTextBlock", "TextRun", "TextRun"]


def _all(kind: type[Node]) -> list[type[Node]]:
    return [found for sub in kind.__subclasses__() for found in (sub, *_all(sub))]


def test_every_concrete_element_names_its_type() -> None:
    named = [kind.element_type for kind in _all(Node) if "element_type" in vars(kind)]
    assert len(named) == len(set(named)) >= 12
