"""How probable each cause is: naive Bayes over the causes and the hidden hypothesis of none of them.

Because the hidden hypothesis explains every failed act perfectly, elimination alone moves belief
to it and never makes a verdict. A repair that was made and did not help leaves its cause either
unmended or not alone: then a second fault is reckoned with, instead of believing the first for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Final

import msgspec

from bot.diagnosis.history import History
from bot.diagnosis.playbook import Playbook
from bot.domain.diagnosis import Cause, Done

SAFE: Final = 16

Belief = tuple[float, ...]
Likelihood = tuple[float, ...]


class Evidence(msgspec.Struct, frozen=True):
    """A fact or the outcome of an act, with its probability under each hypothesis, and its place."""

    id: str
    likelihood: Likelihood
    place: int = 0


def normalised(weights: Iterable[float]) -> Belief:
    """The weights as probabilities."""
    values = tuple(weights)
    total = sum(values)
    return tuple([value / total for value in values])


def updated(belief: Belief, likelihood: Sequence[float]) -> Belief:
    """The belief after evidence of that likelihood."""
    return normalised([p * chance for p, chance in zip(belief, likelihood, strict=True)])


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
    facts = [
        Evidence(i, playbook.rows[i][reading.word], reading.place)
        for i, reading in sorted(current.items())
        if not _said_better(playbook, history, i, reading.place)
    ]
    return facts + [item for act in history.acts if (item := _outcome(playbook, history, act))]


def _said_better(playbook: Playbook, history: History, fact: str, place: int) -> bool:
    """True when a finer fact is known, and no act since made it out of date."""
    finer = history.current().get(playbook.facts[fact].finer or "")
    if finer is None:
        return False
    return not any(finer.place < act < place for act in history.tried.values())


def _outcome(playbook: Playbook, history: History, act: Done) -> Evidence | None:
    """The outcome of a repair; one with a twin fact already counts through that fact."""
    step = playbook.steps[act.step]
    works = playbook.mends.get(act.step)
    if works is None or step.twin:
        return None
    likelihood = works if act.outcome == "fixed" else tuple([1.0 - p for p in works])
    return Evidence(act.step, likelihood, history.tried[act.step])


def believe(start: Belief, known: Iterable[Evidence]) -> Belief:
    """The belief after all evidence, if there is one fault."""
    weights = list(start)
    for place, item in enumerate(known):
        weights = [p * chance for p, chance in zip(weights, item.likelihood, strict=True)]
        if place % SAFE == 0:  # before the product can vanish
            weights = list(normalised(weights))
    return normalised(weights)


def believe_on(
    start: Belief, known: Sequence[Evidence], repaired: Mapping[int, int], usual: Mapping[str, bool]
) -> Belief:
    """The belief after all evidence, if besides the fault there may have been others, since repaired.

    `repaired`: causes (by place among the hypotheses) with the place of their repair in the history.
    `usual`: the facts whose value is the ordinary one.
    """
    if not repaired:
        return believe(start, known)
    chance = prod(start[cause] for cause in repaired)
    alone = [prod(column) for column in zip(*(item.likelihood for item in known), strict=True)]
    rows = [_with_second(item, repaired, usual.get(item.id, True)) for item in known]
    besides = [prod(column) for column in zip(*rows, strict=True)]
    weights = [
        p * (one if i in repaired else (1 - chance) * one + chance * two)
        for i, (p, one, two) in enumerate(zip(start, alone, besides, strict=True))
    ]
    return normalised(weights) if sum(weights) else believe(start, known)


def _with_second(item: Evidence, repaired: Mapping[int, int], usual: bool) -> Likelihood:
    """The likelihood under each hypothesis when the repaired causes were there too, as long as they were."""
    there = [item.likelihood[cause] for cause, place in repaired.items() if item.place < place]
    if not there or item.id.startswith("act."):
        return item.likelihood
    if usual:
        least = min(there)
        return tuple([min(chance, least) for chance in item.likelihood])
    most = max(there)
    return tuple([max(chance, most) for chance in item.likelihood])


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
        _cause(playbook, cause, belief[i], sorted([(row[i], name) for name, row in table]))
        for i, cause in enumerate(playbook.causes)
    ]
    first, *rest = sorted(causes, key=lambda cause: -cause.p)
    if not first.evidence_for:
        best = tuple(playbook.causes).index(first.id)
        first = msgspec.structs.replace(first, evidence_for=_against_rivals(playbook, start, known, best))
    return (first, *rest)


def _cause(playbook: Playbook, cause: str, p: float, weighed: Sequence[tuple[float, str]]) -> Cause:
    telling = playbook.limits.telling
    return Cause(
        id=cause,
        p=round(p, 6),
        evidence_for=tuple([name for ratio, name in reversed(weighed) if ratio >= telling]),
        against=tuple([name for ratio, name in weighed if ratio <= 1 / telling]),
    )


def _against_rivals(
    playbook: Playbook, start: Belief, known: Sequence[Evidence], cause: int
) -> tuple[str, ...]:
    """What speaks for a cause in this case: against the rivals that all the other facts leave."""
    belief = believe(start, known)
    weighed = []
    for item in known:
        rest = [p / max(chance, 1e-9) for p, chance in zip(belief, item.likelihood, strict=True)]
        weighed.append((ratios(normalised(rest), item)[cause], item.id))
    return tuple([name for ratio, name in sorted(weighed, reverse=True) if ratio >= playbook.limits.telling])
