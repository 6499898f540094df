"""What the tables of a playbook may hold: causes, facts, steps, symptoms, phone models, topics.

Every key is here; a misspelt one is an error that names file and key (`decroche playbook check`).
"""

from __future__ import annotations

from typing import Any, Final, Literal, cast

import msgspec

from bot.diagnosis.likelihood import Row
from bot.domain.diagnosis import Locale, Outcome, StepKind, Who

Input = Literal["none", "choice", "time", "text"]
Risk = Literal["none", "low", "high"]
Wanted = dict[str, tuple[str, ...]]

_OUTCOMES: Final[dict[StepKind, tuple[Outcome, ...]]] = {
    "ask": ("answered", "cannot", "refused"),
    "probe": ("answered", "cannot"),
    "lookup": ("answered", "cannot"),
    "act": ("fixed", "not_fixed", "cannot", "refused"),
    "verify": ("fixed", "not_fixed", "cannot"),
    "escalate": ("answered", "cannot"),
}


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the playbook: a misspelt key is an error."""


class Text(Data, frozen=True, kw_only=True):
    """A sentence in every language of the bot."""

    fr: str
    en: str

    def to(self, locale: Locale) -> str:
        """The sentence in one language."""
        return self.fr if locale == "fr" else self.en


class Lines(Data, frozen=True, kw_only=True):
    """Several short lines in every language of the bot."""

    fr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def to(self, locale: Locale) -> tuple[str, ...]:
        """The lines in one language."""
        return self.fr if locale == "fr" else self.en


class Command(Data, frozen=True, kw_only=True):
    """A line to type in a console: `on` says in which (`cisco_ios`, `graph_powershell`), `{upn}` and the like are filled per case.

    `shows` says what to read in its answer; a line that changes something has `changes`.
    """

    on: str
    text: str
    shows: Text | None = None
    changes: bool = False


class Cure(Data, frozen=True, kw_only=True):
    """A step that mends a cause with probability `p`, if every fact of `when` has one of its values.

    A fact that is not known satisfies `when` only if `unknown` is among its values.
    """

    step: str
    p: float = 0.0
    when: Wanted = {}


class CauseSpec(Data, frozen=True, kw_only=True):
    """Something that can be wrong; `prior` is a weight, `cures` are tried in this order.

    `also`: how probably other acts end it too, though nobody would choose them for it (a reset restarts
    the phone); this counts as evidence only. `under`: how many times likelier it is under a symptom, where that table does not say. `sites`: only there is it possible (empty: everywhere). `source` is the origin of the words,
    `numbers` that of the prior, or « assumption » and its reason.
    """

    id: str
    prior: float
    title: Text
    explanation: Text
    cures: tuple[Cure, ...]
    also: dict[str, float] = {}
    under: dict[str, float] = {}
    sites: tuple[str, ...] = ()
    source: str = ""
    numbers: str = ""


class Buckets(Data, frozen=True, kw_only=True):
    """Names for ranges of a number's size or of a version: value < `limits[i]` is `names[i]`.

    `zone` names seconds that are whole hours, at most fourteen: perhaps a mere time zone.
    """

    kind: Literal["size", "version"]
    limits: tuple[float | str, ...]
    names: tuple[str, ...]
    zone: str = ""


class FactSpec(Data, frozen=True, kw_only=True):
    """A fact in words, and how likely each value is: ordinarily, and under each cause that changes that.

    A row of `likely` may name only the values that it changes. `finer`: a fact that says the same more
    exactly, and counts instead where both are known.
    """

    id: str
    title: Text
    values: dict[str, Text]
    default: Row
    likely: dict[str, Row] = {}
    buckets: Buckets | None = None
    finer: str | None = None
    source: str = ""
    numbers: str = ""

    @property
    def usual(self) -> str:
        """The value that is likeliest ordinarily."""
        return max(self.default, key=self.default.__getitem__)


class Objection(Data, frozen=True, kw_only=True):
    """A fact that must not have one of these values, unless one of the acts that answer to it was carried out."""

    fact: str
    values: tuple[str, ...]
    unless: tuple[str, ...] = ()


class StepSpec(Data, frozen=True, kw_only=True):
    """One thing that somebody can do.

    `minutes` is the time of the person who does it. `reveals` are the facts that it is for, `brings` those
    that come along where they can be had (a switch that answers). `asks` are the questions that one form
    puts together; what it reveals is theirs. `requires` are steps that must come before,
    `needs` facts that must have one of the values (or be unknown, if `unknown` is listed; a step may stand
    in a fact's place: an act is `tried` or `cannot`, another one `taken`), `needs_any` several such conditions of which one must hold. `not_while`: causes, or whole families (`network`),
    none of which may be likelier than the likeliest cause that the act mends; `against` facts that
    forbid it, even where they make no cause likely.
    `min_p`: an act is not proposed on a smaller suspicion. `again_after`: acts that make a new
    attempt worthwhile. `twin`: the fact that the outcome of an act sets. `caution` is said before
    the person begins; `picture` names a drawing of where to look. Texts and commands may hold `{placeholders}` that `fill` replaces per case.
    """

    id: str
    who: Who
    minutes: float
    title: Text
    body: Lines = Lines()
    why: Text = Text(fr="", en="")
    reveals: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    input: Input = "none"
    choices: dict[str, Text] = {}
    requires: tuple[str, ...] = ()
    needs: Wanted = {}
    needs_any: tuple[Wanted, ...] = ()
    not_while: tuple[str, ...] = ()
    against: tuple[Objection, ...] = ()
    risk: Risk = "none"
    twin: str | None = None
    symptoms: tuple[str, ...] = ()
    not_symptoms: tuple[str, ...] = ()
    min_p: float = 0.0
    again_after: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    caution: Text | None = None
    picture: str = ""
    source: str = ""
    numbers: str = ""

    @property
    def kind(self) -> StepKind:
        """The first word of the id."""
        return cast("StepKind", self.id.partition(".")[0])

    @property
    def answers(self) -> tuple[str, ...]:
        """What may come back: the values of a choice, nothing for a typed answer, else outcomes."""
        if self.kind == "ask":
            return tuple(self.choices)
        return _OUTCOMES[self.kind]

    def suits(self, symptom: str | None) -> bool:
        """True when the step makes sense under the symptom."""
        return symptom not in self.not_symptoms and (not self.symptoms or symptom in self.symptoms)


class SymptomSpec(Data, frozen=True, kw_only=True):
    """What the person sees; `priors` multiplies the weights of causes.

    `short` is for a button on a phone's screen, where a longer title is cut off.
    `implies`: what a step's conditions may take for granted while nobody says otherwise; no evidence.
    `out_of_scope`: no step of the playbook can help, a person must.
    """

    id: str
    title: Text
    short: Text | None = None
    out_of_scope: bool = False
    priors: dict[str, float] = {}
    implies: dict[str, str] = {}
    source: str = ""
    numbers: str = ""


class MenuPath(Data, frozen=True, kw_only=True):
    """Where an entry stands in the phone's menus, for firmware from `since` up to but without `below`.

    `confirmed` is false where no document of the maker says so: the text then adds that the path may differ.
    """

    id: str
    path: Text
    since: str = ""
    below: str = ""
    confirmed: bool = False
    source: str = ""


class ModelSpec(Data, frozen=True, kw_only=True):
    """A phone model: what people call it, and all that differs from model to model.

    `buckets` replaces the limits of a fact's buckets (`phone.firmware`), `texts` fills placeholders
    of steps (`{power}`, `{reset}`), `menu` those like `{menu:network}`. The first model is the default.
    """

    id: str
    name: str
    words: tuple[str, ...] = ()
    texts: dict[str, Text] = {}
    buckets: dict[str, tuple[float | str, ...]] = {}
    menu: tuple[MenuPath, ...] = ()
    source: str = ""


class TopicSpec(Data, frozen=True, kw_only=True):
    """A question that people ask, with its answer: the FAQ and the reference pages of the helpdesk.

    `phrases` are whole questions by language, `steps` what one can do about it.
    """

    id: str
    title: Text
    answer: Lines
    audience: tuple[Literal["employee", "helpdesk"], ...] = ("employee", "helpdesk")
    phrases: Lines = Lines()
    steps: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    source: str = ""


class EvidenceSpec(Data, frozen=True, kw_only=True):
    """How likely a fact's values are under a cause: what an extra file adds to a fact that it does not own."""

    fact: str
    cause: str
    row: Row
    numbers: str = ""


class Limits(Data, frozen=True, kw_only=True):
    """Numbers that the organisation may want to change."""

    verdict: float = 0.8
    other_prior: float = 0.06
    telling: float = 2.0
    shown: float = 20.0
    by_chance: float = 0.02
    in_vain: float = 0.3
    escalation_minutes: float = 160.0
    agent_factor: float = 2.0
    turn_minutes: float = 4.0
    unexplained_minutes: float = 1.0
    microsoft_after: tuple[str, ...] = ()
    check_order: tuple[str, ...] = ()


class File(Data, frozen=True, kw_only=True):
    """One file of a playbook; `extends` says that its directory adds to the built-in one."""

    extends: Literal["builtin"] | None = None
    limits: dict[str, Any] = {}
    words: dict[str, Text] = {}
    cause: tuple[CauseSpec, ...] = ()
    fact: tuple[FactSpec, ...] = ()
    step: tuple[StepSpec, ...] = ()
    symptom: tuple[SymptomSpec, ...] = ()
    model: tuple[ModelSpec, ...] = ()
    topic: tuple[TopicSpec, ...] = ()
    evidence: tuple[EvidenceSpec, ...] = ()
