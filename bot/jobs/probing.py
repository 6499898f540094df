"""Between cases and site runners: jobs go out, reports come in as events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.events import ProbesReported, StartProbes
from bot.domain.probe import ProbeJob, ProbeReport
from bot.domain.site import Sites
from bot.jobs.desk import Desk
from bot.probes.baselines import Baselines
from bot.probes.facts import facts_of
from bot.probes.particulars import particulars_of
from bot.probes.plans import Plans, build, shipped
from bot.probes.queue import ProbeQueue, offline


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
        return f"no_runner_since {seen.isoformat(timespec='minutes')}" if seen else "no_runner"


def planner(
    sites: Sites, plans: Callable[[], Plans] = shipped
) -> Callable[[StartProbes, str, datetime, datetime], ProbeJob | None]:
    """Makes jobs of plans, for the sites that are described; `plans` gives those of today."""

    def plan(effect: StartProbes, case: str, now: datetime, deadline: datetime) -> ProbeJob | None:
        site = sites.get(effect.site)
        if site is None:
            return None
        return ProbeJob(
            id=effect.job,
            case=case,
            site=site.id,
            plan=effect.plan,
            probes=build(effect.plan, site, plans(), effect.mac),
            issued=now,
            deadline=deadline,
        )

    return plan


class Reports:
    """Takes what runners report, and tells the case."""

    def __init__(
        self,
        desk: Desk,
        queue: ProbeQueue,
        clock: Callable[[], datetime],
        baselines: Baselines | None = None,
    ) -> None:
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
        await self._desk.apply(job.case, event)
        if report.done and await self._queue.finish(job.id) and self._baselines is not None:
            await self._baselines.learn(job.site, report.results)
