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

import msgspec
from redis.asyncio import Redis

from bot.channel.connector import open_session
from bot.channel.endpoint import MessagesEndpoint
from bot.channel.keys import KeyCache
from bot.channel.sender import Sender
from bot.channel.side import TeamsSide, check_identity, teams_side
from bot.diagnosis.check import check
from bot.diagnosis.playbook import Playbook, load
from bot.domain.site import Sites, parse_sites
from bot.errors import PlaybookInvalid, RedisUnavailable, SitesInvalid
from bot.escalation.writer import BundleWriter
from bot.evidence.store import open_store
from bot.graph.client import GraphClient
from bot.graph.client import connect as connect_graph
from bot.graph.fixes import GraphFixes
from bot.jobs.asking import Asked, Asking
from bot.jobs.changing import Changing
from bot.jobs.courier import Courier
from bot.jobs.delivery import Delivery
from bot.jobs.desk import Desk, Stores
from bot.jobs.directory import GraphDirectory, NoDirectory
from bot.jobs.drawing import Cards
from bot.jobs.fetching import Fetching
from bot.jobs.filing import Filing
from bot.jobs.links import FileLinks
from bot.jobs.offering import Offering
from bot.jobs.older import RETRY, OlderPlaybooks
from bot.jobs.on_call import OnCall
from bot.jobs.pictures import picture_links
from bot.jobs.ports import Directory, Membership, bundle_folder
from bot.jobs.posting import Helpdesk, Posting
from bot.jobs.probing import Reports, SiteRunners, planner
from bot.jobs.reception import Reception
from bot.jobs.roles import RoleKeeper, roles_of
from bot.jobs.searching import CaseSearch
from bot.jobs.setbacks import Setbacks
from bot.jobs.typing import Typing
from bot.jobs.work import Planner, Work
from bot.probes.baselines import Baselines
from bot.probes.endpoints import OFF, EndpointList, with_ranges
from bot.probes.gateway import Check
from bot.probes.plans import shipped
from bot.probes.queue import ProbeQueue
from bot.probes.tokens import Tokens, checker
from bot.settings import Settings
from bot.state.audit import Audit
from bot.state.cases import CaseStore
from bot.state.connection import connect
from bot.state.embedded import EmbeddedRedis
from bot.state.marks import Marks
from bot.state.outbox import Outbox
from bot.state.placements import Placements
from bot.state.rates import Rates
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
    roles: RoleKeeper
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
    proof = settings.graph_certificate or settings.graph_client_secret or settings.app_secret
    if not (client_id and proof and settings.tenant_id):
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
        fixes=settings.fixes,
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


def bundle_writer(
    settings: Settings, rules: Rules, folder: Path | None = None, *, files: bool = True
) -> BundleWriter:
    """What writes escalations: into `folder`, or where `serve` keeps them; with the `files` that people sent."""
    where = folder or bundle_folder(settings.data_dir)
    store = open_store(settings.files_url, settings.data_dir) if files else None
    return BundleWriter(where, rules.playbook, rules.sites, settings.tenant_id or "", store)


def file_links(settings: Settings) -> FileLinks:
    """Links to tickets, signed so that every process of this bot knows its own."""
    if settings.app_secret is not None:
        secret = hashlib.sha256(
            b"decroche files\n" + settings.app_secret.get_secret_value().encode()
        ).digest()
    else:
        secret = secrets.token_bytes(32)
    return FileLinks(bundle_folder(settings.data_dir), secret, settings.public_url, utc_now)


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
        channel = await stack.enter_async_context(teams_side(settings, session))
        parts, courier = _assemble(settings, rules, redis, graph, channel)
        await stack.enter_async_context(parts.roles.keeping())
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


def _reception(
    settings: Settings, desk: Desk, stores: Stores, sender: Sender, courier: Courier, offering: Offering
) -> Reception:
    setbacks = Setbacks(stores, Outbox(stores.redis), utc_now)
    return Reception(
        desk, stores, setbacks, Typing(sender), settings.helpdesk_channel, courier.wake, offering
    )


def _filing(settings: Settings, desk: Desk, channel: TeamsSide, offering: Offering) -> Filing:
    store = open_store(settings.files_url, settings.data_dir)
    return Filing(Fetching(desk, channel.files, store, utc_now), offering)


def _changing(
    settings: Settings, redis: Redis, stores: Stores, desk: Desk, graph: GraphClient | None
) -> Changing:
    """What makes changes; nothing can unless that is switched on."""
    fixes = GraphFixes(graph) if graph is not None and settings.fixes else None
    return Changing(desk, stores.cases, Outbox(redis), Marks(redis), fixes, utc_now)


class _Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What several of the parts work with."""

    settings: Settings
    rules: Rules
    channel: TeamsSide
    stores: Stores
    outbox: Outbox
    queue: ProbeQueue
    ranges: EndpointList
    links: FileLinks
    sender: Sender
    drawing: Cards
    offering: Offering
    directory: Directory
    probing: SiteRunners
    plan: Planner


def _tools(
    settings: Settings, rules: Rules, redis: Redis, graph: GraphClient | None, channel: TeamsSide
) -> _Tools:
    links, outbox, queue = file_links(settings), Outbox(redis), ProbeQueue(redis)
    drawing = Cards(rules, links.link, picture_links(settings.public_url))
    ranges = EndpointList(redis, settings.endpoints_url)
    return _Tools(
        settings=settings,
        rules=rules,
        channel=channel,
        stores=_stores(redis),
        outbox=outbox,
        queue=queue,
        ranges=ranges,
        links=links,
        sender=Sender(channel.connector, rates=Rates(redis)),
        drawing=drawing,
        offering=Offering(links, channel.files, outbox, drawing, utc_now),
        directory=GraphDirectory(graph, utc_now) if graph else NoDirectory(utc_now),
        probing=SiteRunners(queue, utc_now),
        plan=planner(rules.sites, lambda: with_ranges(shipped(), ranges.current)),
    )


def _asking(tools: _Tools) -> Asking:
    stores = tools.stores
    return Asking(
        offering=tools.offering,
        state=Asked(stores.redis, stores.cases, tools.outbox, stores.roster, OnCall(stores.records)),
        rules=tools.rules,
        drawing=tools.drawing,
        directory=tools.directory,
        planner=tools.plan,
        probing=tools.probing,
        members=tools.sender,
        channel=tools.settings.helpdesk_channel,
        locale=tools.settings.helpdesk_locale,
        clock=utc_now,
    )


def _work(
    tools: _Tools, desk: Desk, membership: Membership, asking: Asking, graph: GraphClient | None
) -> Work:
    stores, settings = tools.stores, tools.settings
    return Work(
        desk=desk,
        cases=stores.cases,
        outbox=tools.outbox,
        roster=stores.roster,
        planner=tools.plan,
        probing=tools.probing,
        directory=tools.directory,
        membership=membership,
        bundles=bundle_writer(settings, tools.rules),
        audit=Audit(stores.redis),
        asking=asking.answer,
        changing=_changing(settings, stores.redis, stores, desk, graph),
        filing=_filing(settings, desk, tools.channel, tools.offering).do,
        clock=utc_now,
    )


def _assemble(
    settings: Settings, rules: Rules, redis: Redis, graph: GraphClient | None, channel: TeamsSide
) -> tuple[Parts, Courier]:
    tools = _tools(settings, rules, redis, graph, channel)
    stores, outbox, sender, drawing = tools.stores, tools.outbox, tools.sender, tools.drawing
    locale = settings.helpdesk_locale
    awake: list[Courier] = []
    desk = Desk(stores, rules, drawing, locale, lambda: awake[0].wake())  # noqa: PLW0108  (the courier comes later)
    roles = roles_of(settings, sender, graph)
    asking = _asking(tools)
    work = _work(tools, desk, roles, asking, graph)
    helpdesk = Helpdesk(channel=settings.helpdesk_channel, tenant=settings.tenant_id or "", locale=locale)
    posting = Posting(stores, sender, helpdesk)
    courier = Courier(outbox, Delivery(stores, outbox, sender, posting, drawing, work, utc_now).carry_out)
    awake.append(courier)
    parts = Parts(
        settings=settings,
        redis=redis,
        cases=stores.cases,
        endpoint=channel.endpoint(
            _reception(settings, desk, stores, sender, courier, tools.offering).receive,
            CaseSearch(desk, stores, rules, drawing, utc_now, courier.wake),
            settings.tenant_id,
        ),
        keys=channel.keys,
        queue=tools.queue,
        runner_check=runner_check(settings, redis),
        ranges=tools.ranges,
        reports=Reports(desk, tools.queue, utc_now, Baselines(redis), asking.measured),
        sites=rules.sites,
        desk=desk,
        links=tools.links,
        roles=RoleKeeper(stores.roster, roles.everybody),
    )
    return parts, courier
