"""What thinking costs: one evaluation of the engine with 60 facts, and recognising one message.

Both are printed beside the time it takes to read the same question as JSON, in the same run.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Final, TypeVar

import msgspec

from bot.diagnosis.ask import Question
from bot.diagnosis.engine import evaluate
from bot.diagnosis.playbook import load
from bot.diagnosis.recogniser import recognise
from bot.diagnosis.simulate.own import value_of
from bot.domain.diagnosis import Done
from bot.domain.fact import Fact

FACTS, QUESTIONS = 60, 200
MOST_EVALUATION_MS, MOST_MESSAGE_MS = 5.0, 10.0
MESSAGES: Final = Path(__file__).parents[1] / "golden" / "messages" / "tuning.toml"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)

T = TypeVar("T")
Asked = tuple[str, list[Fact], list[Done]]


def questions() -> list[Asked]:
    """Cases of 60 facts with times, some known twice, and acts tried in between; no two alike."""
    book, rng = load(), Random("bench")
    symptoms = [symptom.id for symptom in book.symptoms.values() if not symptom.out_of_scope]
    asked = []
    for _ in range(QUESTIONS):
        ids = [*book.rows, *rng.choices(sorted(book.rows), k=FACTS - len(book.rows))]
        facts = [
            Fact(id=i, value=value_of(book, i, rng.choice(list(book.rows[i]))), at=_minute(n))
            for n, i in enumerate(ids)
        ]
        acts = rng.sample(sorted(book.mends), 4)
        done = [Done(step=act, outcome="not_fixed", at=_minute(10 * n)) for n, act in enumerate(acts, 1)]
        asked.append((rng.choice(symptoms), facts, done))
    return asked


def _minute(n: int) -> datetime:
    return START + timedelta(minutes=n)


def _timed(call: Callable[[T], object], given: Iterable[T]) -> list[float]:
    """Milliseconds of processor time of the call, with each of what is given."""
    took = []
    for one in given:
        began = time.process_time()
        call(one)
        took.append((time.process_time() - began) * 1000)
    return took


def _evaluations(asked: Sequence[Asked]) -> list[float]:
    book = load()
    return _timed(lambda one: evaluate(book, *one), asked)


def _readings(asked: Sequence[Asked]) -> list[float]:
    written = [
        msgspec.json.encode({"symptom": symptom, "facts": facts, "done": done})
        for symptom, facts, done in asked
    ]
    return _timed(lambda one: msgspec.json.decode(one, type=Question), written)


def _messages() -> list[float]:
    texts: list[str] = [message["text"] for message in tomllib.loads(MESSAGES.read_text("utf-8"))["message"]]
    return _timed(lambda one: recognise(one, "fr"), texts)


def _shown(what: str, took: Sequence[float], most: float, peer: float) -> bool:
    p95 = quantiles(took, n=20)[-1]
    print(
        f"{what}: {median(took):.2f} ms in the middle, {p95:.2f} ms for 95 of 100, {max(took):.2f} ms at most "
        f"({median(took) / peer:.0f} times reading such a question as JSON; target {most:g} ms)"
    )
    return p95 <= most


def main() -> int:
    """Prints the figures; 1 when 95 of 100 take longer than promised."""
    asked = questions()
    _evaluations(asked[:20])
    for text in ("Mon télephone ne marhce plus", "my desk fone dosent work"):
        recognise(text, "fr")  # reads the phrases; no message is seen twice below
    peer = median(_readings(asked))
    kept = [
        _shown(f"engine: {FACTS} facts", _evaluations(asked), MOST_EVALUATION_MS, peer),
        _shown("recogniser: one message", _messages(), MOST_MESSAGE_MS, peer),
    ]
    return 0 if all(kept) else 1
