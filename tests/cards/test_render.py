"""What holds for every card: valid by Microsoft's schema, small enough, the same on both button paths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.domain.desk_views import DeskView
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.verb import Verb
from bot.domain.views import Choice, Ranked, Unchecked, View
from cards.elements import walk
from cards.render import _BUILDERS, MAX_BYTES, render, sentence, size
from cards.texts import parse, placeholders
from tests.support.anycards import KINDS, any_cards
from tests.support.drawn import buttons, draw
from tests.support.jsonschemas import errors
from tests.support.reference import reference
from tests.support.teamsonly import published
from tests.support.triage_views import triage
from tests.support.view_parts import SITES
from tests.support.views import intake, samples

TEXTS = Path(__file__).parents[2] / "cards" / "texts"
NAMES = sorted(samples("fr"))
LONG = "Une très longue explication, avec « guillemets », accents éàü et virgules ; "


def problems(cards: list[dict[str, Any]]) -> list[str]:
    """What the published schema does not allow, of what is not Teams' own (`cards/teams_only.toml`)."""
    rules = json.loads(reference("adaptive-card-1.5.schema.json").read_text(encoding="utf-8"))
    each = {"type": "array", "items": {"$ref": "#/definitions/AdaptiveCard"}}
    known = [published(card) for card in cards]
    return errors({"$schema": rules["$schema"], "definitions": rules["definitions"], **each}, known)


@pytest.mark.parametrize("locale", LOCALES)
def test_cards_are_valid_by_the_schema(locale: Locale) -> None:
    assert problems([draw(view) for view in samples(locale).values()]) == []


def test_schema_would_notice_a_wrong_card() -> None:
    card = draw(samples("en")["triage"])
    assert problems([{**card, "body": [{"type": "TextBlock", "wieght": "bolder"}]}])


def test_every_view_has_its_builder() -> None:
    assert set(_BUILDERS) == set(KINDS)
    assert {type(view) for view in samples("fr").values()} == set(KINDS)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_card_can_be_heard_and_tapped(name: str, locale: Locale) -> None:
    message = render(samples(locale)[name])
    card = message.card
    assert card is not None
    assert message.summary == card["speak"]
    assert (message.text, card["lang"], card["version"]) == ("", locale, "1.5")
    for button in buttons(card):
        assert {"case", "v", "nonce", "verb", "step"} <= button["data"].keys()
        assert Verb(button["verb"]) == button["data"]["verb"]
        assert button["fallback"]["data"] == button["data"]


@pytest.mark.parametrize("name", NAMES)
def test_card_suits_a_narrow_phone(name: str) -> None:
    nodes = list(walk(draw(samples("fr")[name])))
    assert all(len(node["columns"]) <= 3 for node in nodes if node["type"] == "ColumnSet")
    assert all(len(node["actions"]) <= 6 for node in nodes if node["type"] == "ActionSet")
    assert not [node for node in nodes if node["type"] == "Table"]


def test_largest_triage_card_stays_small() -> None:
    view = triage("fr")
    fact, try_ = view.evidence_for[0], view.tried[0]
    large = msgspec.structs.replace(
        view,
        causes=tuple(Ranked(LONG * 3, n) for n in range(21)),
        evidence_for=(msgspec.structs.replace(fact, text=LONG * 20),) * 60,
        against=(msgspec.structs.replace(fact, text=LONG * 20),) * 60,
        contradictions=(LONG * 9,) * 20,
        not_checked=(Unchecked(titles=(LONG * 9,), why="other"),) * 40,
        tried=(msgspec.structs.replace(try_, text=LONG * 9),) * 40,
        asked_body=(LONG * 9,) * 30,
    )
    card = draw(large)
    assert MAX_BYTES // 2 < size(card) < MAX_BYTES
    assert "autres" in json.dumps(card, ensure_ascii=False)


def test_hundreds_of_sites_stay_small() -> None:
    sites = tuple(Choice(f"site-{n:04}", f"{SITES[0].title}, bâtiment {n}") for n in range(900))
    card = draw(msgspec.structs.replace(intake("fr", answered=False), sites=sites))
    assert size(card) < MAX_BYTES


def test_size_counts_as_teams_does() -> None:
    assert size({"a": "é"}) == 2 * len('{"a":"é"}')


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_view_gives_a_small_card(kind: type[View | DeskView]) -> None:
    assert all(json.loads(json.dumps(card)) == card for card in any_cards(kind))


def test_any_view_is_valid_by_the_schema() -> None:
    assert problems([card for kind in KINDS for card in any_cards(kind)[-3:]]) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_sentences_take_hostile_values(locale: Locale) -> None:
    texts = parse((TEXTS / f"{locale}.toml").read_text(encoding="utf-8"))
    for text_id in sorted(text_id for text_id in texts if text_id.startswith("say.")):
        values = dict.fromkeys(placeholders(texts[text_id]), "[clic](https://evil.example) *gras*")
        message = sentence(locale, text_id, values)
        assert message.card is None
        assert not set(message.text) & set("[]*{}")


def test_sentence_without_its_values_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        sentence("fr", "say.agent_claimed", {})
