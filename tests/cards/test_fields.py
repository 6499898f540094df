from __future__ import annotations

import msgspec
import pytest

from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.views import Field
from cards.elements import walk
from cards.render import MAX_BYTES, render, size
from tests.support.drawn import buttons, draw, inputs, titles, words
from tests.support.form_views import form, form_again, form_answered


def test_form_puts_every_question() -> None:
    fields = inputs(draw(form("fr")))
    assert list(fields) == ["ask.phone_power", "ask.phone_time", "ask.phone_ip"]
    assert all(field["label"] for field in fields.values())
    assert not any(field.get("isRequired") for field in fields.values())


def test_choices_are_compact_and_optional() -> None:
    power = inputs(draw(form("fr")))["ask.phone_power"]
    assert (power["style"], power["placeholder"]) == ("compact", "Choisissez une ligne")
    assert [choice["value"] for choice in power["choices"]] == ["on", "off", "unknown"]


def test_typed_answers_have_an_example() -> None:
    fields = inputs(draw(form("en")))
    assert fields["ask.phone_time"]["placeholder"] == "For example: 14:07, or 2:07 PM"
    assert fields["ask.phone_ip"]["placeholder"] == "Copy what you read"


def test_only_sending_takes_the_inputs() -> None:
    drawn = buttons(draw(form("fr")))
    assert [button["verb"] for button in drawn] == ["answer", "cannot", "person"]
    assert [button.get("associatedInputs") for button in drawn] == [None, "none", "none"]


def test_what_was_typed_still_stands() -> None:
    card = draw(form_again("fr"))
    fields = inputs(card)
    assert fields["ask.phone_power"]["value"] == "on"
    assert fields["ask.phone_time"]["value"] == "midi pile"
    assert words(card).count("Je n’ai pas compris") == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_misunderstood_answer_is_marked_alone(locale: Locale) -> None:
    boxes = [n for n in walk(draw(form_again(locale))) if n.get("style") == "warning"]
    assert [list(inputs({"type": "AdaptiveCard", "body": [box]})) for box in boxes] == [["ask.phone_time"]]


def test_answered_form_says_each_answer() -> None:
    card = draw(form_answered("fr"))
    assert not inputs(card)
    assert not titles(card)
    assert "Allumé, stable" in words(card)
    assert words(card).endswith("Je ne sais pas")


def test_summary_alone_can_be_answered() -> None:
    message = render(form("fr"))
    assert message.card is not None
    assert "Quelle heure affiche le téléphone" in message.card["fallbackText"]


def test_longest_form_stays_small() -> None:
    long = Field(id="ask.x", title="x" * 300, hint=("y" * 900,) * 9, value="z" * 400, wrong=True)
    many = tuple(msgspec.structs.replace(long, id=f"ask.{n}") for n in range(12))
    assert size(draw(msgspec.structs.replace(form("fr"), fields=many))) < MAX_BYTES
