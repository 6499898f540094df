"""Anything that can happen to a case, sensible or not, for properties that must hold whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hypothesis import strategies as st

from bot.domain.case import Case, JobEnd, JobStarted, Offered
from bot.domain.events import AnyEvent, BundleWritten, Heard, JobLost, LookedUp, ProbesReported, Tapped
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Value
from bot.domain.people import Role
from bot.domain.probe import Failure, ProbeResult
from bot.domain.verb import Verb
from tests.support.dialogue import CAMILLE, NOOR, SAMIR, STRANGER

TEXTS: Final = (
    "Bonjour", "Mon téléphone affiche No internet", "les appels ne partent plus", "le son est haché", "aide",
    "où en est mon dossier", "annuler", "recommencer", "parler à quelqu'un", "ça marche", "toujours en panne",
    "je ne peux pas", "je ne sais pas", "oui", "non", "14:32", "169.254.3.7", "10.20.3.4", "7.1.3.0991", "aucune",
    "Moi seulement", "j'ai déménagé", "tout l'étage est touché", "mon imprimante est en panne", "?",
)  # fmt: skip
VALUES: Final = (
    "",
    "no_internet_banner",
    "cannot_call",
    "not_a_phone_problem",
    "lyon",
    "nowhere",
    *TEXTS[-12:],
)
KEYS: Final = ("symptom", "site", "phone", "value", "scope", "serial", "phone.firmware")

_text = st.sampled_from(TEXTS) | st.text(max_size=40)
_values = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES) | st.text(max_size=20), max_size=3)
_results = st.builds(
    ProbeResult, prober=st.sampled_from(["dns", "tcp", "tls", "stun", "ntp", "x"]), host=st.just("a.example"),
    port=st.none(), ok=st.none() | st.booleans(), failure=st.none() | st.sampled_from(Failure),
    ms=st.none() | st.floats(0, 9999),
)  # fmt: skip


def _value(fact: str) -> st.SearchStrategy[Value]:
    kind = VOCABULARY[fact]
    if kind.kind == "number":
        return st.floats(-90_000, 90_000) | st.just(UNKNOWN)
    return st.sampled_from([*kind.values, UNKNOWN]) if kind.values else st.just("7.1.3.0991")


_fact = st.sampled_from(sorted(VOCABULARY)).flatmap(
    lambda fact: st.builds(Fact, id=st.just(fact), value=_value(fact))
)
_facts = st.lists(_fact, max_size=4).map(tuple)


def _pick(draw: st.DrawFn, known: Sequence[str]) -> str:
    """One of those known, preferably the newest, or none of them."""
    return draw(st.sampled_from([*known[-3:], *known[-1:], *known[-1:], "", "feedfacecafe"]))


def _message(draw: st.DrawFn, at: datetime) -> AnyEvent:
    role: Role = draw(st.sampled_from(["employee", "employee", "employee", "helpdesk"]))
    person = CAMILLE if role == "employee" else draw(st.sampled_from([SAMIR, NOOR]))
    return Heard(at=at, person=person, conversation="a", text=draw(_text), locale="fr", role=role)


def _tap(draw: st.DrawFn, at: datetime, case: Case | None) -> AnyEvent:
    role: Role = draw(st.sampled_from(["employee", "employee", "helpdesk"]))
    offers = [e.nonce for e in case.all(Offered) if e.to == role] if case else []
    allowed = role == "employee" or draw(st.booleans())
    helper = draw(st.sampled_from([SAMIR, NOOR])) if allowed else STRANGER
    return Tapped(
        at=at,
        person=CAMILLE if role == "employee" else helper,
        conversation="a",
        verb=draw(st.sampled_from([*Verb, *Verb, "nonsense"])),
        locale="fr",
        nonce=_pick(draw, offers),
        values=draw(_values),
        role=role,
        allowed=allowed,
    )


def _job(draw: st.DrawFn, at: datetime, case: Case | None) -> AnyEvent:
    job = _pick(draw, [entry.job for entry in case.all(JobStarted)] if case else [])
    missing = st.dictionaries(st.sampled_from(sorted(VOCABULARY)), st.just("why"), max_size=2)
    results = st.dictionaries(st.integers(0, 5), _results, max_size=3)
    match draw(st.integers(0, 3)):
        case 0:
            done, found = draw(st.booleans()), draw(_facts)
            return ProbesReported(
                at=at, job=job, runner="lyon", results=draw(results), facts=found, done=done
            )
        case 1:
            return LookedUp(at=at, job=job, facts=draw(_facts), not_checked=draw(missing))
        case 2:
            how: JobEnd = draw(st.sampled_from(["expired", "offline", "failed"]))
            return JobLost(at=at, job=job, how=how, detail=draw(st.sampled_from(["", "runner_offline"])))
        case _:
            return BundleWritten(at=at, job=job, name="ticket.zip", sha256="ab" * 32)


@st.composite
def happening(draw: st.DrawFn, at: datetime, case: Case | None) -> AnyEvent:
    """An event that may refer to what the case has offered and started."""
    kind = draw(st.sampled_from(["message", "tap", "tap", "job"]))
    if kind == "message":
        return _message(draw, at)
    return _tap(draw, at, case) if kind == "tap" else _job(draw, at, case)
