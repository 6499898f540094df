"""`decroche diagnose`: the engine for programs, JSON in and a `Diagnosis` out."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import Playbook, load, restricted
from bot.domain.diagnosis import Diagnosis, Done, Outcome
from bot.domain.fact import Fact, Value
from bot.errors import ConfigurationError

Moment = str | int | float | None
"""ISO 8601, or a number: seconds since 1970, or any numbering that tells the order."""


class FactIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as strangers write it."""

    id: str
    value: Value
    at: Moment = None
    source: str | None = None
    by: str | None = None


class DoneIn(msgspec.Struct, frozen=True, kw_only=True):
    """A step as strangers write it."""

    step: str
    outcome: Outcome
    at: Moment = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is known; ids that the playbook does not have prove nothing. `model` and `site` restrict the playbook."""

    symptom: str | None = None
    model: str = ""
    site: str = ""
    facts: tuple[FactIn, ...] = ()
    done: tuple[DoneIn, ...] = ()


def answer(data: bytes, playbook: Playbook | None = None) -> Diagnosis:
    """What the facts in a JSON document mean. Raises `ConfigurationError` when it cannot be read."""
    try:
        asked = msgspec.json.decode(data, type=Question)
        facts = [Fact(id=fact.id, value=fact.value, at=_moment(fact.at)) for fact in asked.facts]
        done = [Done(step=d.step, outcome=d.outcome, at=_moment(d.at)) for d in asked.done]
    except (msgspec.DecodeError, ValueError, OverflowError, OSError) as exc:
        raise ConfigurationError(f"this is no question for the engine: {exc}", _ADVICE) from exc
    book = restricted(playbook or load(), asked.model, asked.site)
    return diagnose(book, asked.symptom, facts, done)


_ADVICE = 'Give {"symptom": id, "facts": [{"id", "value"}], "done": [{"step", "outcome"}]}.'


def _moment(at: Moment) -> datetime | None:
    if at is None:
        return None
    if isinstance(at, str):
        moment = datetime.fromisoformat(at)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.fromtimestamp(at, UTC)
