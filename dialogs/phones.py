"""Which phone a case is about: its model decides on firmware limits, menus and words."""

from __future__ import annotations

from typing import Final

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.spec import ModelSpec
from bot.domain.case import Case, Said
from dialogs.commands import fold

# Until somebody names another, and where a playbook describes none.
USUAL: Final = "Poly CCX 500"


def named(playbook: Playbook, text: str) -> ModelSpec | None:
    """The model that a text names, by the longest of its words; None when it names none."""
    spoken = f" {fold(text)} "
    found = [
        (len(word), model)
        for model in playbook.models.values()
        for word in map(fold, (model.name, *model.words))
        if word and f" {word} " in spoken
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def model_of(playbook: Playbook, case: Case | None) -> ModelSpec | None:
    """The model of a case's phone, the first of the playbook while it is not known; None if there are none."""
    known = case.known("phone").get("model", "") if case else ""
    models = playbook.models.values()
    return next((m for m in models if known in {m.id, m.name}), next(iter(models), None))


def said(playbook: Playbook, case: Case, label: str = "") -> str:
    """The name of the model that the person gave, on a form (`label`) or in what they wrote, newest first."""
    spoken = [entry.text for entry in case.all(Said) if entry.role == "employee"]
    found = (named(playbook, text) for text in (label, *reversed(spoken)))
    given = next((model for model in found if model), None)
    model = given or model_of(playbook, case)
    return model.name if model else USUAL
