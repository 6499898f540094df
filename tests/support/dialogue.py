"""A conversation as a test reads it: who says or taps what, and what the bot does about it.

    talk = Dialogue()
    talk >> "Bonjour, mon téléphone affiche No internet"
    talk << "show safety!" << "start lookup" << "show intake"
    talk.tap("start", site="lyon")
    talk.probes(dns="fail")

What the bot did is written as in `deeds`: `show ask.scope`, `tell say.noted`, `refresh checks`, `start probes`;
`!` marks what is vital, `helpdesk:` what is for the helpdesk. The card of the helpdesk is brought up to date with
every change, so that goes without saying. After every event all that must always hold is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from bot.diagnosis.playbook import load
from bot.domain.case import Case, JobEnd, JobKind, JobStarted, Judged, Stage
from bot.domain.diagnosis import Locale
from bot.domain.events import (
    AnyEffect,
    AnyEvent,
    BundleWritten,
    Heard,
    JobLost,
    LookedUp,
    ProbesReported,
    Tapped,
    Tell,
)
from bot.domain.fact import Value
from bot.domain.people import Person, Role
from bot.domain.probe import ProbeResult
from bot.domain.site import Site, Sites
from bot.domain.views import Field, StepView, View
from dialogs import guide
from dialogs.advance import advance
from dialogs.draft import Draft, Rules
from dialogs.views import view_of
from tests.support.always import check_always
from tests.support.deeds import deeds
from tests.support.values import as_facts, dotted

CAMILLE: Final = Person(id="29:1camille", name="Camille Durand", aad="aad-camille")
SAMIR: Final = Person(id="29:1samir", name="Samir", aad="aad-samir")
NOOR: Final = Person(id="29:1noor", name="Noor", aad="aad-noor")
STRANGER: Final = Person(id="29:1stranger", name="Alex", aad="aad-alex")

LYON: Final = Site(id="lyon", name="Lyon", voice_subnets=("10.20.0.0/16",), emergency_numbers=("112", "15"))
PORTO: Final = Site(id="porto", name="Porto", time_zone="Europe/Lisbon")

NETWORK_FINE: Final[dict[str, Value]] = {
    "dns": "ok", "tcp443": "ok", "tls": "ok", "udp3478": "ok", "ntp": "ok", "ntp.offset_s": 0.1, "http80": "ok",
    "proxy": "none",
}  # fmt: skip
ACCOUNT_FINE: Final[dict[str, Value]] = {
    "account.enabled": "yes", "account.signin": "ok", "licence.teams": "ok", "licence.teams_phone": "ok",
    "licence.assigned_by": "group", "voice.enabled": "yes", "voice.calling": "calling_plan", "policy.phone": "ok",
    "service_health.teams": "ok",
}  # fmt: skip

REPORT: Final[dict[Locale, str]] = {
    "fr": "Bonjour, mon téléphone affiche « No internet »",
    "en": "Hello, my desk phone says no internet",
}


def sites(*which: Site) -> Sites:
    return {site.id: site for site in which}


class Dialogue:
    """One person's conversation with the bot, and the helpdesk's side of it; the time is the test's."""

    def __init__(
        self,
        *which: Site,
        locale: Locale = "fr",
        start: datetime = datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
    ) -> None:
        self.rules = Rules(playbook=load(), sites=sites(*(which or (LYON,))))
        self.locale = locale
        self.now = start
        self.maybe: Case | None = None
        self.cases = 0
        self.effects: tuple[AnyEffect, ...] = ()
        self._unread: list[str] = []
        self._last: AnyEvent | None = None

    def copy(self) -> Dialogue:
        """The same conversation, to be continued in another way."""
        other = copy(self)
        other._unread = list(self._unread)
        return other

    # What happens.

    def happens(self, event: AnyEvent) -> Self:
        """Any event; `now` moves on by ten seconds afterwards."""
        before = self.maybe
        after = advance(before, event, self.rules, f"D-{1001 + self.cases}")
        same = before is not None and after.case is not None and after.case.id == before.id
        check_always(before if same else None, after, self.rules)
        self.cases += after.case is not None and not same
        self.maybe = after.case or before
        self.effects, self._last = after.effects, event
        self._unread = [text for text in self.did if text != "refresh triage"]
        self.now += timedelta(seconds=10)
        return self

    def again(self) -> Self:
        """The same event once more, as Teams or a job may deliver it twice."""
        assert self._last is not None
        return self.happens(self._last)

    def later(self, **delta: float) -> Self:
        """Lets time pass (`minutes=5`)."""
        self.now += timedelta(**delta)
        return self

    def __rshift__(self, text: str) -> Self:
        """The employee writes something."""
        return self.happens(
            Heard(at=self.now, person=CAMILLE, conversation="a:camille", text=text, locale=self.locale)
        )

    def tap(self, verb: str, nonce: str | None = None, **values: str) -> Self:
        """The employee uses a button of the card that waits, or of the one with this nonce."""
        if nonce is None:
            waiting = self.maybe.offer() if self.maybe else None
            nonce = waiting.nonce if waiting else ""
        return self.happens(self._tapped(CAMILLE, verb, nonce, values, "employee"))

    def reported(self, site: str = "lyon", **values: str) -> Self:
        """A message, then the first form: the checks now run."""
        self >> REPORT[self.locale]
        return self.tap("start", site=site, **values)

    def checked(self, **different: Value) -> Self:
        """A message, the first form, and all checks: fine but for what is named."""
        account = {name.replace(".", "_") for name in ACCOUNT_FINE}
        self.reported()
        self.looked_up(**{name: value for name, value in different.items() if name in account})
        return self.probes(**{name: value for name, value in different.items() if name not in account})

    def answer(self, value: str) -> Self:
        """The employee answers the question that waits with its card."""
        return self.tap("answer", value=value)

    def fill(self, **answers: str) -> Self:
        """The employee fills in the form that waits: `fill(phone_power="on")` answers `ask.phone_power`."""
        return self.tap("answer", **{f"ask.{name}": text for name, text in answers.items()})

    def agent_fills(self, **answers: str) -> Self:
        """Somebody of the helpdesk fills in the form that waits for them."""
        return self._agent("answer", {f"ask.{name}": text for name, text in answers.items()})

    def answered_with(self, answers: Mapping[str, str]) -> bool:
        """Answers what waits with those of these answers that fit, and as if all were well; False if none fits."""
        asked = [field.id for field in self.form()]
        if self.asked in answers:
            self.answer(answers[self.asked])
        elif set(asked) & answers.keys():
            self.tap("answer", **{q: answers.get(q) or self.fine_answer(q) for q in asked})
        else:
            return False
        return True

    def form(self, to: Role = "employee") -> tuple[Field, ...]:
        """The inputs of the form that waits; none when no form does."""
        waiting = self.maybe.offer(to) if self.maybe else None
        view = self.view(f"step:{waiting.n}") if waiting else None
        return view.fields if isinstance(view, StepView) else ()

    def agent(self, verb: str, who: Person = SAMIR, nonce: str | None = None, **values: str) -> Self:
        """Somebody of the helpdesk uses a button of the triage card, or of the step that waits for them."""
        return self._agent(verb, values, who, nonce)

    def _agent(
        self, verb: str, values: dict[str, str], who: Person = SAMIR, nonce: str | None = None
    ) -> Self:
        if nonce is None:
            waiting = self.case.offer("helpdesk")
            nonce = waiting.nonce if waiting else ""
        return self.happens(self._tapped(who, verb, nonce, values, "helpdesk"))

    def outsider(self, verb: str) -> Self:
        """Somebody who does not belong to the helpdesk uses a button of the triage card."""
        nonce = waiting.nonce if (waiting := self.case.offer("helpdesk")) else ""
        return self.happens(self._tapped(STRANGER, verb, nonce, {}, "helpdesk", allowed=False))

    def agent_writes(self, text: str, who: Person = SAMIR) -> Self:
        """Somebody of the helpdesk writes in the thread of the case."""
        return self.happens(
            Heard(at=self.now, person=who, conversation="19:desk", text=text, locale="fr", role="helpdesk")
        )

    def looked_up(self, **different: Value) -> Self:
        """The directory answers: all is well, but for what is named (`licence_teams="missing"`)."""
        facts = ACCOUNT_FINE | dotted(different, ACCOUNT_FINE)
        upn = {"upn": "camille@contoso.fr"}
        return self.happens(LookedUp(at=self.now, job=self.job("lookup"), facts=as_facts(facts), account=upn))

    def probes(self, **different: Value) -> Self:
        """The runner reports everything: the network is fine, but for what is named (`dns="fail"`)."""
        facts = as_facts(NETWORK_FINE | dotted(different, NETWORK_FINE))
        job = self.job("probes")
        return self.happens(
            ProbesReported(at=self.now, job=job, runner="lyon", results={}, facts=facts, done=True)
        )

    def some_probes(self, *results: ProbeResult) -> Self:
        """The runner reports part of its results; more will come."""
        job = self.job("probes")
        return self.happens(
            ProbesReported(at=self.now, job=job, runner="lyon", results=dict(enumerate(results)))
        )

    def lost(self, what: JobKind, how: JobEnd = "expired", detail: str = "") -> Self:
        """A job brings nothing more."""
        return self.happens(JobLost(at=self.now, job=self.job(what), how=how, detail=detail))

    def bundle(self) -> Self:
        """The ticket for Microsoft lies ready."""
        job = self.job("bundle")
        return self.happens(BundleWritten(at=self.now, job=job, name=f"{job}.zip", sha256="ab" * 32))

    def _tapped(
        self,
        person: Person,
        verb: str,
        nonce: str,
        values: dict[str, str],
        role: Role,
        *,
        allowed: bool = True,
    ) -> Tapped:
        return Tapped(
            at=self.now,
            person=person,
            conversation="a:camille" if role == "employee" else "19:desk",
            verb=verb,
            locale=self.locale,
            nonce=nonce,
            values=values,
            role=role,
            allowed=allowed,
        )

    def nothing_helps(self) -> Self:
        """Whoever has the next step answers it as if all were well, or tries it in vain."""
        if self.asked == "details":
            return self.tap("answer", serial="64167F000001")
        if self.form():
            return self.tap("answer", **{field.id: self.fine_answer(field.id) for field in self.form()})
        if self.form("helpdesk"):
            return self._agent("answer", {f.id: f.choices[0].value for f in self.form("helpdesk")})
        if self.asked.startswith("ask."):
            return self.answer(self.fine_answer(self.asked))
        if self.asked:
            return self.tap("not_fixed")
        if self.to_do.startswith("ask."):
            return self.agent("answer", value=next(iter(self.rules.playbook.steps[self.to_do].choices)))
        if self.to_do:
            return self.agent("escalate" if self.to_do == "escalate.helpdesk" else "not_fixed")
        waited_for = self.case.running()[0].what
        return {"lookup": self.looked_up, "probes": self.probes, "bundle": self.bundle}[waited_for]()

    def fine_answer(self, question: str) -> str:
        """What a phone that is well would have the employee answer to a question."""
        step = self.rules.playbook.steps[question]
        typed = {
            "ask.phone_time": self.clock(),
            "ask.phone_ip": "10.20.30.41",
            "ask.phone_firmware": "9.0.0.10460",
        }
        usual = {"ask.moved_recently": "no", "ask.changed_recently": "no", "ask.phone_static_config": "no"}
        return (typed | usual).get(step.id) or next(iter(step.choices))

    def puts(self, step: str) -> Self:
        """The bot puts this step to the employee, whatever it would have chosen itself."""
        draft = Draft(self.case, self.now, self.rules)
        guide.set_aside(draft, "overtaken")
        guide.offer(draft, step)
        self.maybe = draft.case
        return self

    def puts_to_helpdesk(self, step: str) -> Self:
        """As `puts`, to the helpdesk; what it had to do is overtaken."""
        draft = Draft(self.case, self.now, self.rules)
        waiting = self.case.offer("helpdesk")
        if waiting:
            draft.step(waiting.step, "refused", "bot", waiting.nonce)
        guide.hand_over(draft, step, "needs_person")
        self.maybe = draft.case
        return self

    def until(self, step: str) -> Self:
        """Nothing helps, until this step waits for somebody (alone or on a form), or the case is in this stage."""
        for _ in range(40):
            if step in {self.asked, self.to_do, self.stage, *(field.id for field in self.form())}:
                return self
            if self.stage is Stage.microsoft:
                break
            self.nothing_helps()
        raise AssertionError(f"{step} never came")

    def proved(self) -> Self:
        """The employee carries out every proof, and it holds."""
        while self.asked.startswith("verify."):
            self.tap("fixed")
        return self

    # What the bot does about it.

    def __lshift__(self, did: str) -> Self:
        """The next thing that the bot did; what was not read when the next event comes is of no interest."""
        assert self._unread, f"expected {did!r}, but nothing more was done"
        found = self._unread.pop(0)
        assert found == did, f"expected {did!r}, found {found!r}, then {self._unread}"
        return self

    def expect(self, *did: str) -> Self:
        """Exactly what the bot did, in order."""
        assert tuple(self._unread) == did
        self._unread = []
        return self

    def sees(self, did: str) -> Self:
        """Something that the bot did, among other things."""
        assert did in self._unread
        return self

    @property
    def did(self) -> list[str]:
        """All that the bot did about the last event; that it will come back by itself goes without saying."""
        return deeds(self.effects, self.maybe)

    # How things stand.

    @property
    def case(self) -> Case:
        """The newest case."""
        assert self.maybe is not None, "no case was opened"
        return self.maybe

    @property
    def stage(self) -> Stage:
        return self.case.stage

    @property
    def asked(self) -> str:
        """The step that waits for the employee, or nothing."""
        waiting = self.case.offer()
        return waiting.step if waiting else ""

    @property
    def to_do(self) -> str:
        """The step that waits for the helpdesk, or nothing."""
        return waiting.step if (waiting := self.case.offer("helpdesk")) else ""

    @property
    def nonce(self) -> str:
        """The mark of the card that waits for the employee."""
        waiting = self.case.offer()
        return waiting.nonce if waiting else ""

    @property
    def verdict(self) -> str:
        judged = self.case.last(Judged)
        return judged.verdict if judged else "undetermined"

    def job(self, what: JobKind) -> str:
        """The id of the job of this kind that runs."""
        return next(job.job for job in self.case.running() if job.what == what)

    def jobs(self) -> tuple[JobKind, ...]:
        """The kinds of all jobs that were ever started."""
        return tuple(job.what for job in self.case.all(JobStarted))

    def fact(self, fact_id: str) -> Value | None:
        """The last value noted for a fact."""
        return next((f.value for f in reversed(self.case.facts()) if f.id == fact_id), None)

    def told(self, text: str) -> dict[str, str]:
        """The values of a sentence that was just said."""
        return next(e.values for e in self.effects if isinstance(e, Tell) and e.text == text)

    def view(self, slot: str) -> View | None:
        """What a card says now."""
        return view_of(self.maybe, slot, self.rules, self.locale)

    def clock(self, ahead: timedelta = timedelta(0), zone: str = "Europe/Paris") -> str:
        """What a phone shows now whose clock is that much ahead."""
        return (self.now + ahead).astimezone(ZoneInfo(zone)).strftime("%H:%M")
