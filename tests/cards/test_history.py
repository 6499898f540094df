from __future__ import annotations

from msgspec.structs import replace

from tests.support.drawn import buttons, draw, titles, words
from tests.support.own_views import history, past


def test_every_case_has_its_button() -> None:
    card = draw(history("fr"))
    assert titles(card) == ["Voir D-1042", "Voir D-1031", "Voir D-1007"]
    assert [button["data"]["value"] for button in buttons(card)] == ["D-1042", "D-1031", "D-1007"]
    assert "réparé" in words(card)


def test_no_case_yet_offers_to_begin() -> None:
    assert titles(draw(replace(history("en"), rows=()))) == ["Start"]


def test_long_history_is_folded() -> None:
    rows = history("en").rows * 40
    assert len(titles(draw(replace(history("en"), rows=rows)))) < 20


def test_one_case_says_how_it_ended() -> None:
    card = draw(past("fr"))
    assert "Comment elle s’est terminée\u00a0: réparé" in words(card)
    assert titles(card) == ["La panne est revenue", "Toutes mes demandes"]
    assert {button["data"]["case"] for button in buttons(card)} == {"D-1031"}


def test_open_case_says_where_it_stands() -> None:
    card = draw(replace(past("en"), ended=None, stage="guiding"))
    assert "Where it stands" in words(card)
    assert "Ended on" not in words(card)
