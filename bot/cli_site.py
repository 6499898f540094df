"""`decroche site …`: tokens and runners of the organisation's sites, for the person who sets them up."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ConfigurationError

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.settings import Settings

site_app = typer.Typer(help="Sites: tokens and health of their runners.", no_args_is_help=True)

SiteId = Annotated[str, typer.Argument(metavar="ID", help="The site's id in sites.toml.")]


def logged_settings() -> Settings:
    """The settings, with logs on stderr as they say."""
    from bot.settings import load_settings

    settings = load_settings()
    logging.basicConfig(
        stream=sys.stderr, level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    return settings


@asynccontextmanager
async def _redis_of(site: str) -> AsyncIterator[Redis]:
    """The bot's Redis, for a site that is described; raises `ConfigurationError` for another."""
    from bot.bootstrap import open_redis, read_sites

    settings = logged_settings()
    sites = read_sites(settings.sites)
    if site not in sites:
        known = ", ".join(sorted(sites)) or "none"
        raise ConfigurationError(f"there is no site {site!r}", f"Sites in DECROCHE_SITES: {known}.")
    async with open_redis(settings) as redis:
        yield redis


@site_app.command("token")
def token(
    site: SiteId,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="The tokens before it end at once, not in an hour.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="Only lists those that are good.")] = False,
) -> None:
    """Makes a site's new token, shown this once; give it to its runners as DECROCHE_RUNNER_TOKEN."""
    asyncio.run(_list_tokens(site) if listed else _make_token(site, revoke=revoke))


async def _make_token(site: str, *, revoke: bool) -> None:
    from bot.probes.tokens import GRACE, Tokens

    async with _redis_of(site) as redis:
        typer.echo(await Tokens(redis).rotate(site, timedelta() if revoke else GRACE))


async def _list_tokens(site: str) -> None:
    from bot.probes.tokens import Tokens

    async with _redis_of(site) as redis:
        for kept in await Tokens(redis).listed(site):
            ends = f"until {kept.ends:%Y-%m-%d %H:%M:%S} UTC" if kept.ends else "in force"
            typer.echo(f"{kept.fingerprint}  made {kept.made:%Y-%m-%d %H:%M:%S} UTC  {ends}")


@site_app.command("runners")
def runners(site: SiteId) -> None:
    """Which runners a site has, and what their self-tests say; 1 when none is ready."""
    raise typer.Exit(0 if asyncio.run(_list_runners(site)) else 1)


async def _list_runners(site: str) -> bool:
    from bot.probes.queue import ProbeQueue

    async with _redis_of(site) as redis:
        queue = ProbeQueue(redis)
        seen, states = await queue.last_seen(site), await queue.states(site)
    typer.echo(f"last sign of life: {f'{seen:%Y-%m-%d %H:%M:%S} UTC' if seen else 'none for a week'}")
    for name, state in states.items():
        word = "ready" if state.greeting.ready else "sick"
        typer.echo(f"{name}  {word}  {state.at:%H:%M:%S} UTC  {'; '.join(state.greeting.ills)}".rstrip())
    return any(state.greeting.ready for state in states.values())


@site_app.command("ranges")
def ranges() -> None:
    """Microsoft's address ranges that names are held against, and how old they are."""
    asyncio.run(_list_ranges())


async def _list_ranges() -> None:
    from bot.bootstrap import open_redis
    from bot.probes.endpoints import EndpointList, age_of
    from bot.probes.endpoints import with_ranges as widened
    from bot.probes.plans import shipped

    settings = logged_settings()
    async with open_redis(settings) as redis:
        current = await EndpointList(redis, settings.endpoints_url).load()
    typer.echo(age_of(current))
    for name, listed in widened(shipped(), current).ranges.items():
        typer.echo(f"{name}: {' '.join(listed)}")
