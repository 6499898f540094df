"""The language of a conversation: asked for in words or by a button, at any point, and kept for the person."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from bot.domain.case import Case, Judged
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.events import AnyEvent, Heard, Refresh, Show, Tapped, Tell
from bot.domain.verb import Verb
from dialogs.commands import LONGEST, fold
from dialogs.draft import Advance, Draft, slot_of

# Cards that stay on the screen and may still be read.
STANDING: Final = ("safety", "checks", "handover", "closing")


@cache
def _phrases() -> dict[str, Locale]:
    table = tomllib.loads(files("dialogs").joinpath("language.toml").read_text(encoding="utf-8"))
    return {fold(phrase): locale for locale in LOCALES for phrase in table[locale]}


def wanted(text: str) -> Locale | None:
    """The language that a message asks for, as a whole; None when it says something else."""
    return _phrases().get(fold(text)) if len(text) <= LONGEST else None


def chosen(event: AnyEvent | None) -> Locale | None:
    """The language that an employee asks for, in words or by a button; None for everything else."""
    match event:
        case Heard(role="employee", text=text):
            return wanted(text)
        case Tapped(role="employee", verb=Verb.language, values=values):
            return next((locale for locale in LOCALES if locale == values.get("value")), None)
        case _:
            return None


def switch(draft: Draft, locale: Locale) -> None:
    """From now on the employee's cards and texts are in this language; those on the screen change at once."""
    draft.know("language", {"id": locale}, "user")
    draft.do(*(Refresh(slot=slot) for slot in _on_screen(draft.case)))
    draft.tell("say.language")


def _on_screen(case: Case) -> list[str]:
    judged, waiting = case.last(Judged), case.offer()
    newest = [f"verdict:{judged.n}"] if judged else []
    return [*STANDING, *newest, *([slot_of(waiting)] if waiting else [])]


def without_case() -> Advance:
    """Says so, and greets anew: whoever asks for a language has not said yet what is wrong."""
    return Advance(
        case=None, effects=(Tell(to="employee", text="say.language"), Show(to="employee", slot="welcome"))
    )
