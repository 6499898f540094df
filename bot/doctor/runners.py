"""The sites' runners: heard lately, and well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from redis.asyncio import Redis

from bot.doctor.checking import Check
from bot.doctor.finding import Area, Finding
from bot.domain.site import Sites
from bot.probes.queue import ProbeQueue, offline
from bot.probes.tokens import Tokens

AREA: Final = Area("sites")


def checks(sites: Sites, redis: Redis, *, shared_token: bool) -> list[Check]:
    """One for each site."""
    return [Check(AREA, site, partial(_site, site, redis, shared=shared_token)) for site in sorted(sites)]


async def _site(site: str, redis: Redis, *, shared: bool) -> Iterable[Finding]:
    if not shared and not await Tokens(redis).listed(site):
        todo = f"`decroche site token {site}` makes one."
        return [AREA.warning(site, "has no token: no runner can speak for it", todo)]
    queue = ProbeQueue(redis)
    seen, now = await queue.last_seen(site), datetime.now(UTC)
    if seen is None or offline(seen, now):
        says = f"no runner since {seen:%Y-%m-%d %H:%M} UTC" if seen else "no runner was heard for a week"
        todo = f"On a machine of the site: `decroche runner --site {site} --server ADDRESS`."
        return [AREA.warning(site, f"{says}: nothing is measured there", todo)]
    states = await queue.states(site)
    sick = {name: state.greeting.ills for name, state in states.items() if not state.greeting.ready}
    if states and len(sick) == len(states):
        says = "; ".join(f"{name} is sick: {', '.join(ills)}" for name, ills in sick.items())
        return [AREA.fails(site, says, "Mend what it names; a sick runner is given no work.")]
    if sick:
        says = f"{len(states) - len(sick)} of {len(states)} runners are well; sick: {', '.join(sick)}"
        return [AREA.warning(site, says, f"`decroche site runners {site}` says what ails them.")]
    return [AREA.ok(site, f"{len(states)} runner(s), heard {(now - seen).total_seconds():.0f} s ago")]
