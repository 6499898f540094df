"""The world that the playbook itself describes: its priors, rows and cures taken at their word."""

from __future__ import annotations

from bot.diagnosis.playbook import OTHER, Playbook, bucket
from bot.diagnosis.simulate.settings import Settings
from bot.diagnosis.simulate.tables import ANY, FOLLOWS, Act, Chances, Fault, Remedy, Source, Table, World
from bot.diagnosis.spec import CauseSpec, Wanted
from bot.domain.fact import UNKNOWN, Value


def own_world(playbook: Playbook, settings: Settings) -> World:
    """The playbook as a world; what it has no number for (symptoms, refusals) comes from the settings."""
    twins = {step.twin for step in playbook.steps.values() if step.id in playbook.mends}
    drawn = [fact for fact in playbook.rows if fact not in twins]
    ordinary = {fact: _table(playbook, fact, OTHER) for fact in drawn}
    unknown = Source(unknown=settings.own_unknown)
    return World(
        faults=tuple(_fault(playbook, settings, c, ordinary) for c in playbook.causes.values()),
        background=ordinary,
        sources=dict.fromkeys(drawn, unknown),
        acts={act: Act(cannot=settings.own_cannot) for act in playbook.mends},
        remedies={c.id: _remedies(playbook, c) for c in playbook.causes.values()},
        chance=playbook.limits.by_chance,
    )


def _fault(playbook: Playbook, settings: Settings, cause: CauseSpec, ordinary: dict[str, Table]) -> Fault:
    tables = {fact: _table(playbook, fact, cause.id) for fact in ordinary}
    symptoms = {s: _share(playbook, settings, cause, s) for s in playbook.symptoms}
    weight = sum(symptoms.values())
    return Fault(
        cause=cause.id,
        weight=weight,
        symptoms={s: p / weight for s, p in symptoms.items() if p > 0},
        facts={fact: table for fact, table in tables.items() if table != ordinary[fact]},
    )


def _share(playbook: Playbook, settings: Settings, cause: CauseSpec, symptom: str) -> float:
    """How often this cause is met with this complaint, among all cases."""
    spec = playbook.symptoms[symptom]
    if spec.out_of_scope:
        return 0.0
    total = sum(c.prior * spec.priors.get(c.id, 1.0) for c in playbook.causes.values())
    often = settings.symptoms.get(symptom, settings.symptoms[ANY])
    return often * cause.prior * spec.priors.get(cause.id, 1.0) / total


def _table(playbook: Playbook, fact: str, hypothesis: str) -> Table:
    place = playbook.hypotheses.index(hypothesis)
    chances = tuple((value_of(playbook, fact, w), row[place]) for w, row in playbook.rows[fact].items())
    if fact not in FOLLOWS:
        return {ANY: _normalised(chances)}
    normal = value_of(playbook, fact, playbook.facts[fact].usual)
    leading = playbook.facts[FOLLOWS[fact]]
    odd = _normalised(tuple(pair for pair in chances if pair[0] != normal))
    return {word: ((normal, 1.0),) if word == leading.usual else odd for word in leading.default}


def _normalised(chances: Chances) -> Chances:
    total = sum(p for _, p in chances)
    return tuple((value, p / total) for value, p in chances)


def value_of(playbook: Playbook, fact: str, word: str) -> Value:
    """A value that the playbook reads as this word."""
    spec = playbook.facts[fact]
    if spec.buckets is None:
        return word
    limits: list[Value] = [*spec.buckets.limits, "1.0.0.1", 0, 3600]
    limits += [float(limit) * 2 for limit in spec.buckets.limits if spec.buckets.kind == "size"]
    return next((value for value in limits if bucket(spec, value) == word), UNKNOWN)


def _remedies(playbook: Playbook, cause: CauseSpec) -> tuple[Remedy, ...]:
    """What mends a cause; a condition is judged by what the facts truly are, `unknown` by none."""
    place = playbook.hypotheses.index(cause.id)
    chosen = {cure.step for cure in cause.cures}
    others = {act: row[place] for act, row in playbook.mends.items() if act not in chosen}
    return (
        *(Remedy(act=c.step, p=c.p, when=_truly(c.when)) for c in cause.cures if c.p > 0),
        *(Remedy(act=act, p=p) for act, p in others.items() if p > playbook.limits.by_chance),
    )


def _truly(when: Wanted) -> dict[str, tuple[Value, ...]]:
    return {fact: tuple(v for v in values if v != UNKNOWN) for fact, values in when.items()}
