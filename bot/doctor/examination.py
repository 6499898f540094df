"""Looks at everything that an installation needs; what hangs on something that fails is not looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Final

from bot.bootstrap import open_redis, read_sites
from bot.doctor import local, runners, stores, teams, tenant
from bot.doctor.checking import Check, carry_out
from bot.doctor.finding import Finding, State
from bot.domain.site import Sites
from bot.errors import ConfigurationError, RedisUnavailable, SitesInvalid
from bot.settings import Settings, load_settings

_ORDER: Final = ("settings", "redis", "teams", "graph", "clock", "sites")


async def examine_environment() -> tuple[Finding, ...]:
    """As `examine`, for the settings of this process; one finding when they cannot be used."""
    try:
        settings = load_settings()
    except ConfigurationError as exc:
        return (local.AREA.fails("settings", str(exc), exc.advice),)
    return await examine(settings)


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """Every finding, by area. Changes nothing, but for starting the embedded Redis meanwhile."""
    found = await asyncio.gather(
        carry_out(local.checks(settings)),
        _stored(settings),
        carry_out(teams.checks(settings)),
        _tenant(settings),
    )
    return tuple(sorted(chain(*found), key=lambda finding: _ORDER.index(finding.area)))


def healthy(findings: Iterable[Finding]) -> bool:
    """False when something fails."""
    return all(finding.state is not State.fails for finding in findings)


async def _stored(settings: Settings) -> tuple[Finding, ...]:
    """Redis, and what only Redis knows: runners, and where Teams can be asked."""
    try:
        async with open_redis(settings) as redis:
            look = partial(stores.look, redis, embedded=settings.redis_url is None)
            found = await carry_out([Check(stores.AREA, "server", look)])
            if not healthy(found) and len(found) == 1:
                return found
            shared = settings.runner_token is not None
            further = runners.checks(_sites(settings), redis, shared_token=shared)
            return (*found, *await carry_out([*further, *teams.channel_checks(settings, redis)]))
    except RedisUnavailable as exc:
        return (stores.AREA.fails("server", str(exc), exc.advice),)


def _sites(settings: Settings) -> Sites:
    """None where the file is broken, which is a finding of its own."""
    try:
        return read_sites(settings.sites)
    except SitesInvalid:
        return {}


async def _tenant(settings: Settings) -> tuple[Finding, ...]:
    """Graph's login first: without a token no permission can be tried."""
    if not tenant.is_set(settings):
        return (tenant.not_set(),)
    first = [
        Check(tenant.AREA, "login", partial(tenant.sign_in, settings)),
        Check(tenant.CLOCK, "offset", partial(tenant.clock, settings)),
    ]
    found = await carry_out(first)
    if any(one.area == tenant.AREA.name and one.state is State.fails for one in found):
        return (*found, tenant.AREA.off("permissions", "not tried: there is no token to try them with"))
    async with tenant.opened(settings) as graph:
        return (*found, *await carry_out(tenant.checks(settings, graph)))
