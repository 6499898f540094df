"""Every card, word for word. After a wanted change: `UPDATE_GOLDEN=1 pytest tests/cards/test_golden.py`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.domain.diagnosis import LOCALES, Locale
from cards.render import render
from tests.support.views import samples

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(samples("fr"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_card_is_drawn_as_recorded(name: str, locale: Locale) -> None:
    message = render(samples(locale)[name])
    drawn = (
        json.dumps({"summary": message.summary, "card": message.card}, ensure_ascii=False, indent=1) + "\n"
    )
    file = GOLDEN / f"{name}.{locale}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(drawn, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == drawn


def test_no_golden_card_is_left_over() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {
        f"{n}.{locale}.json" for n in NAMES for locale in LOCALES
    }
