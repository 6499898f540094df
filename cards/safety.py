"""The notice that comes before anything else: this phone cannot call the emergency services."""

from __future__ import annotations

from bot.domain.views import SafetyView
from cards.layout import Page, Pen, box


def safety(pen: Pen, view: SafetyView) -> Page:
    """Says so in its first sentence, then how to call instead, then the numbers."""
    numbers = " \u00b7 ".join(view.numbers)
    warning = [
        pen.title(pen.say("safety.first")),
        pen.words(pen.say("safety.instead")),
        *(pen.item(pen.say(f"safety.{means}")) for means in ("mobile", "teams", "line")),
        pen.words(pen.say("safety.numbers")),
        pen.title(numbers),
    ]
    body = [box("attention", warning), pen.words(pen.say("safety.neighbours"), subtle=True)]
    return Page(body, pen.say("safety.summary", numbers=numbers))
