"""The one place that builds adapters and wires them: what serves a bot, as one value."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

import aiohttp
import msgspec
from redis.asyncio import Redis

from bot.channel.adapter import PooledAdapter
from bot.channel.auth import Authenticator, ConnectorTokens, NoTokens
from bot.channel.connector import Connector, open_session
from bot.channel.endpoint import MessagesEndpoint
from bot.channel.handler import Handler
from bot.channel.keys import KeyCache
from bot.channel.sender import Sender
from bot.channel.token import AppToken, StaticToken, TokenProvider, login
from bot.channel.trust import TrustedHosts
from bot.diagnosis.check import check
from bot.diagnosis.playbook import Playbook, load
from bot.domain.site import Sites, parse_sites
from bot.errors import ConfigurationError, PlaybookInvalid, RedisUnavailable, SitesInvalid
from bot.escalation.writer import BundleWriter
from bot.graph.client import GraphClient
from bot.graph.client import connect as connect_graph
from bot.graph.lookup import member_of
from bot.jobs.courier import Courier
from bot.jobs.delivery import Delivery
from bot.jobs.desk import Desk, Stores
from bot.jobs.directory import GraphDirectory, NoDirectory
from bot.jobs.drawing import Cards
from bot.jobs.links import FileLinks
from bot.jobs.membership import ChannelRoster, DirectoryGroup
from bot.jobs.older import RETRY, OlderPlaybooks
from bot.jobs.ports import Directory, Membership, bundle_folder
from bot.jobs.posting import Helpdesk, Posting
from bot.jobs.probing import Reports, SiteRunners, planner
from bot.jobs.work import Work
from bot.probes.baselines import Baselines
from bot.probes.endpoints import OFF, EndpointList, with_ranges
from bot.probes.gateway import Check
from bot.probes.plans import shipped
from bot.probes.queue import ProbeQueue
from bot.probes.tokens import Tokens, checker
from bot.settings import Settings
from bot.state.cases import CaseStore
from bot.state.connection import connect
from bot.state.embedded import EmbeddedRedis
from bot.state.outbox import Outbox
from bot.state.placements import Placements
from bot.state.records import Records
from bot.state.roster import Roster
from dialogs.draft import Rules

STOP: Final = timedelta(seconds=5)


def utc_now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """A bot, ready to be put behind routes."""

    settings: Settings
    redis: Redis
    cases: CaseStore
    endpoint: MessagesEndpoint
    keys: KeyCache | None
    queue: ProbeQueue
    runner_check: Check
    ranges: EndpointList
    reports: Reports
    sites: Sites
    desk: Desk
    links: FileLinks
    courier: asyncio.Task[None] | None = None


def read_sites(path: Path | None) -> Sites:
    """The organisation's sites; none when no file is set. Raises `SitesInvalid`."""
    if path is None:
        return {}
    try:
        return parse_sites(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SitesInvalid(f"{path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise SitesInvalid(f"{path} is not UTF-8 text") from exc


@contextlib.asynccontextmanager
async def open_redis(settings: Settings) -> AsyncIterator[Redis]:
    """A client of the Redis that is set, or of the embedded one. Raises `RedisUnavailable`."""
    embedded = None if settings.redis_url else await EmbeddedRedis.start(settings.data_dir)
    url = embedded.url if embedded else cast("str", settings.redis_url)
    redis = connect(url)
    try:
        yield redis
    finally:
        await redis.aclose()
        if embedded is not None:
            await embedded.close()


@contextlib.asynccontextmanager
async def open_graph(settings: Settings) -> AsyncIterator[GraphClient | None]:
    """Microsoft Graph as the settings give it, None when they do not."""
    client_id = settings.graph_client_id or settings.app_id
    secret = settings.graph_client_secret or settings.app_secret
    if not (client_id and secret and settings.tenant_id):
        yield None
        return
    graph = connect_graph(settings)
    try:
        yield graph
    finally:
        await graph.close()


def read_playbook(directory: Path | None) -> Playbook:
    """The organisation's playbook, the built-in one when none is set. Raises `PlaybookInvalid`, also for what `check` finds."""
    playbook = load(directory)
    if directory is not None:
        known = frozenset(check(load()))
        found = next((problem for problem in check(playbook) if problem not in known), None)
        if found is not None:
            raise PlaybookInvalid(
                f"{found.file}: {found.key}: {found.reason}",
                "`decroche playbook check` lists all that is wrong with it.",
            )
    return playbook


def rules_of(settings: Settings) -> Rules:
    """The playbook and the sites. Raises `PlaybookInvalid` or `SitesInvalid`."""
    return Rules(
        playbook=read_playbook(settings.playbook),
        sites=read_sites(settings.sites),
        helpdesk=settings.helpdesk_channel is not None,
    )


@contextlib.asynccontextmanager
async def with_older(rules: Rules, redis: Redis) -> AsyncIterator[Rules]:
    """The same rules, knowing the playbooks of open cases meanwhile; without Redis, as soon as it is there."""
    older = OlderPlaybooks(rules.playbook, redis)
    with contextlib.suppress(RedisUnavailable):
        await older.load()
    stop = asyncio.Event()
    following = asyncio.create_task(older.follow(stop, RETRY), name="playbooks")
    try:
        yield msgspec.structs.replace(rules, older=older.found)
    finally:
        stop.set()
        await following


def bundle_writer(settings: Settings, rules: Rules, folder: Path | None = None) -> BundleWriter:
    """What writes escalations: into `folder`, or where `serve` keeps them."""
    where = folder or bundle_folder(settings.data_dir)
    return BundleWriter(where, rules.playbook, rules.sites, settings.tenant_id or "")


def file_links(settings: Settings) -> FileLinks:
    """Links to tickets, signed so that every process of this bot knows its own."""
    if settings.app_secret is not None:
        secret = hashlib.sha256(
            b"decroche files\n" + settings.app_secret.get_secret_value().encode()
        ).digest()
    else:
        secret = secrets.token_bytes(32)
    return FileLinks(bundle_folder(settings.data_dir), secret, settings.public_url, utc_now)


def check_identity(settings: Settings, *, dev: bool) -> None:
    """Refuses to serve without an app id, unless for development. Raises `ConfigurationError`."""
    if settings.app_id is None and not dev:
        raise ConfigurationError(
            "DECROCHE_APP_ID is not set, so anybody could speak as Teams",
            "Set it with DECROCHE_APP_SECRET and DECROCHE_TENANT_ID, or use `serve --dev` on this machine only.",
        )
    if settings.app_id is not None and not (settings.app_secret and settings.tenant_id):
        raise ConfigurationError(
            "DECROCHE_APP_ID is set without DECROCHE_APP_SECRET and DECROCHE_TENANT_ID",
            "The bot answers as a single-tenant application: it needs all three.",
        )


class _Channel(msgspec.Struct, frozen=True, kw_only=True):
    """The Teams side, before it knows what to do with what it hears."""

    connector: Connector
    authenticator: Authenticator
    hosts: TrustedHosts
    keys: KeyCache | None
    token: TokenProvider


def _channel(settings: Settings, session: aiohttp.ClientSession) -> _Channel:
    hosts = TrustedHosts(settings.trusted_hosts, loopback=settings.app_id is None)
    if settings.app_id is None or settings.app_secret is None or settings.tenant_id is None:
        token: TokenProvider = StaticToken()
        connector = Connector(session, token, hosts)
        return _Channel(connector=connector, authenticator=NoTokens(), hosts=hosts, keys=None, token=token)
    keys = KeyCache(settings.openid_metadata_url, session)
    fetch = login(
        authority=settings.authority,
        tenant=settings.tenant_id,
        app_id=settings.app_id,
        secret=settings.app_secret.get_secret_value(),
        ca_file=settings.ca_file,
    )
    token = AppToken(fetch)
    return _Channel(
        connector=Connector(session, token, hosts),
        authenticator=ConnectorTokens(settings.app_id, keys),
        hosts=hosts,
        keys=keys,
        token=token,
    )


def _membership(settings: Settings, sender: Sender, graph: GraphClient | None) -> Membership:
    if settings.helpdesk_group is None or graph is None:
        return ChannelRoster(sender, settings.helpdesk_channel)

    async def member(person: str, group: str) -> bool:
        return await member_of(graph, person, group)

    return DirectoryGroup(member, settings.helpdesk_group)


@contextlib.asynccontextmanager
async def build(settings: Settings, *, dev: bool = False) -> AsyncIterator[Parts]:
    """Builds everything, runs the courier meanwhile, and takes it down in the reverse order.

    Raises `ConfigurationError`, `PlaybookInvalid` or `RedisUnavailable`.
    """
    check_identity(settings, dev=dev)
    rules = rules_of(settings)
    async with contextlib.AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(settings))
        rules = await stack.enter_async_context(with_older(rules, redis))
        graph = await stack.enter_async_context(open_graph(settings))
        session = await stack.enter_async_context(open_session(settings.ca_file))
        channel = _channel(settings, session)
        parts, courier = _assemble(settings, rules, redis, graph, channel)
        if channel.keys is not None:
            channel.keys.warm()
            stack.push_async_callback(channel.keys.close)
        if isinstance(channel.token, AppToken):
            stack.push_async_callback(channel.token.close)
        running = asyncio.create_task(courier.run(), name="courier")
        stack.push_async_callback(_stop, running, courier)
        yield msgspec.structs.replace(parts, courier=running)


async def _stop(running: asyncio.Task[None], courier: Courier) -> None:
    await courier.settle(STOP)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def following(parts: Parts) -> AsyncIterator[None]:
    """Keeps Microsoft's address ranges fresh meanwhile, unless that is switched off or there is no app id (`--dev`)."""
    if parts.settings.endpoints_url == OFF or parts.settings.app_id is None:
        yield
        return
    async with open_session(parts.settings.ca_file) as session:
        task = asyncio.create_task(parts.ranges.follow(session), name="endpoints")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def runner_check(settings: Settings, redis: Redis) -> Check:
    """Who may speak for a site: the holder of its token, or of the common one where a site has none of its own."""
    shared = settings.runner_token.get_secret_value() if settings.runner_token else None
    return checker(Tokens(redis), shared)


def _stores(redis: Redis) -> Stores:
    return Stores(
        redis=redis,
        cases=CaseStore(redis),
        records=Records(redis),
        placements=Placements(redis),
        roster=Roster(redis),
    )


def _endpoint(settings: Settings, channel: _Channel, desk: Desk) -> MessagesEndpoint:
    return MessagesEndpoint(
        authenticator=channel.authenticator,
        adapter=PooledAdapter(channel.connector),
        on_turn=Handler(desk.receive).on_turn,
        hosts=channel.hosts,
        tenant=settings.tenant_id,
    )


def _assemble(
    settings: Settings, rules: Rules, redis: Redis, graph: GraphClient | None, channel: _Channel
) -> tuple[Parts, Courier]:
    stores = _stores(redis)
    locale, links = settings.helpdesk_locale, file_links(settings)
    sender, drawing, outbox, queue = (
        Sender(channel.connector),
        Cards(rules, links.link),
        Outbox(redis),
        ProbeQueue(redis),
    )
    ranges = EndpointList(redis, settings.endpoints_url)
    awake: list[Courier] = []
    desk = Desk(stores, rules, drawing, locale, lambda: awake[0].wake())  # noqa: PLW0108  (the courier comes later)
    directory: Directory = GraphDirectory(graph, utc_now) if graph else NoDirectory(utc_now)
    work = Work(
        desk=desk,
        cases=stores.cases,
        outbox=outbox,
        roster=stores.roster,
        planner=planner(rules.sites, lambda: with_ranges(shipped(), ranges.current)),
        probing=SiteRunners(queue, utc_now),
        directory=directory,
        membership=_membership(settings, sender, graph),
        bundles=bundle_writer(settings, rules),
        clock=utc_now,
    )
    helpdesk = Helpdesk(channel=settings.helpdesk_channel, tenant=settings.tenant_id or "", locale=locale)
    posting = Posting(stores, sender, helpdesk)
    courier = Courier(outbox, Delivery(stores, outbox, sender, posting, drawing, work, utc_now).carry_out)
    awake.append(courier)
    parts = Parts(
        settings=settings,
        redis=redis,
        cases=stores.cases,
        endpoint=_endpoint(settings, channel, desk),
        keys=channel.keys,
        queue=queue,
        runner_check=runner_check(settings, redis),
        ranges=ranges,
        reports=Reports(desk, queue, utc_now, Baselines(redis)),
        sites=rules.sites,
        desk=desk,
        links=links,
    )
    return parts, courier
