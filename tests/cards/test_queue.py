from __future__ import annotations

import msgspec
import pytest

from bot.domain.desk_views import QueueView
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.views import Choice
from cards.elements import walk
from cards.queue import FOLD
from cards.render import MAX_BYTES, size
from dialogs.queue_view import AGES, PAGE, UNKNOWN
from tests.support.desk_samples import queue, row
from tests.support.drawn import buttons, draw, words


def test_row_tells_who_waits_for_what() -> None:
    shown = words(draw(queue("en")))
    parts = (
        "D-1042",
        "Jeanne Martin",
        "Lyon Part-Dieu",
        "The site’s name server",
        "Paul Nguyen",
        "With the helpdesk",
    )
    assert [part for part in parts if part not in shown] == []
    assert "cannot call for help · urgent · overdue" in shown
    assert "cause unknown" in shown
    assert "place unknown" in shown


def test_each_row_opens_its_case() -> None:
    opened = [b["data"]["case"] for b in buttons(draw(queue("fr"))) if b["verb"] == "show_case"]
    assert opened == ["D-1042", "D-1043"]


def test_pages_keep_the_filters() -> None:
    turned = [b["data"] for b in buttons(draw(queue("fr"))) if "page" in b["data"]]
    assert [data["page"] for data in turned] == ["1", "3"]
    kept = [(data["cause"], data["site"], data["age"], data["mine"]) for data in turned]
    assert set(kept) == {("network.dns", "lyon", "4", "true")}


def test_filters_are_folded_and_remembered() -> None:
    (box,) = [node for node in walk(draw(queue("fr"))) if node.get("id") == FOLD]
    chosen = {node["id"]: node["value"] for node in walk(box) if node["type"] == "Input.ChoiceSet"}
    assert chosen == {"cause": "network.dns", "site": "lyon", "age": "4", "mine": "true"}
    plain = draw(QueueView(locale="fr", rows=(), total=0))
    (box,) = [node for node in walk(plain) if node.get("id") == FOLD]
    assert {node["value"] for node in walk(box) if node["type"] == "Input.ChoiceSet"} == {"all"}


def test_filters_are_those_that_are_understood() -> None:
    (box,) = [node for node in walk(draw(queue("fr"))) if node.get("id") == FOLD]
    values = {
        node["id"]: [choice["value"] for choice in node["choices"]]
        for node in walk(box)
        if node["type"] == "Input.ChoiceSet"
    }
    assert values["age"] == ["all", *AGES]
    assert values["cause"][-1] == values["site"][-1] == UNKNOWN


@pytest.mark.parametrize("locale", LOCALES)
def test_full_page_of_long_names_stays_small(locale: Locale) -> None:
    long = "Émilie-Joséphine de La Rochefoucauld-Saint-Exupéry, 3e étage"
    rows = tuple(
        msgspec.structs.replace(row(locale, 1042 + n), who=long, where=long, cause=long * 3, owner=long)
        for n in range(PAGE)
    )
    many = tuple(Choice(f"site-{n}", long) for n in range(300))
    view = QueueView(locale=locale, rows=rows, total=900, page=3, pages=113, causes=many, sites=many)
    card = draw(view)
    assert size(card) < MAX_BYTES
    assert len([b for b in buttons(card) if b["verb"] == "show_case"]) == PAGE
