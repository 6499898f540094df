"""What the engine concludes from facts, in the words of `decroche diagnose --json`."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

from bot.domain.fact import Fact

UNDETERMINED: Final = "undetermined"

StepKind = Literal["ask", "probe", "lookup", "act", "verify", "escalate"]
Who = Literal["user", "agent", "network", "admin", "microsoft", "bot"]
Outcome = Literal["answered", "fixed", "not_fixed", "cannot", "refused"]
Locale = Literal["fr", "en"]
LOCALES: Final[tuple[Locale, ...]] = ("fr", "en")


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step that was carried out, or could not be."""

    step: str
    outcome: Outcome
    at: datetime | None = None


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A ranked cause with the ids of the facts that speak for and against it."""

    id: str
    p: float
    evidence_for: tuple[str, ...] = msgspec.field(default=(), name="for")
    against: tuple[str, ...] = ()


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """The step that the engine proposes; `answers` are the outcomes or values it may bring."""

    step: str
    kind: StepKind
    who: Who
    answers: tuple[str, ...] = ()


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Two values for one fact with nothing between them that would explain the change."""

    fact: str
    values: tuple[str | int | float, ...]


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict (a cause id or `undetermined`), its ranking and what to do next."""

    verdict: str
    causes: tuple[Cause, ...]
    next: NextStep | None = None
    contradictions: tuple[Contradiction, ...] = ()


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """What a free text says: a symptom (or None), how sure, the facts stated, the language."""

    symptom: str | None
    confidence: float
    facts: tuple[Fact, ...] = ()
    locale: Locale = "fr"
