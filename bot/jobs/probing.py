"""Between cases and site runners: jobs go out, reports come in as events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot.domain.events import ProbesReported, StartProbes
from bot.domain.probe import ProbeJob, ProbeReport, ProbeSpec
from bot.domain.site import Site, Sites
from bot.jobs.desk import Desk
from bot.probes.baselines import Baselines
from bot.probes.facts import facts_of
from bot.probes.particulars import particulars_of
from bot.probes.plans import Plans, build, plan_for, shipped
from bot.probes.queue import OFFLINE_AFTER, ProbeQueue, offline

QUIET: Final = timedelta(seconds=5)  # a runner that tries itself is silent for two


def _no_runner(seen: datetime | None) -> str:
    return f"no_runner_since {seen.isoformat(timespec='minutes')}" if seen else "no_runner"


class SiteRunners:
    """`Probing` over the queue that runners take their jobs from."""

    def __init__(self, queue: ProbeQueue, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._clock = clock
        self._began = clock()

    async def start(self, job: ProbeJob) -> str | None:
        """Queues a job; says since when the site is silent, when no runner has asked for work lately.

        Just after a start nobody has had the time to ask: the job is queued all the same. A sick runner asks for
        nothing, so a site that has no other is silent.
        """
        now = self._clock()
        seen = await self._queue.last_seen(job.site)
        if not offline(max(seen or self._began, self._began), now):
            await self._queue.put(job)
            return None
        return _no_runner(seen)

    async def silent(self, job: str, site: str) -> str | None:
        """Since when the site is silent, when nobody there will do this job; None while somebody may.

        A runner that waits for work is heard every second, one that measures when it has something to report; after
        a start of the bot they need a while to come back.
        """
        seen, taken = await self._queue.last_seen(site), await self._queue.taken(job)
        waits = taken is None and seen is not None and seen > self._began
        patience = QUIET if waits else OFFLINE_AFTER
        heard = max(seen or self._began, self._began)
        return _no_runner(seen) if self._clock() - heard > patience else None


def _chosen(effect: StartProbes, site: Site, plans: Plans) -> tuple[str, tuple[ProbeSpec, ...]]:
    """The plan that is asked for, else that of the symptom; this one too where the other has nothing to ask here."""
    usual = plan_for(effect.symptom, plans)
    name = effect.plan or usual
    probes = build(name, site, plans, effect.mac)
    return (name, probes) if probes else (usual, build(usual, site, plans, effect.mac))


def planner(
    sites: Sites, plans: Callable[[], Plans] = shipped
) -> Callable[[StartProbes, str, datetime, datetime], ProbeJob | None]:
    """Makes jobs of plans, for the sites that are described; `plans` gives those of today."""

    def plan(effect: StartProbes, case: str, now: datetime, deadline: datetime) -> ProbeJob | None:
        site = sites.get(effect.site)
        if site is None:
            return None
        name, probes = _chosen(effect, site, plans())
        return ProbeJob(
            id=effect.job,
            case=case,
            site=site.id,
            plan=name,
            probes=probes,
            issued=now,
            deadline=deadline,
        )

    return plan


class Reports:
    """Takes what runners report, and tells the case; `asked` hears of measurements that belong to none."""

    def __init__(
        self,
        desk: Desk,
        queue: ProbeQueue,
        clock: Callable[[], datetime],
        baselines: Baselines | None = None,
        asked: Callable[[str, ProbesReported], Awaitable[None]] | None = None,
    ) -> None:
        self._asked = asked
        self._desk = desk
        self._queue = queue
        self._clock = clock
        self._baselines = baselines

    async def take(self, report: ProbeReport) -> None:
        """Notes the results; reports of a job that is unknown or over change nothing."""
        job = await self._queue.job(report.job)
        if job is None:
            return
        now = self._clock()
        results, by = report.results, f"runner:{report.runner}"
        if self._baselines is not None:
            results = await self._baselines.compare(job.site, results)
        event = ProbesReported(
            at=now,
            job=job.id,
            runner=report.runner,
            results=results,
            facts=facts_of(results, job.probes, now, by, ended=True) if report.done else (),
            known=particulars_of(results, job.probes),
            done=report.done,
            taken=await self._queue.taken(job.id),
        )
        if job.case:
            await self._desk.apply(job.case, event)
        elif self._asked is not None:
            await self._asked(job.id, event)
        if report.done and await self._queue.finish(job.id) and self._baselines is not None:
            await self._baselines.learn(job.site, report.results)
