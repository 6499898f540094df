from __future__ import annotations

from msgspec.structs import replace

from tests.support.drawn import buttons, draw, titles, words
from tests.support.own_views import followup


def test_question_has_two_answers() -> None:
    drawn = buttons(draw(followup("fr")))
    assert [button["verb"] for button in drawn] == ["fixed", "not_fixed"]
    assert all(button["data"]["nonce"] for button in drawn)


def test_answered_question_has_no_buttons() -> None:
    card = draw(replace(followup("en"), answered="not_fixed"))
    assert not titles(card)
    assert "No, the fault is back." in words(card)
