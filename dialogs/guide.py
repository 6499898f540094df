"""The guided part: measure what can be measured, then one question or action at a time, then a verdict."""

from __future__ import annotations

from bot.diagnosis.engine import diagnose
from bot.domain.case import Case, Judged, Noted, Offered, Stage, Stepped
from bot.domain.diagnosis import UNDETERMINED, Cause, Diagnosis, NextStep
from bot.domain.events import Refresh, Show, StartLookup, StartProbes
from dialogs import escalate, remeasure, reminders
from dialogs.draft import Draft, Rules, slot_of

LOOKUP = "lookup.account"
PROBES = "probe.network"
RECHECK = "verify.recheck_probes"


def judge(case: Case, rules: Rules) -> Diagnosis:
    """What the engine says of the case as it is."""
    return diagnose(rules.book(case), case.symptom, case.facts(), case.done())


def begin(draft: Draft) -> None:
    """Starts the automatic checks and announces them."""
    draft.move(Stage.guiding)
    if not _looked_up(draft.case):
        start_lookup(draft)
    measuring = start_probes(draft)
    draft.do(Show(to="employee", slot="checks"))
    if not measuring:
        draft.tell("say.runner_offline")
    proceed(draft)


def _looked_up(case: Case) -> bool:
    running = any(job.what == "lookup" for job in case.running())
    return running or any(done.step == LOOKUP for done in case.done())


def start_lookup(draft: Draft) -> None:
    """Asks the directory about the person."""
    draft.do(StartLookup(job=draft.job("lookup", LOOKUP)))


def start_probes(draft: Draft, *, recheck: bool = False, facts: tuple[str, ...] = ()) -> bool:
    """Asks the site's runner to measure (only these `facts`, where some are named); False when no site is known."""
    site = draft.case.site
    if site is None or site not in draft.rules.sites:
        for fact in draft.rules.book(draft.case).steps[PROBES].reveals:
            draft.not_checked(fact, "no_site", "bot", about=PROBES)
        draft.step(PROBES, "cannot", "bot")
        return False
    job = draft.job("probes", PROBES, recheck=recheck, facts=facts)
    mac, symptom = draft.case.known("phone").get("mac", ""), draft.case.symptom or ""
    plan = f"fact:{','.join(facts)}" if facts else ""
    draft.do(StartProbes(job=job, site=site, plan=plan, mac=mac, symptom=symptom))
    return True


def proceed(draft: Draft) -> None:
    """Takes the next step that the facts call for, unless something is being measured or somebody has one."""
    if draft.case.running() or draft.case.stage in {Stage.microsoft, Stage.verifying, Stage.intake}:
        return
    diagnosis = judge(draft.case, draft.rules)
    announce(draft, diagnosis)
    if draft.case.offer() is None and draft.case.offer("helpdesk") is None:
        _take(draft, diagnosis.next)


def _take(draft: Draft, step: NextStep | None) -> None:
    if step is None:
        hand_over(draft, "escalate.helpdesk", "nothing_left")
    elif step.kind == "lookup":
        start_lookup(draft)
    elif step.kind == "probe":
        _measure(draft)
    elif step.kind == "verify":
        _prove(draft, step.step)
    elif step.step == escalate.STEP:
        draft.move(Stage.guiding)
        escalate.begin(draft)
    elif step.who == "user":
        draft.move(Stage.guiding)
        offer(draft, step.step)
    else:
        hand_over(draft, step.step, "needs_person")


def _prove(draft: Draft, step: str) -> None:
    """The engine believes that it is mended: the first proof is asked for, `verify` sees to the rest."""
    draft.move(Stage.verifying)
    again = remeasure.facts(draft.case, draft.rules)
    if step != RECHECK or not start_probes(draft, recheck=True, facts=again):
        offer(draft, "verify.test_call" if step == RECHECK else step)


def _measure(draft: Draft) -> None:
    if not start_probes(draft):
        proceed(draft)


def reconsider(draft: Draft, offered: Offered) -> None:
    """Something new was learnt while a step waited: asks it again only if it is still the best one."""
    best = judge(draft.case, draft.rules).next
    if best is not None and best.step == offered.step:
        draft.do(Show(to="employee", slot=f"step:{offered.n}"))
        return
    set_aside(draft, "overtaken")
    proceed(draft)


def offer(draft: Draft, step: str) -> None:
    """Puts a question or an action to the employee, on a card of its own."""
    offered = draft.offer(step, "employee")
    draft.do(Show(to="employee", slot=f"step:{offered.n}"))
    if step.startswith("verify."):
        reminders.plan(draft, offered)


def hand_over(draft: Draft, step: str, why: str) -> None:
    """Puts a step to the helpdesk, unless it has one; the first time, a triage card is posted.

    The employee is told in any case.
    """
    waiting = draft.case.offer("helpdesk")
    set_aside(draft, "handed_over")
    if waiting is not None:
        draft.move(Stage.microsoft if waiting.step == escalate.STEP else Stage.helpdesk, why)
        draft.tell("say.person_already")
        return
    first = not any(offered.to == "helpdesk" for offered in draft.case.all(Offered))
    draft.move(Stage.helpdesk, why)
    offered = draft.offer(step, "helpdesk")
    if first:
        draft.do(Show(to="helpdesk", slot="triage", urgency="vital"))
    known = draft.rules.book(draft.case).steps.get(step)
    if known is not None and known.kind == "ask":
        draft.do(Show(to="helpdesk", slot=f"step:{offered.n}"))
    if not first:
        draft.tell("say.back_to_helpdesk", to="helpdesk")
    if first:
        draft.do(Show(to="employee", slot="handover", urgency="vital"))
    else:
        draft.tell("say.person_again")


def set_aside(draft: Draft, why: str, by: str = "bot") -> None:
    """Takes back the step that waits for the employee, so that its card shows no live button."""
    waiting = draft.case.offer()
    if waiting is not None:
        draft.step(waiting.step, "refused", by, waiting.nonce, note=why)
        draft.do(Refresh(slot=slot_of(waiting)))


def announce(draft: Draft, diagnosis: Diagnosis) -> None:
    """Notes a new verdict and shows it."""
    if record(draft, diagnosis) and diagnosis.verdict != UNDETERMINED:
        draft.do(Show(to="employee", slot=f"verdict:{draft.case.version}"))


def record(draft: Draft, diagnosis: Diagnosis) -> bool:
    """Writes a verdict into the ledger, citing the entries for and against it; False when it is not new."""
    last = judged(draft.case)
    if diagnosis.verdict == (last.verdict if last else UNDETERMINED):
        return False
    cause = next((c for c in diagnosis.causes if c.id == diagnosis.verdict), None)
    draft.add(
        Judged(
            n=draft.n,
            at=draft.at,
            by="bot",
            verdict=diagnosis.verdict,
            p=cause.p if cause else 0.0,
            evidence_for=cited(draft.case, cause, "for"),
            against=cited(draft.case, cause, "against"),
        )
    )
    return True


def judged(case: Case) -> Judged | None:
    """The verdict in force: the newest since the person last asked to start over."""
    return next((entry for entry in reversed(case.round()) if isinstance(entry, Judged)), None)


def cited(case: Case, cause: Cause | None, side: str) -> tuple[int, ...]:
    """The numbers of the entries that hold what speaks for (or against) a cause, the newest of each."""
    if cause is None:
        return ()
    newest: dict[str, int] = {}
    for entry in case.round():
        if isinstance(entry, Noted):
            newest[entry.fact] = entry.n
        elif isinstance(entry, Stepped):
            newest[entry.step] = entry.n
    ids = cause.evidence_for if side == "for" else cause.against
    return tuple(newest[i] for i in ids if i in newest)
