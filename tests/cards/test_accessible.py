"""Cards for people who listen, see no colours, or use an old client."""

from __future__ import annotations

import re

import pytest

from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.views import CheckState
from cards.elements import walk
from cards.render import render
from cards.texts import text
from tests.support.drawn import Json, draw
from tests.support.teamsonly import teams_only
from tests.support.views import samples

NAMES = sorted(samples("fr"))
ALL = [(name, locale) for name in NAMES for locale in LOCALES]
MESSAGES = [one for one in ALL if one[0] != "reporting"]  # that one stands in a dialog of Teams


@pytest.mark.parametrize(("name", "locale"), ALL)
def test_inputs_say_what_is_asked_and_missing(name: str, locale: Locale) -> None:
    for node in walk(draw(samples(locale)[name])):
        if node["type"].startswith("Input."):
            assert node["label"].strip(), node
            assert not node.get("isRequired") or node["errorMessage"].strip(), node


@pytest.mark.parametrize(("name", "locale"), ALL)
def test_pictures_have_words(name: str, locale: Locale) -> None:
    images = [node for node in walk(draw(samples(locale)[name])) if node["type"] in {"Image", "Media"}]
    assert all(image["altText"].strip() for image in images)


@pytest.mark.parametrize(("name", "locale"), ALL)
def test_card_is_summed_up_in_a_sentence(name: str, locale: Locale) -> None:
    message = render(samples(locale)[name])
    assert len(re.findall(r"\w+", message.summary)) >= 2
    assert message.card is not None
    assert message.card["fallbackText"].strip()


@pytest.mark.parametrize(("name", "locale"), MESSAGES)
def test_every_verb_works_in_both_ways(name: str, locale: Locale) -> None:
    nodes = list(walk(draw(samples(locale)[name])))
    executes = [node for node in nodes if node["type"] == "Action.Execute"]
    submits = [node for node in nodes if node["type"] == "Action.Submit"]
    assert [execute["fallback"] for execute in executes] == submits
    for execute in executes:
        fallback = execute["fallback"]
        assert execute["data"]["verb"] == fallback["data"]["verb"] == execute["verb"]
        assert (execute["title"], execute.get("associatedInputs")) == (
            fallback["title"],
            fallback.get("associatedInputs"),
        )


@pytest.mark.parametrize("locale", LOCALES)
def test_states_differ_in_words_not_colour(locale: Locale) -> None:
    said = [text(locale, f"state.{state}") for state in CheckState]
    assert len({word.casefold() for word in said}) == len(said)


def _coloured(card: Json) -> list[str]:
    """The words under each colour, and in each box that has one."""
    runs = [node["text"] for node in walk(card) if node.get("color", "Default") != "Default"]
    boxes = [node for node in walk(card) if node["type"] == "Container" and "style" in node]
    return [*runs, *("".join(n.get("text", "") for n in walk(node)) for node in boxes)]


@pytest.mark.parametrize(("name", "locale"), ALL)
def test_colour_always_comes_with_words(name: str, locale: Locale) -> None:
    assert all(words.strip() for words in _coloured(draw(samples(locale)[name])))


def test_check_rows_read_the_same_without_colour() -> None:
    card = draw(samples("fr")["checks-finished"])
    coloured = [node["text"] for node in walk(card) if node.get("color") == "Attention"]
    assert text("fr", f"state.{CheckState.bad}") in coloured


def test_what_only_teams_knows_has_a_substitute() -> None:
    assert teams_only()
    assert all(only.what and only.on and only.instead for only in teams_only())
