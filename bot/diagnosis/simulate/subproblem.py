"""Small parts of the playbook, small enough that the best possible order of steps can be computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final

import msgspec

from bot.diagnosis.likelihood import Rows
from bot.diagnosis.playbook import OTHER, Playbook
from bot.diagnosis.spec import CauseSpec, Cure, StepSpec

SYMPTOM: Final = "no_internet_banner"
ENDS: Final = ("escalate.helpdesk", "escalate.microsoft")
TRIES: Final = 200


class Subproblem(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook of a few causes and steps. `start` are the weights of its hypotheses under the symptom.

    Conditions other than `requires` are left out, so that engine and optimum may do the same.
    """

    playbook: Playbook
    start: tuple[float, ...]
    steps: tuple[StepSpec, ...]

    @property
    def name(self) -> str:
        """Its causes and questions, for a report."""
        asked = [step.id for step in self.steps if step.id not in self.playbook.mends]
        return " ".join((*self.playbook.causes, *asked))

    def outcomes(self, step: StepSpec) -> Mapping[str, tuple[float, ...]]:
        """What may come of a step, with its probability under each hypothesis."""
        if step.kind == "act" and step.twin is None:
            works = self.playbook.mends[step.id]
            return {"works": works, "fails": tuple(1 - p for p in works)}
        return self.playbook.rows[step.twin or step.reveals[0]]

    def mends(self, step: StepSpec, outcome: str) -> bool:
        """True when that outcome ends the matter."""
        return outcome == "works" and step.id in self.playbook.mends

    def cost(self, step: StepSpec) -> float:
        """Minutes of people's time, weighed as the playbook weighs them."""
        return step.minutes * (1.0 if step.who in {"user", "bot"} else self.playbook.limits.agent_factor)


def sample(playbook: Playbook, rng: Random, causes: Sequence[int], most: int) -> Subproblem | None:
    """A random part with so many causes, their cures and as many questions as fit; None if none is found."""
    for _ in range(TRIES):
        chosen = rng.sample(sorted(playbook.causes), min(rng.choice(causes), len(playbook.causes)))
        cures = list(dict.fromkeys(c.step for i in chosen for c in playbook.causes[i].cures if c.p > 0))
        if cures and len(cures) < most:
            asks = sorted(_telling(playbook, chosen))
            questions = rng.sample(asks, min(len(asks), most - len(cures)))
            return restrict(playbook, chosen, [*cures, *questions])
    return None


def restrict(playbook: Playbook, causes: Sequence[str], steps: Sequence[str]) -> Subproblem:
    """The part of a playbook that knows only these causes and steps."""
    kept = [_plain(playbook.steps[i], steps) for i in dict.fromkeys(steps)]
    specs = {i: _cause(playbook.causes[i], steps) for i in causes}
    places = [playbook.hypotheses.index(h) for h in (*causes, OTHER)]
    facts = {f for step in kept for f in (*step.reveals, step.twin or "") if f in playbook.facts}
    part = msgspec.structs.replace(
        playbook,
        version=f"{playbook.version}:{'+'.join((*causes, *steps))}",
        limits=msgspec.structs.replace(
            playbook.limits, other_prior=_other(playbook, causes), microsoft_after=(), check_order=()
        ),
        causes=specs,
        facts={i: fact for i, fact in playbook.facts.items() if i in facts},
        steps={step.id: step for step in (*kept, *(_plain(playbook.steps[i], ()) for i in ENDS))},
        rows={i: _columns(rows, places) for i, rows in playbook.rows.items() if i in facts},
        mends={a: tuple(row[p] for p in places) for a, row in playbook.mends.items() if a in steps},
    )
    weights = [_weight(playbook, i) for i in causes]
    return Subproblem(playbook=part, start=(*weights, part.limits.other_prior), steps=tuple(kept))


def _telling(playbook: Playbook, causes: Iterable[str]) -> Iterable[str]:
    """Questions and trials that tell these causes apart."""
    wanted = set(causes)
    for step in playbook.steps.values():
        fact = step.twin if step.kind == "act" else next(iter(step.reveals), None)
        asked = step.kind == "ask" or (step.kind == "act" and step.id not in playbook.mends)
        known = playbook.facts.get(fact or "")
        if asked and step.suits(SYMPTOM) and known and wanted.intersection(known.likely):
            yield step.id


def _plain(step: StepSpec, others: Sequence[str]) -> StepSpec:
    return StepSpec(
        id=step.id,
        who=step.who,
        minutes=step.minutes,
        title=step.title,
        reveals=step.reveals[:1],
        input=step.input,
        choices=step.choices,
        requires=tuple(i for i in step.requires if i in others),
        risk=step.risk,
        twin=step.twin,
    )


def _cause(cause: CauseSpec, steps: Sequence[str]) -> CauseSpec:
    best: dict[str, float] = {}
    for cure in cause.cures:
        if cure.step in (*steps, *ENDS):
            best[cure.step] = max(cure.p, best.get(cure.step, 0.0))
    return msgspec.structs.replace(cause, cures=tuple(Cure(step=i, p=p) for i, p in best.items()))


def _columns(rows: Rows, places: Sequence[int]) -> Rows:
    return {value: tuple(row[place] for place in places) for value, row in rows.items()}


def _weight(playbook: Playbook, cause: str) -> float:
    spec = playbook.symptoms.get(SYMPTOM)
    return playbook.causes[cause].prior * (spec.priors.get(cause, 1.0) if spec else 1.0)


def _other(playbook: Playbook, causes: Iterable[str]) -> float:
    """The weight of « none of these », kept in proportion."""
    total = sum(_weight(playbook, i) for i in playbook.causes)
    return playbook.limits.other_prior * sum(_weight(playbook, i) for i in causes) / total
