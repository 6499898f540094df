"""The cause that was found: how sure, what speaks for and against it, what comes next."""

from __future__ import annotations

from typing import Final

from bot.domain.views import VerdictView
from cards.elements import Block
from cards.layout import Origin, Page, Pen, box, row

# Smallest percentage for which each word is honest.
_WORDS: Final = ((95, "sure"), (80, "likely"), (50, "probable"), (0, "possible"))


def certainty(pen: Pen, percent: int) -> str:
    """A word and a number: `très probable, 87 %`."""
    word = next((word for least, word in _WORDS if percent >= least), "possible")
    return pen.say("certainty.line", word=pen.say(f"certainty.{word}"), percent=percent)


def verdict(pen: Pen, view: VerdictView) -> Page:
    """The cause in words, its certainty, its evidence, and who does what next."""
    sure = certainty(pen, view.percent)
    body: list[Block] = [pen.title(view.title)]
    if view.percent > 0:
        body.append(pen.labelled(pen.say("verdict.certainty"), sure))
    if view.explanation:
        body.append(pen.words(view.explanation))
    body += _evidence(pen, view)
    if view.next:
        body.append(box("emphasis", [pen.heading(pen.next_step(view.who_acts)), pen.words(view.next)]))
    origin = Origin(case=view.case, v=view.v, nonce=view.nonce)
    body += row(origin, [pen.button(verb) for verb in view.buttons])
    return Page(body, pen.say("verdict.summary", title=pen.short(view.title), certainty=sure))


def _evidence(pen: Pen, view: VerdictView) -> list[Block]:
    zone = view.time_zone
    shown = pen.section(pen.say("verdict.evidence_for"), pen.evidence(view.evidence_for, zone))
    if view.against:
        shown += pen.section(pen.say("verdict.against"), pen.evidence(view.against, zone))
    elif view.evidence_for:
        shown.append(pen.words(pen.say("verdict.no_against"), subtle=True))
    clashes = [pen.item(words) for words in view.contradictions]
    return shown + pen.section(pen.say("verdict.contradictions"), clashes)
