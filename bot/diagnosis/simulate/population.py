"""A population of hidden faults from a TOML file, written by somebody other than the playbook's author.

The file's shape: `[background]` and `[causes.ID]` with `words`, `texts` and `numbers`, `[sources]`,
`[acts.ID.cures]`, `[refined]`, and the harder conditions in `[population]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from bot.diagnosis.playbook import Playbook
from bot.diagnosis.simulate.tables import ANY, Act, Chances, Fault, Remedy, Source, Table, World
from bot.domain.fact import VOCABULARY, Value
from bot.errors import ConfigurationError

TOLERANCE: Final = 0.005
ADVICE: Final = "tests/golden/README.md describes the format."


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: a misspelt key is an error."""


class Conditions(_Data, frozen=True, kw_only=True):
    """Size of the tenant, and the harder conditions of the measurement."""

    phones: int = 0
    sites: int = 0
    odds_shift: float = 3.0
    unknown_share: float = 0.10
    wrong_answer_share: float = 0.05


class _Entry(_Data, frozen=True, kw_only=True):
    value: Value
    p: float


class _Facts(_Data, frozen=True, kw_only=True):
    words: dict[str, dict[str, float]] = {}
    texts: dict[str, tuple[_Entry, ...]] = {}
    numbers: dict[str, dict[str, tuple[_Entry, ...]]] = {}

    def tables(self) -> dict[str, Table]:
        """Every fact of the three kinds as a table."""
        listed = {fact: {ANY: _pairs(entries)} for fact, entries in self.texts.items()}
        counted = {fact: {w: _pairs(e) for w, e in lists.items()} for fact, lists in self.numbers.items()}
        worded: dict[str, Table] = {fact: {ANY: tuple(row.items())} for fact, row in self.words.items()}
        return worded | listed | counted


class _Variant(_Facts, frozen=True, kw_only=True):
    share: float
    symptoms: dict[str, float] = {}


class _Cause(_Facts, frozen=True, kw_only=True):
    weight: float
    symptoms: dict[str, float]
    variants: tuple[_Variant, ...] = ()


class _Source(_Data, frozen=True, kw_only=True):
    by: str
    minutes: float
    unknown: float
    wrong: float


class _Act(_Data, frozen=True, kw_only=True):
    minutes: float
    cannot: float
    cures: dict[str, float]


_Refined = dict[str, dict[str, dict[str, dict[str, float]]]]


class Population(_Data, frozen=True, kw_only=True):
    """The whole file; its keys are explained in its README."""

    population: Conditions
    background: _Facts
    sources: dict[str, _Source]
    causes: dict[str, _Cause]
    acts: dict[str, _Act]
    refined: _Refined = {}

    def world(self) -> World:
        """The file as tables."""
        background = self.background.tables()
        return World(
            faults=tuple(fault for i, cause in self.causes.items() for fault in _faults(i, cause)),
            background=background,
            sources={
                i: Source(minutes=s.minutes, unknown=s.unknown, wrong=s.wrong)
                for i, s in self.sources.items()
            },
            acts={i: Act(minutes=a.minutes, cannot=a.cannot) for i, a in self.acts.items()},
            remedies={cause: tuple(self._remedies(cause, background)) for cause in self.causes},
        )

    def _remedies(self, cause: str, background: dict[str, Table]) -> Iterable[Remedy]:
        """The cures of a cause; where its refined tables name an act, the true value decides.

        A refined act that is not named beside a value does not help there; two tables that both
        speak: the better chance counts.
        """
        refined = self.refined.get(cause, {})
        named = {act for values in refined.values() for acts in values.values() for act in acts}
        silent = {fact: _silent(background[fact], values) for fact, values in refined.items()}
        for act, spec in self.acts.items():
            if cause in spec.cures:
                yield Remedy(act=act, p=spec.cures[cause], when=silent if act in named else {})
        for fact, values in refined.items():
            for value, acts in values.items():
                yield from (Remedy(act=act, p=p, when={fact: (value,)}) for act, p in acts.items())


def read_population(path: Path, playbook: Playbook) -> Population:
    """The population of a file. Raises `ConfigurationError` naming file, key and reason."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Population)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise ConfigurationError(f"{path.name}: {exc}", ADVICE) from exc
    problem = next(_problems(found, playbook), None)
    if problem:
        raise ConfigurationError(f"{path.name}: {problem}", ADVICE)
    return found


def _pairs(entries: Iterable[_Entry]) -> Chances:
    return tuple((entry.value, entry.p) for entry in entries)


def _silent(table: Table, spoken: Iterable[str]) -> tuple[Value, ...]:
    return tuple(value for value, _ in table[ANY] if value not in set(spoken))


def _faults(cause: str, spec: _Cause) -> Iterable[Fault]:
    """One fault, or one for each variant, which overrides the cause's own tables."""
    own = spec.tables()
    if not spec.variants:
        yield Fault(cause=cause, weight=spec.weight, symptoms=spec.symptoms, facts=own)
    for variant in spec.variants:
        yield Fault(
            cause=cause,
            weight=spec.weight * variant.share,
            symptoms=variant.symptoms or spec.symptoms,
            facts=own | variant.tables(),
        )


def _problems(found: Population, playbook: Playbook) -> Iterator[str]:
    yield from _unknown(found, playbook)
    for key, total in _sums(found):
        if abs(total - 1) > TOLERANCE:
            yield f"{key}: adds up to {total:.3f}, not to 1"
    for key, facts in _fact_tables(found):
        yield from _values(key, facts)
    for act, spec in found.acts.items():
        if not all(0 <= p <= 1 for p in (spec.cannot, *spec.cures.values())):
            yield f"acts.{act}: is no probability"
    for fact, source in found.sources.items():
        if not (0 <= source.unknown <= 1 and 0 <= source.wrong <= 1):
            yield f"sources.{fact}: is no probability"


def _fact_tables(found: Population) -> Iterable[tuple[str, _Facts]]:
    yield "background", found.background
    for cause, spec in found.causes.items():
        yield f"causes.{cause}", spec
        yield from ((f"causes.{cause}.variants", variant) for variant in spec.variants)


def _unknown(found: Population, playbook: Playbook) -> Iterator[str]:
    named: dict[str, tuple[Iterable[str], Container[str]]] = {
        "causes": (found.causes, playbook.causes),
        "sources": (found.sources, VOCABULARY),
        "refined": (found.refined, found.causes),
        **{f"refined.{i}": (facts, found.background.words) for i, facts in found.refined.items()},
    }
    for key, (names, known) in named.items():
        yield from (f"{key}.{name}: does not exist" for name in names if name not in known)
    for act, spec in found.acts.items():
        yield from (f"acts.{act}.cures.{c}: does not exist" for c in spec.cures if c not in found.causes)
    for cause, one in found.causes.items():
        listed = {**one.symptoms, **{s: p for v in one.variants for s, p in v.symptoms.items()}}
        yield from (
            f"causes.{cause}.symptoms.{s}: does not exist" for s in listed if s not in playbook.symptoms
        )


def _sums(found: Population) -> Iterable[tuple[str, float]]:
    for cause, spec in found.causes.items():
        yield f"causes.{cause}.symptoms", sum(spec.symptoms.values())
        if spec.variants:
            yield f"causes.{cause}.variants", sum(v.share for v in spec.variants)
    for key, facts in _fact_tables(found):
        for fact, table in facts.tables().items():
            yield from ((f"{key}.{fact}", sum(p for _, p in chances)) for chances in table.values())


def _values(key: str, facts: _Facts) -> Iterator[str]:
    for fact, table in facts.tables().items():
        kind = VOCABULARY.get(fact)
        if kind is None:
            yield f"{key}.{fact}: does not exist"
            continue
        for value, p in (pair for chances in table.values() for pair in chances):
            if not kind.accepts(value) or not 0 <= p <= 1:
                yield f"{key}.{fact}.{value}: is no value of the fact, or has no probability"
