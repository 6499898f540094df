"""The playbook: what can be wrong, what shows it, what mends it, and the words for all of that.

It is data (`playbooks/*.toml`), so that a helpdesk can correct a text, a prior or a limit without
touching code, and so that a case can say with which version it was judged.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import msgspec

from bot.diagnosis.likelihood import Rows, rows_of
from bot.diagnosis.spec import (
    Buckets,
    CauseSpec,
    FactSpec,
    File,
    Limits,
    ModelSpec,
    StepSpec,
    SymptomSpec,
    Text,
    TopicSpec,
)
from bot.domain.fact import UNKNOWN, Fact, Value
from bot.errors import PlaybookInvalid

BUILT_IN: Final = Path(__file__).parent / "playbooks"
OTHER: Final = "other"
ENORMOUS: Final = 1e12
SILENT: Final = frozenset({UNKNOWN, "inconclusive"})

# Poly's form; a part may carry a letter (`7.1.3A.0991`), and text may follow.
_VERSION: Final = re.compile(r"\s*(\d{1,6})\.(\d{1,6})\.(\d{1,6})[A-Z]?\.(\d{1,6})[A-Z]*(?![\d.])", re.ASCII)


class Playbook(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """All of it, by id.

    `rows` are complete likelihoods in the order of `hypotheses`; `mends` says for each act that is
    a cure how probably the phone works after it, in the same order. `files` names where each id is
    defined; `explained` are the rows added by `[[evidence]]` that say where their numbers come from. Two playbooks are equal only when they are the same object, so one can key a cache.
    """

    version: str
    limits: Limits
    causes: dict[str, CauseSpec]
    facts: dict[str, FactSpec]
    steps: dict[str, StepSpec]
    symptoms: dict[str, SymptomSpec]
    models: dict[str, ModelSpec]
    topics: dict[str, TopicSpec]
    words: dict[str, Text]
    rows: dict[str, Rows]
    mends: dict[str, tuple[float, ...]]
    files: dict[str, str]
    explained: frozenset[str] = frozenset()

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
    if buckets.zone and _whole_hours(measured[0]):
        return buckets.zone
    for limit, name in zip(buckets.limits, buckets.names, strict=False):
        if measured < (version_key(str(limit)) if buckets.kind == "version" else (float(limit),)):
            return name
    return buckets.names[-1]


def _size(value: Value) -> tuple[float, ...]:
    if isinstance(value, str) or value != value:  # only NaN differs from itself
        return ()
    return (float(min(abs(value), ENORMOUS)),)


def _whole_hours(seconds: float) -> bool:
    """True for one to fourteen whole hours, to the minute: how far a time zone can be off."""
    hours = round(seconds / 3600)
    return 1 <= hours <= 14 and abs(seconds - hours * 3600) <= 60


def version_key(text: str) -> tuple[float, ...]:
    """A firmware version as numbers to compare; empty when it is none (`7.1.3.0991` → 7, 1, 3, 991)."""
    found = _VERSION.match(text)
    return tuple(float(part) for part in found.groups()) if found else ()


def load(directory: Path | None = None) -> Playbook:
    """The playbook of a directory of TOML files, or the built-in one (read once).

    Files of which one says `extends = "builtin"` add to the built-in playbook, and replace what has the same id there.
    Raises `PlaybookInvalid` naming file and key; `check.check` finds what merely does not fit together.
    """
    return _load(directory) if directory else _built_in()


@cache
def _built_in() -> Playbook:
    return _load(BUILT_IN)


def _load(directory: Path) -> Playbook:
    own = _files(directory)
    if any(file.extends for file in own.values()):
        layers = [_files(BUILT_IN), {f"{directory.name}/{name}": file for name, file in own.items()}]
        paths = [*_paths(BUILT_IN), *_paths(directory)]
    else:
        layers, paths = [own], _paths(directory)
    return assemble(layers, _version(paths))


def assemble(layers: Sequence[Mapping[str, File]], version: str) -> Playbook:
    """One playbook of files by name; a later layer adds to an earlier one. Raises `PlaybookInvalid`."""
    causes = _by_id(layers, "cause", CauseSpec)
    facts = _with_evidence(_by_id(layers, "fact", FactSpec), layers)
    files = {name: file for layer in layers for name, file in layer.items()}
    limits = _limits(files)
    return Playbook(
        version=version,
        limits=limits,
        causes=causes,
        facts=facts,
        steps=_with_questions(_by_id(layers, "step", StepSpec)),
        symptoms=_with_causes(_by_id(layers, "symptom", SymptomSpec), causes),
        models=_by_id(layers, "model", ModelSpec),
        topics=_by_id(layers, "topic", TopicSpec),
        words={key: text for file in files.values() for key, text in file.words.items()},
        rows=_rows(causes, facts),
        mends=_mends(causes, limits.by_chance),
        files=_origins(files),
        explained=frozenset(
            f"evidence:{e.fact}/{e.cause}" for f in files.values() for e in f.evidence if e.numbers.strip()
        ),
    )


def restricted(playbook: Playbook, model: str, site: str) -> Playbook:
    """The playbook for one phone model at one site: the model's firmware limits, no causes of other sites."""
    spec = playbook.models.get(model) or next(iter(playbook.models.values()), None)
    buckets = spec.buckets if spec else {}
    causes = {i: cause for i, cause in playbook.causes.items() if not cause.sites or site in cause.sites}
    if not buckets and len(causes) == len(playbook.causes):
        return playbook
    facts = {i: _limited(fact, buckets.get(i)) for i, fact in playbook.facts.items()}
    return msgspec.structs.replace(
        playbook,
        causes=causes,
        facts=facts,
        rows=_rows(causes, facts),
        mends=_mends(causes, playbook.limits.by_chance),
    )


def _limited(fact: FactSpec, limits: tuple[float | str, ...] | None) -> FactSpec:
    if limits is None or fact.buckets is None:
        return fact
    return msgspec.structs.replace(fact, buckets=msgspec.structs.replace(fact.buckets, limits=limits))


def _paths(directory: Path) -> list[Path]:
    try:
        paths = sorted(directory.glob("*.toml"))
    except OSError as exc:
        raise PlaybookInvalid(f"{directory}: {exc.strerror}", "Name a directory that can be read.") from exc
    if not paths:
        raise PlaybookInvalid(f"{directory}: no TOML file", "Name a directory of playbook files.")
    return paths


def _files(directory: Path) -> dict[str, File]:
    return {path.name: _read(path) for path in _paths(directory)}


def _read(path: Path) -> File:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as exc:
        raise PlaybookInvalid(f"{path.name}: {exc}", "Run `decroche playbook check`.") from exc
    return _convert(path.name, data, File)


def _limits(files: Mapping[str, File]) -> Limits:
    """The limits of all files, key by key, the last one counting."""
    given: dict[str, Any] = {}
    for name, file in files.items():
        given |= file.limits
        _convert(name, file.limits, Limits)
    return msgspec.convert(given, Limits)


T = TypeVar("T")


def _convert(name: str, data: Mapping[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as exc:
        raise PlaybookInvalid(f"{name}: {exc}", "Run `decroche playbook check`.") from exc


S = TypeVar("S", CauseSpec, FactSpec, StepSpec, SymptomSpec, ModelSpec, TopicSpec)


def _by_id(layers: Iterable[Mapping[str, File]], table: str, _type: type[S]) -> dict[str, S]:
    """Every table of a kind; a later layer replaces what has the same id, one layer may not say it twice."""
    found: dict[str, S] = {}
    for layer in layers:
        seen: set[str] = set()
        for name, file in layer.items():
            for spec in cast("Iterable[S]", getattr(file, table)):
                if spec.id in seen:
                    raise PlaybookInvalid(f"{name}: {table} {spec.id} is defined twice")
                seen.add(spec.id)
                found[spec.id] = spec
    return found


def _with_evidence(facts: dict[str, FactSpec], layers: Iterable[Mapping[str, File]]) -> dict[str, FactSpec]:
    """The facts with the rows that `[[evidence]]` tables add to them."""
    for layer in layers:
        for name, file in layer.items():
            for added in file.evidence:
                fact = facts.get(added.fact)
                if fact is None:
                    raise PlaybookInvalid(f"{name}: evidence names {added.fact}, which does not exist")
                likely = {**fact.likely, added.cause: added.row}
                facts[added.fact] = msgspec.structs.replace(fact, likely=likely)
    return facts


def _with_questions(steps: dict[str, StepSpec]) -> dict[str, StepSpec]:
    """The steps, each form revealing what its questions reveal."""
    for form in [step for step in steps.values() if step.asks]:
        told = (fact for i in form.asks if i in steps for fact in steps[i].reveals)
        steps[form.id] = msgspec.structs.replace(form, reveals=tuple(dict.fromkeys((*form.reveals, *told))))
    return steps


def _with_causes(symptoms: dict[str, SymptomSpec], causes: Mapping[str, CauseSpec]) -> dict[str, SymptomSpec]:
    """The symptoms with the factors that causes give themselves."""
    for cause in causes.values():
        for symptom in cause.under.keys() & symptoms.keys():
            spec = symptoms[symptom]
            priors = {cause.id: cause.under[symptom], **spec.priors}
            symptoms[symptom] = msgspec.structs.replace(spec, priors=priors)
    return symptoms


def _rows(causes: Iterable[str], facts: Mapping[str, FactSpec]) -> dict[str, Rows]:
    return {fact.id: rows_of((*causes, OTHER), fact.default, fact.likely) for fact in facts.values()}


def _mends(causes: Mapping[str, CauseSpec], by_chance: float) -> dict[str, tuple[float, ...]]:
    best: dict[tuple[str, str], float] = {}
    for cause in causes.values():
        for cure in cause.cures:
            key = cure.step, cause.id
            best[key] = max(cure.p, best.get(key, by_chance))
        best |= {(step, cause.id): p for step, p in cause.also.items()}
    acts = {step for step, _ in best if step.startswith("act.")}
    return {act: tuple(best.get((act, h), by_chance) for h in (*causes, OTHER)) for act in sorted(acts)}


def _origins(files: Mapping[str, File]) -> dict[str, str]:
    """Which file a table, limit, word or added row comes from, the last one counting."""
    found: dict[str, str] = {}
    for name, file in files.items():
        tables = ("cause", "fact", "step", "symptom", "model", "topic")
        found |= {f"{table}:{spec.id}": name for table in tables for spec in getattr(file, table)}
        found |= {f"evidence:{added.fact}/{added.cause}": name for added in file.evidence}
        found |= {f"limits.{limit}": name for limit in file.limits}
        found |= {f"words:{word}": name for word in file.words}
        found |= {table: name for table in ("limits", "words") if getattr(file, table)}
    return found


def _version(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
