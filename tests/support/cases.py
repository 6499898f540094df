"""Cases for tests, built line by line as a real one would grow, with times that only move forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from bot.domain.case import (
    AnyEntry,
    Attached,
    Bundled,
    Case,
    Claimed,
    Denied,
    JobEnd,
    JobEnded,
    JobKind,
    JobStarted,
    Judged,
    Known,
    Moved,
    NotChecked,
    Noted,
    Offered,
    Opened,
    Probed,
    Said,
    Stage,
    Stepped,
    Symptom,
    Told,
)
from bot.domain.diagnosis import Locale, Outcome
from bot.domain.fact import Source, Value
from bot.domain.people import Person, Role
from bot.domain.probe import Failure, ProbeResult, Where

START = datetime(2026, 3, 10, 8, 14, tzinfo=UTC)
CAMILLE = Person(
    id="29:1camille",
    name="Camille Durand",
    aad="4f6c2b1e-0a3d-4b7a-9a51-0d8f5b3f7c11",
    upn="camille.durand@contoso.fr",
)
SAMIR = Person(id="29:1samir", name="Samir Benali", upn="samir.benali@contoso.fr")
CONVERSATION = "a:1camille"


class CaseBuilder:
    """Appends one entry per call and returns itself; each entry is `tick` later than the one before."""

    def __init__(
        self, case_id: str = "D-1042", *, start: datetime = START, tick: timedelta = timedelta(seconds=30)
    ) -> None:
        self.id = case_id
        self.tick = tick
        self._next = start
        self._ledger: list[AnyEntry] = []

    @property
    def case(self) -> Case:
        """The case so far."""
        return Case(id=self.id, ledger=tuple(self._ledger))

    @property
    def n(self) -> int:
        """The number of the newest entry."""
        return len(self._ledger)

    def later(self, delta: timedelta) -> Self:
        """Lets time pass before the next entry."""
        self._next += delta
        return self

    def add(self, kind: type[AnyEntry], by: str = "bot", **fields: Any) -> Self:
        """Appends an entry of any kind."""
        self._ledger.append(kind(n=self.n + 1, at=self._next, by=by, **fields))
        self._next += self.tick
        return self

    def opened(
        self,
        symptom: str | None = "no_internet_banner",
        *,
        person: Person = CAMILLE,
        locale: Locale = "fr",
        playbook: str = "test",
        conversation: str = CONVERSATION,
    ) -> Self:
        fields = {"person": person, "conversation": conversation, "locale": locale, "playbook": playbook}
        return self.add(Opened, "user", symptom=symptom, **fields)

    def said(self, text: str, role: Role = "employee", by: str = "user") -> Self:
        return self.add(Said, by, text=text, role=role)

    def symptom(self, symptom: str) -> Self:
        return self.add(Symptom, "user", symptom=symptom)

    def told(self, what: str = "safety") -> Self:
        return self.add(Told, what=what)

    def known(self, topic: str, by: str = "user", /, **data: str) -> Self:
        return self.add(Known, by, topic=topic, data=data)

    def fact(
        self, fact: str, value: Value, source: Source = Source.told, by: str = "user", about: str = ""
    ) -> Self:
        return self.add(Noted, by, fact=fact, value=value, source=source, about=about)

    def looked_up(self, fact: str, value: Value) -> Self:
        return self.fact(fact, value, Source.looked_up, "graph", "lookup.account")

    def measured(self, fact: str, value: Value, runner: str = "lyon") -> Self:
        return self.fact(fact, value, Source.measured, f"runner:{runner}", "probe.network")

    def not_checked(self, fact: str, why: str) -> Self:
        return self.add(NotChecked, fact=fact, why=why)

    def offered(self, step: str, to: Role = "employee", nonce: str | None = None) -> Self:
        return self.add(Offered, step=step, to=to, nonce=nonce or f"nonce-{self.n + 1}")

    def stepped(self, step: str, outcome: Outcome = "not_fixed", by: str = "user", note: str = "") -> Self:
        """A step that ended; it answers the newest offer of that step, if there is one."""
        nonces = [e.nonce for e in self._ledger if isinstance(e, Offered) and e.step == step]
        return self.add(
            Stepped, by, step=step, outcome=outcome, nonce=nonces[-1] if nonces else "", note=note
        )

    def started(self, job: str = "j1", what: JobKind = "probes", step: str = "probe.network") -> Self:
        return self.add(JobStarted, job=job, what=what, step=step)

    def ended(self, job: str = "j1", how: JobEnd = "done", detail: str = "") -> Self:
        return self.add(JobEnded, job=job, how=how, detail=detail)

    def probed(
        self,
        prober: str,
        host: str,
        port: int | None = None,
        failure: Failure | None = None,
        *,
        at: Where | None = None,
        ms: float | None = 12.5,
        runner: str = "lyon",
        **details: Any,
    ) -> Self:
        """One probe's result; it is fine unless a `failure` is named."""
        ok = failure is None
        result = ProbeResult(
            prober=prober, host=host, port=port, ok=ok, failure=failure, at=at, ms=ms, details=details
        )
        index = sum(isinstance(entry, Probed) for entry in self._ledger)
        return self.add(Probed, f"runner:{runner}", job="j1", index=index, result=result)

    def judged(self, verdict: str, p: float, *evidence_for: int, against: tuple[int, ...] = ()) -> Self:
        return self.add(Judged, verdict=verdict, p=p, evidence_for=evidence_for, against=against)

    def moved(self, to: Stage, why: str = "") -> Self:
        return self.add(Moved, to=to, why=why)

    def claimed(self, agent: Person = SAMIR) -> Self:
        return self.add(Claimed, f"agent:{agent.name}", agent=agent)

    def denied(self, person: Person = CAMILLE, verb: str = "resolve") -> Self:
        return self.add(Denied, person=person, verb=verb)

    def attached(self, name: str, sha256: str = "ab" * 32, size: int = 20_480) -> Self:
        return self.add(Attached, "user", name=name, sha256=sha256, size=size)

    def bundled(self, name: str = "D-1042.zip", missing: tuple[str, ...] = ()) -> Self:
        return self.add(Bundled, name=name, sha256="cd" * 32, missing=missing)
