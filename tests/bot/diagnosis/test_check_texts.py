"""Texts that are missing, untranslated, too long or full of holes are named."""

from __future__ import annotations

import pytest

from bot.diagnosis.check_texts import holes, text_limits, wanted
from tests.support.playbooks import ACT, CAUSE, FACT, QUESTION, extended, names

LONG = "mot " * 200
MODEL = """
[[model]]
id = "toy"
name = "Toy"
words = ["toy"]
texts.lamp = { fr = "le voyant", en = "the lamp" }
menu = [{ id = "lamp", path = { fr = "Menu, Voyant", en = "Menu, Lamp" } }]
source = "x"
"""
TOPIC = """
[[topic]]
id = "faq.lamp"
title = { fr = "Le voyant", en = "The lamp" }
answer = { fr = ["Il est rouge."], en = ["It is red."] }
phrases = { fr = ["pourquoi est-il rouge"], en = ["why is it red"] }
source = "the test"
"""


def body(fr: str, en: str) -> str:
    """The act with another instruction."""
    return ACT.replace("Dévissez le voyant.", fr).replace("Unscrew the lamp.", en)


@pytest.mark.parametrize(
    ("addition", "key", "reason"),
    [
        (CAUSE.replace("Voyant cassé", " "), "cause:phone.lamp", "title.fr is empty"),
        (CAUSE.replace("Broken lamp", ""), "cause:phone.lamp", "title.en is empty"),
        (FACT.replace("The lamp is red", ""), "fact:phone.lamp", "values.red.en is empty"),
        (QUESTION.replace('"Rouge"', '""'), "step:ask.lamp", "choices.red.fr is empty"),
        (body("", "Unscrew."), "step:act.lamp", "body.fr is empty"),
        (ACT + 'caution = { fr = "Attention", en = "" }', "step:act.lamp", "caution.en is empty"),
        (body("Un", 'One", "Two'), "step:act.lamp", "body has not as many lines"),
        (body("Le {mac} du poste", "The phone"), "step:act.lamp", "body has not the same {placeholders}"),
        (body("Unscrew the red lamp", "Unscrew the red lamp"), "step:act.lamp", "body is the same in English"),
        (body("Le {moon} brille", "The {moon} shines"), "step:act.lamp", "body has {moon}, which nothing fills"),
        (body("Le {Mac} brille", "The {Mac} shines"), "step:act.lamp", "body has {Mac}, which nothing fills"),
        (body("Le mac} brille", "The mac} shines"), "step:act.lamp", "body has }, which nothing fills"),
        (CAUSE.replace("Voyant cassé", "Voyant {mac}").replace("Broken lamp", "Lamp {mac}"), "cause:phone.lamp", "title has {mac}"),
        (FACT.replace("est rouge", "{amount} {mac}").replace("is red", "{amount} {mac}"), "fact:phone.lamp", "values.red has {mac}"),
        (ACT + '[[step.commands]]\non = "cisco_ios"\ntext = "show {moon}"', "step:act.lamp", "commands.1 has {moon}"),
        (ACT + '[[step.commands]]\non = "x"\ntext = "show"\nshows = { fr = "Lu", en = "" }', "step:act.lamp", "commands.1.shows.en"),
        (body(LONG, "word"), "step:act.lamp", "characters, 300 at most"),
        (body('a", "' * 8 + "a", 'a", "' * 8 + "a"), "step:act.lamp", "body.fr has 9 lines, 8 at most"),
        (TOPIC.replace('["why is it red"]', "[]"), "topic:faq.lamp", "phrases is in one language only"),
        (TOPIC.replace("Il est rouge.", LONG), "topic:faq.lamp", "answer.fr has 800 characters"),
        (MODEL, "model:toy", "menu.lamp is shown by no text"),
        (MODEL, "model:toy", "texts.lamp is shown by no text"),
        (MODEL + body("Ouvrez {menu:moon}", "Open {menu:moon}"), "model:toy", "menu has no path moon, which step:act.lamp body"),
        (MODEL + MODEL.replace("toy", "two").replace("texts.lamp", "texts.sun") + body("Ôtez {lamp}", "Take {lamp}"), "model:two", "texts has no lamp, which step:act.lamp body"),
    ],
)  # fmt: skip
def test_faulty_text_is_named(addition: str, key: str, reason: str) -> None:
    assert names(addition, key, reason)


def test_powershell_may_have_its_braces() -> None:
    command = ACT + '[[step.commands]]\non = "graph_powershell"\ntext = "Get-MgUser | ? { $_.Id } # {upn}"'
    assert not names(command, "step:act.lamp", "nothing fills")


def test_short_or_foreign_words_may_agree() -> None:
    assert not names(body("Menu", "Menu"), "step:act.lamp", "is the same")
    assert not names(
        body("10.20.30.41 / 24 : 802.3af", "10.20.30.41 / 24: 802.3af"), "step:act.lamp", "is the same"
    )


def test_holes_are_found_with_braces() -> None:
    assert holes(["a {b} c", "{menu:d}"]) == {"{b}", "{menu:d}"}


def test_wanted_names_the_first_text() -> None:
    assert wanted(extended(body("Le {mac}", "The {mac}")))[False, "mac"]


def test_every_kind_has_a_length() -> None:
    assert set(text_limits().lines) <= set(text_limits().characters)
