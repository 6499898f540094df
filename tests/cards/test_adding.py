from __future__ import annotations

from msgspec.structs import replace

from tests.support.drawn import buttons, draw, inputs, words
from tests.support.own_views import adding


def test_card_takes_one_line() -> None:
    card = draw(adding("fr"))
    assert list(inputs(card)) == ["detail"]
    assert inputs(card)["detail"]["isRequired"]
    assert [button["verb"] for button in buttons(card)] == ["detail"]
    assert "associatedInputs" not in buttons(card)[0]


def test_nothing_told_lists_nothing() -> None:
    assert "Ce que vous m’avez dit" not in words(draw(replace(adding("fr"), told=())))
