"""How probable each cause is: naive Bayes over the causes and the hidden hypothesis of none of them.

Because the hidden hypothesis explains every failed act perfectly, elimination alone moves belief
to it and never makes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from bot.diagnosis.history import History
from bot.diagnosis.playbook import Playbook
from bot.domain.diagnosis import Cause, Done

Belief = tuple[float, ...]


class Evidence(msgspec.Struct, frozen=True):
    """A fact or the outcome of an act, with its probability under each hypothesis."""

    id: str
    likelihood: tuple[float, ...]


def normalised(weights: Iterable[float]) -> Belief:
    """The weights as probabilities."""
    values = tuple(weights)
    total = sum(values)
    return tuple(value / total for value in values)


def updated(belief: Belief, likelihood: Sequence[float]) -> Belief:
    """The belief after evidence of that likelihood."""
    return normalised(p * chance for p, chance in zip(belief, likelihood, strict=True))


def prior(playbook: Playbook, symptom: str | None) -> Belief:
    """The belief before any fact, under the symptom."""
    spec = playbook.symptoms.get(symptom or "")
    factors = spec.priors if spec else {}
    weights = [cause.prior * factors.get(cause.id, 1.0) for cause in playbook.causes.values()]
    return normalised([*weights, playbook.limits.other_prior])


def evidence(playbook: Playbook, history: History) -> list[Evidence]:
    """All that speaks for or against a cause.

    After a repair that holds, only what was known before it counts: later facts describe a phone that works.
    """
    current = history.current(before=None if history.mended is None else history.mended + 1)
    facts = [Evidence(i, playbook.rows[i][reading.word]) for i, reading in sorted(current.items())]
    return facts + [item for act in history.acts if (item := _outcome(playbook, act))]


def _outcome(playbook: Playbook, act: Done) -> Evidence | None:
    """The outcome of a repair; one with a twin fact already counts through that fact."""
    step = playbook.steps[act.step]
    works = playbook.mends.get(act.step)
    if works is None or step.twin:
        return None
    return Evidence(act.step, works if act.outcome == "fixed" else tuple(1.0 - p for p in works))


def believe(start: Belief, known: Iterable[Evidence]) -> Belief:
    """The belief after all evidence."""
    belief = start
    for item in known:
        belief = updated(belief, item.likelihood)
    return belief


def ratios(start: Belief, item: Evidence) -> list[float]:
    """For each hypothesis, how many times likelier the evidence is under it than under all the rest."""
    joint = [p * chance for p, chance in zip(start, item.likelihood, strict=True)]
    total = sum(joint)
    return [
        chance * (1.0 - p) / max(total - own, 1e-12)
        for p, chance, own in zip(start, item.likelihood, joint, strict=True)
    ]


def ranking(
    playbook: Playbook, start: Belief, belief: Belief, known: Sequence[Evidence]
) -> tuple[Cause, ...]:
    """The causes, likeliest first, with what speaks for and against each (strongest first)."""
    table = [(item.id, ratios(start, item)) for item in known]
    causes = [
        _cause(playbook, cause, belief[i], sorted((row[i], name) for name, row in table))
        for i, cause in enumerate(playbook.causes)
    ]
    return tuple(sorted(causes, key=lambda cause: -cause.p))


def _cause(playbook: Playbook, cause: str, p: float, weighed: Sequence[tuple[float, str]]) -> Cause:
    telling = playbook.limits.telling
    return Cause(
        id=cause,
        p=round(p, 6),
        evidence_for=tuple(name for ratio, name in reversed(weighed) if ratio >= telling),
        against=tuple(name for ratio, name in weighed if ratio <= 1 / telling),
    )
