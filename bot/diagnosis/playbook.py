"""The playbook: what can be wrong, what shows it, what mends it, and the words for all of that.

It is data (`playbooks/*.toml`), so that a helpdesk can correct a text, a prior or a limit without
touching code, and so that a case can say with which version it was judged.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeVar, cast

import msgspec

from bot.diagnosis.likelihood import Row, Rows, rows_of
from bot.domain.diagnosis import Locale, Outcome, StepKind, Who
from bot.domain.fact import UNKNOWN, Fact, Value
from bot.errors import PlaybookInvalid

BUILT_IN: Final = Path(__file__).parent / "playbooks"
OTHER: Final = "other"
ENORMOUS: Final = 1e12
SILENT: Final = frozenset({UNKNOWN, "inconclusive"})

Input = Literal["none", "choice", "time", "text"]
Risk = Literal["none", "low", "high"]
Wanted = dict[str, tuple[str, ...]]

# Poly's form; a part may carry a letter (`7.1.3A.0991`), and text may follow.
_VERSION: Final = re.compile(r"\s*(\d{1,6})\.(\d{1,6})\.(\d{1,6})[A-Z]?\.(\d{1,6})[A-Z]*(?![\d.])", re.ASCII)
_OUTCOMES: Final[dict[StepKind, tuple[Outcome, ...]]] = {
    "ask": ("answered", "cannot", "refused"),
    "probe": ("answered", "cannot"),
    "lookup": ("answered", "cannot"),
    "act": ("fixed", "not_fixed", "cannot", "refused"),
    "verify": ("fixed", "not_fixed", "cannot"),
    "escalate": ("answered", "cannot"),
}


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the playbook: a misspelt key is an error."""


class Text(_Data, frozen=True, kw_only=True):
    """A sentence in every language of the bot."""

    fr: str
    en: str

    def to(self, locale: Locale) -> str:
        """The sentence in one language."""
        return self.fr if locale == "fr" else self.en


class Lines(_Data, frozen=True, kw_only=True):
    """Several short lines in every language of the bot."""

    fr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def to(self, locale: Locale) -> tuple[str, ...]:
        """The lines in one language."""
        return self.fr if locale == "fr" else self.en


class Cure(_Data, frozen=True, kw_only=True):
    """A step that mends a cause with probability `p`, if every fact of `when` has one of its values.

    A fact that is not known satisfies `when` only if `unknown` is among its values.
    """

    step: str
    p: float = 0.0
    when: Wanted = {}


class CauseSpec(_Data, frozen=True, kw_only=True):
    """Something that can be wrong; `prior` is a weight, `cures` are tried in this order."""

    id: str
    prior: float
    title: Text
    explanation: Text
    cures: tuple[Cure, ...]


class Buckets(_Data, frozen=True, kw_only=True):
    """Names for ranges of a number's size or of a version: value < `limits[i]` is `names[i]`."""

    kind: Literal["size", "version"]
    limits: tuple[float | str, ...]
    names: tuple[str, ...]


class FactSpec(_Data, frozen=True, kw_only=True):
    """A fact in words, and how likely each value is: ordinarily, and under each cause that changes that.

    A row of `likely` may name only the values that it changes.
    """

    id: str
    title: Text
    values: dict[str, Text]
    default: Row
    likely: dict[str, Row] = {}
    buckets: Buckets | None = None

    @property
    def usual(self) -> str:
        """The value that is likeliest ordinarily."""
        return max(self.default, key=self.default.__getitem__)


class StepSpec(_Data, frozen=True, kw_only=True):
    """One thing that somebody can do.

    `minutes` is the time of the person who does it. `requires` are steps that must come before,
    `needs` facts that must have one of the values (or be unknown, if `unknown` is listed).
    `min_p`: an act is not proposed on a smaller suspicion. `again_after`: acts that make a new
    attempt worthwhile. `twin`: the fact that the outcome of an act sets.
    """

    id: str
    who: Who
    minutes: float
    title: Text
    body: Lines = Lines()
    why: Text = Text(fr="", en="")
    reveals: tuple[str, ...] = ()
    input: Input = "none"
    choices: dict[str, Text] = {}
    requires: tuple[str, ...] = ()
    needs: Wanted = {}
    risk: Risk = "none"
    twin: str | None = None
    symptoms: tuple[str, ...] = ()
    not_symptoms: tuple[str, ...] = ()
    min_p: float = 0.0
    again_after: tuple[str, ...] = ()

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


class SymptomSpec(_Data, frozen=True, kw_only=True):
    """What the person sees; `priors` multiplies the weights of causes.

    `short` is for a button on a phone's screen, where a longer title is cut off.
    `out_of_scope`: no step of the playbook can help, a person must.
    """

    id: str
    title: Text
    short: Text | None = None
    out_of_scope: bool = False
    priors: dict[str, float] = {}


class Limits(_Data, frozen=True, kw_only=True):
    """Numbers that the organisation may want to change."""

    verdict: float = 0.8
    other_prior: float = 0.06
    telling: float = 2.0
    by_chance: float = 0.02
    escalation_minutes: float = 90.0
    agent_factor: float = 1.5
    microsoft_after: tuple[str, ...] = ()
    check_order: tuple[str, ...] = ()


class _File(_Data, frozen=True, kw_only=True):
    limits: Limits | None = None
    words: dict[str, Text] = {}
    cause: tuple[CauseSpec, ...] = ()
    fact: tuple[FactSpec, ...] = ()
    step: tuple[StepSpec, ...] = ()
    symptom: tuple[SymptomSpec, ...] = ()


class Playbook(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, by id.

    `rows` are complete likelihoods in the order of `hypotheses`; `mends` says for each act that is
    a cure how probably the phone works after it, in the same order.
    """

    version: str
    limits: Limits
    causes: dict[str, CauseSpec]
    facts: dict[str, FactSpec]
    steps: dict[str, StepSpec]
    symptoms: dict[str, SymptomSpec]
    words: dict[str, Text]
    rows: dict[str, Rows]
    mends: dict[str, tuple[float, ...]]
    files: dict[str, str]

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """The causes, and the hidden one that none of them is it."""
        return (*self.causes, OTHER)

    def step(self, step_id: str) -> StepSpec | None:
        """The step of that id, if there is one (an old case may name a step that is gone)."""
        return self.steps.get(step_id)

    def bucket(self, fact: Fact) -> str | None:
        """The word by which the engine reasons about a value; None when it proves nothing."""
        return bucket(self.facts.get(fact.id), fact.value)


def bucket(spec: FactSpec | None, value: Value) -> str | None:
    """The range of a number or version, or the word itself; None for what is not in the playbook."""
    if spec is None or value in SILENT:
        return None
    name = _range(spec.buckets, value) if spec.buckets else str(value)
    return name if name in spec.default else None


def _range(buckets: Buckets, value: Value) -> str | None:
    measured = version_key(str(value)) if buckets.kind == "version" else _size(value)
    if not measured:
        return None
    for limit, name in zip(buckets.limits, buckets.names, strict=False):
        if measured < (version_key(str(limit)) if buckets.kind == "version" else (float(limit),)):
            return name
    return buckets.names[-1]


def _size(value: Value) -> tuple[float, ...]:
    if isinstance(value, str) or value != value:  # only NaN differs from itself
        return ()
    return (float(min(abs(value), ENORMOUS)),)


def version_key(text: str) -> tuple[float, ...]:
    """A firmware version as numbers to compare; empty when it is none (`7.1.3.0991` → 7, 1, 3, 991)."""
    found = _VERSION.match(text)
    return tuple(float(part) for part in found.groups()) if found else ()


def load(directory: Path | None = None) -> Playbook:
    """The playbook of a directory of TOML files, or the built-in one (read once).

    Raises `PlaybookInvalid` naming file and key; `check.check` finds what merely does not fit together.
    """
    return _load(directory) if directory else _built_in()


@cache
def _built_in() -> Playbook:
    return _load(BUILT_IN)


def _load(directory: Path) -> Playbook:
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        raise PlaybookInvalid(f"{directory}: no TOML file", "Name a directory of playbook files.")
    files = {path.name: _read(path) for path in paths}
    causes = _by_id(files, "cause", CauseSpec)
    facts = _by_id(files, "fact", FactSpec)
    limits = next((file.limits for file in files.values() if file.limits), Limits())
    return Playbook(
        version=_version(paths),
        limits=limits,
        causes=causes,
        facts=facts,
        steps=_by_id(files, "step", StepSpec),
        symptoms=_by_id(files, "symptom", SymptomSpec),
        words={key: text for file in files.values() for key, text in file.words.items()},
        rows={fact.id: rows_of((*causes, OTHER), fact.default, fact.likely) for fact in facts.values()},
        mends=_mends(causes, limits.by_chance),
        files=_origins(files),
    )


def _read(path: Path) -> _File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise PlaybookInvalid(f"{path.name}: {exc}", "Run `decroche playbook check`.") from exc


S = TypeVar("S", CauseSpec, FactSpec, StepSpec, SymptomSpec)


def _by_id(files: Mapping[str, _File], table: str, _type: type[S]) -> dict[str, S]:
    found: dict[str, S] = {}
    for name, file in files.items():
        for spec in cast("Iterable[S]", getattr(file, table)):
            if spec.id in found:
                raise PlaybookInvalid(f"{name}: {table} {spec.id} is defined twice")
            found[spec.id] = spec
    return found


def _mends(causes: Mapping[str, CauseSpec], by_chance: float) -> dict[str, tuple[float, ...]]:
    best: dict[tuple[str, str], float] = {}
    for cause in causes.values():
        for cure in cause.cures:
            key = cure.step, cause.id
            best[key] = max(cure.p, best.get(key, by_chance))
    acts = {step for step, _ in best if step.startswith("act.")}
    return {act: tuple(best.get((act, h), by_chance) for h in (*causes, OTHER)) for act in sorted(acts)}


def _origins(files: Mapping[str, _File]) -> dict[str, str]:
    return {
        f"{table}:{spec.id}": name
        for name, file in files.items()
        for table in ("cause", "fact", "step", "symptom")
        for spec in getattr(file, table)
    }


def _version(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
