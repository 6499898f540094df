from __future__ import annotations

import msgspec

from bot.domain.views import Field
from tests.support.drawn import buttons, draw, inputs, titles, words
from tests.support.form_views import details


def test_form_asks_everything_at_once() -> None:
    fields = inputs(draw(details("fr", answered=False)))
    assert list(fields) == ["scope", "phone.firmware", "mac", "serial", "first_failure"]
    assert fields["phone.firmware"]["value"] == "7.1.3.0991"


def test_nothing_in_the_form_is_compulsory() -> None:
    fields = inputs(draw(details("en", answered=False)))
    assert not any(field.get("isRequired") for field in fields.values())


def test_known_answers_are_a_choice() -> None:
    scope = inputs(draw(details("fr", answered=False)))["scope"]
    assert scope["type"] == "Input.ChoiceSet"
    assert [choice["value"] for choice in scope["choices"]] == ["one", "several"]


def test_field_without_title_is_worded_by_its_id() -> None:
    fields = inputs(draw(details("fr", answered=False)))
    assert fields["mac"]["label"] == "Adresse MAC (étiquette au dos du téléphone)"
    assert fields["serial"]["placeholder"] == "S/N"


def test_skipping_sends_no_input() -> None:
    drawn = buttons(draw(details("fr", answered=False)))
    assert [button["verb"] for button in drawn] == ["answer", "cannot"]
    assert [button.get("associatedInputs") for button in drawn] == [None, "none"]
    assert {button["data"]["step"] for button in drawn} == {"details"}


def test_sent_form_has_nothing_left_to_fill() -> None:
    card = draw(details("fr", answered=True))
    assert not inputs(card)
    assert not titles(card)
    assert "Merci" in words(card)


def test_long_label_is_cut() -> None:
    view = msgspec.structs.replace(
        details("en", answered=False), fields=(Field(id="scope", title="why " * 90),)
    )
    assert len(inputs(draw(view))["scope"]["label"]) <= 80


def test_skipped_form_claims_nothing() -> None:
    view = msgspec.structs.replace(details("fr", answered=True), given=False)
    assert "On continue sans" in words(draw(view))
    assert "Merci" not in words(draw(view))
