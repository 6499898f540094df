from __future__ import annotations

import msgspec
import pytest

from bot.domain.views import Choice
from cards.render import render
from tests.support.drawn import buttons, draw, inputs, titles, words
from tests.support.form_views import many_answers
from tests.support.views import act, ask, ask_time


def test_few_choices_are_buttons() -> None:
    card = draw(ask("fr"))
    assert not inputs(card)
    answers = [button for button in buttons(card) if button["verb"] == "answer"]
    assert [button["data"]["value"] for button in answers] == ["one", "several", "site", "unknown"]
    assert {button["data"]["step"] for button in buttons(card)} == {"ask.scope"}
    assert titles(card)[-1] == "Parler à quelqu’un"


def test_many_choices_are_a_list() -> None:
    card = draw(many_answers("fr"))
    field = inputs(card)["value"]
    assert (field["type"], field["style"], len(field["choices"])) == ("Input.ChoiceSet", "expanded", 6)
    assert [button.get("associatedInputs") for button in buttons(card)] == [None, "none"]


@pytest.mark.parametrize("kind", ["time", "text"])
def test_typed_answer_has_its_own_input(kind: str) -> None:
    field = inputs(draw(msgspec.structs.replace(ask_time("en"), input=kind)))["value"]
    assert field["type"] == "Input.Text"
    assert field["placeholder"]
    assert field["isRequired"]
    assert field["label"]
    assert field["errorMessage"]


def test_moves_of_an_act_are_numbered() -> None:
    card = draw(act("en"))
    numbers = [line[:2] for line in words(card).splitlines() if line[0].isdigit()]
    assert numbers == ["1.", "2.", "3."]
    assert titles(card) == ["It works", "Still broken", "I can’t do that", "Talk to someone"]


def test_single_instruction_is_not_numbered() -> None:
    view = msgspec.structs.replace(act("en"), body=("Look at the screen.",))
    assert "Look at the screen." in words(draw(view)).splitlines()


def test_answered_step_only_says_the_answer() -> None:
    message = render(ask("en", "Yes, several"))
    assert message.card is not None
    assert not buttons(message.card)
    assert not inputs(message.card)
    assert "Your answer: Yes, several" in words(message.card)
    assert message.summary.endswith("Answer: Yes, several")


@pytest.mark.parametrize(("minutes", "said"), [(5, True), (0, False), (None, False)])
def test_duration_of_an_act_is_announced(minutes: int | None, said: bool) -> None:
    view = msgspec.structs.replace(act("en"), minutes=minutes)
    assert ("About" in words(draw(view))) is said


def test_outcome_given_as_answer_is_worded() -> None:
    assert "Your answer: still broken" in words(
        draw(msgspec.structs.replace(act("en"), answered="not_fixed"))
    )


def test_choice_for_a_step_without_input_is_a_button() -> None:
    view = msgspec.structs.replace(act("en"), choices=(Choice("a", "A"),), buttons=())
    assert titles(draw(view)) == ["A"]


def test_question_nobody_can_answer_is_not_known() -> None:
    view = ask_time("fr")
    assert "Je ne sais pas" in titles(draw(view))
    assert "Je ne sais pas" in words(draw(msgspec.structs.replace(view, answered="cannot")))


def test_step_set_aside_is_nobodys_answer() -> None:
    shown = words(draw(msgspec.structs.replace(act("fr"), answered="refused")))
    assert "plus besoin de répondre" in shown
    assert "Votre réponse" not in shown
