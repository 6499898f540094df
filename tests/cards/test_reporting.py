from __future__ import annotations

import pytest

from bot.domain.desk_views import ReportView
from bot.domain.diagnosis import LOCALES, Locale
from cards.elements import walk
from cards.render import MAX_BYTES, size
from tests.support.drawn import draw
from tests.support.shared_views import reporting


@pytest.mark.parametrize("locale", LOCALES)
def test_dialog_sends_the_words_by_a_plain_submit(locale: Locale) -> None:
    nodes = list(walk(draw(reporting(locale))))
    (line,) = [node for node in nodes if node["type"] == "Input.Text"]
    assert (line["id"], line["value"], line["isRequired"]) == ("text", reporting(locale).text, True)
    assert [node["type"] for node in nodes if node["type"].startswith("Action.")] == ["Action.Submit"]


def test_nameless_author_is_somebody() -> None:
    assert "cette personne" in str(draw(ReportView(locale="fr", who="", text="x")))


def test_longest_message_fits() -> None:
    assert size(draw(ReportView(locale="fr", who="é" * 500, text="é\n" * 1000))) < MAX_BYTES
