from __future__ import annotations

import pytest

from bot.domain.verb import Verb
from bot.domain.views import Choice
from cards.elements import AdaptiveCard, Block
from cards.layout import Button, Origin, Pen, Room, group, row, stack
from tests.support.drawn import Json, buttons, words

PEN = Pen(locale="en", room=Room(lines=3, characters=40, options=4))
ORIGIN = Origin(case="D-7", v=3, nonce="abc", step="ask.scope")


def card(*body: Block) -> Json:
    return AdaptiveCard(body=body, lang="en", speak="-", fallback_text="-").to_dict()


def button(title: str) -> Button:
    return Button(verb=Verb.answer, title=title, values={"value": title})


@pytest.mark.parametrize(
    ("count", "shown"), [(3, "line 2"), (4, "line 3"), (5, "… and 2 more"), (15, "… and 12 more")]
)
def test_long_list_says_how_many_more(count: int, shown: str) -> None:
    lines = words(card(*PEN.bullets(f"line {n}" for n in range(count)))).splitlines()
    assert lines[-1].endswith(shown)
    assert len(lines) <= PEN.room.lines + 1


def test_long_text_is_cut_with_ellipsis() -> None:
    shown = words(card(PEN.words("word " * 40)))
    assert len(shown) <= PEN.room.characters
    assert shown.endswith("…")


def test_section_without_lines_is_nothing() -> None:
    assert PEN.section("Facts", []) == []


def test_words_from_outside_are_never_markdown() -> None:
    drawn = card(PEN.title("[a](http://b)"), PEN.words("**bold**"), PEN.labelled("Who", "_x_"))
    heading, paragraph, labelled = drawn["body"]
    assert "[" not in heading["text"]
    assert paragraph["inlines"][0] == {"type": "TextRun", "text": "**bold**"}
    assert labelled["inlines"][1]["text"] == "_x_"


def test_empty_value_is_shown_as_a_dash() -> None:
    assert words(card(PEN.labelled("Phone", " "))) == "Phone: –"


def test_button_carries_the_same_on_both_paths() -> None:
    (drawn,) = buttons(card(*row(ORIGIN, [button("Yes")])))
    assert drawn["verb"] == "answer"
    assert drawn["data"] == {
        "case": "D-7", "v": 3, "nonce": "abc", "step": "ask.scope", "verb": "answer", "value": "Yes",
    }  # fmt: skip
    fallback = drawn["fallback"]
    assert (fallback["type"], fallback["title"], fallback["data"]) == ("Action.Submit", "Yes", drawn["data"])
    assert drawn["associatedInputs"] == fallback["associatedInputs"] == "none"


def test_value_cannot_overwrite_what_the_button_carries() -> None:
    forged = Button(verb=Verb.help, title="?", values={"nonce": "forged", "verb": "escalate"})
    (drawn,) = buttons(card(*row(ORIGIN, [forged])))
    assert (drawn["data"]["nonce"], drawn["data"]["verb"]) == ("abc", "help")


def test_sending_button_lets_its_inputs_through() -> None:
    send = Button(verb=Verb.answer, title="Send", sends=True)
    (drawn,) = buttons(card(*row(ORIGIN, [send])))
    assert "associatedInputs" not in drawn
    assert "associatedInputs" not in drawn["fallback"]


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        ([], []),
        (["It works", "Still broken"], [2]),
        (["It works", "Still broken", "I can't do that"], [2, 1]),
        (["A title as long as a whole line of text", "Yes"], [1, 1]),
    ],
)
def test_buttons_wrap_on_a_narrow_phone(names: list[str], lines: list[int]) -> None:
    drawn = card(*row(ORIGIN, [button(name) for name in names]))
    assert [len(line["actions"]) for line in drawn["body"]] == lines


def test_stacked_buttons_have_a_line_each() -> None:
    drawn = card(group(stack(ORIGIN, [button("Yes"), button("No")])))
    assert [len(line["actions"]) for line in drawn["body"][0]["items"]] == [1, 1]


def test_choice_without_room_is_not_compulsory() -> None:
    choices = [Choice(str(n), f"Site {n}") for n in range(6)]
    drawn = card(PEN.choices("site", choices, "Site", "Choose", chosen="5"))["body"][0]
    assert (len(drawn["choices"]), drawn["isRequired"]) == (4, False)
    assert "value" not in drawn
