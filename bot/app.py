"""The aiohttp application: routes, health, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiohttp import web

from bot.bootstrap import Parts, build, following
from bot.diagnosis.recogniser import warm_up
from bot.errors import ConfigurationError
from bot.jobs.pictures import FOR_A_DAY, picture_file
from bot.probes.gateway import routes as runner_routes
from bot.probes.tokens import Tokens
from bot.settings import Settings
from bot.state.connection import ready

PARTS: Final = web.AppKey("parts", Parts)
GRACE_S: Final = 10.0

_log = logging.getLogger(__name__)


async def healthz(_request: web.Request) -> web.Response:
    """The process is up."""
    return web.json_response({"status": "up"})


async def readyz(request: web.Request) -> web.Response:
    """Redis is reachable and the channel set up; what else is missing is shown as degraded, not refused."""
    parts = request.app[PARTS]
    redis = await ready(parts.redis)
    fine = {**_fine(parts), **({"runner_token": await _tokens(parts)} if redis else {})}
    degraded = [name for name, good in fine.items() if not good]
    body = {"ready": redis, "redis": "ok" if redis else "unreachable", "degraded": degraded}
    return web.json_response(body, status=200 if redis else 503)


async def files(request: web.Request) -> web.StreamResponse:
    """A finished ticket, for whoever has its link."""
    query = request.query
    name = request.match_info["name"]
    path = request.app[PARTS].links.path(name, query.get("until", ""), query.get("sign", ""))
    if path is None:
        return web.json_response({"error": "this link is not, or no longer, good"}, status=404)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.FileResponse(path, headers=headers)


async def pictures(request: web.Request) -> web.StreamResponse:
    """A drawing of where to look on a phone."""
    path = picture_file(request.match_info["name"])
    if path is None:
        return web.json_response({"error": "there is no such picture"}, status=404)
    return web.FileResponse(path, headers={"Cache-Control": FOR_A_DAY})


def _fine(parts: Parts) -> dict[str, bool]:
    settings = parts.settings
    return {
        "app_id": settings.app_id is not None,
        "delivery": parts.courier is None or not parts.courier.done(),
        "connector_keys": parts.keys is None or parts.keys.loaded,
        "helpdesk_channel": settings.helpdesk_channel is not None,
        "sites": bool(parts.sites),
    }


async def _tokens(parts: Parts) -> bool:
    """True when a runner could speak for every site."""
    tokens = Tokens(parts.redis)
    shared = parts.settings.runner_token is not None
    return shared or all([await tokens.listed(site) for site in parts.sites])


def create_app(parts: Parts, stopping: Callable[[], bool] = lambda: False) -> web.Application:
    """The routes over what `build` made; once it is `stopping`, runners wait no longer for a job."""
    app = web.Application()
    app[PARTS] = parts
    app.router.add_post("/api/messages", parts.endpoint.messages)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/files/{name}", files)
    app.router.add_get("/pictures/{name}", pictures)
    app.router.add_routes(
        runner_routes(parts.queue, parts.reports.take, parts.runner_check, parts.sites, stopping)
    )
    return app


@contextlib.asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serves until left, then lets requests under way end; gives the port.

    Raises `ConfigurationError` when the port cannot be had.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as exc:
            raise ConfigurationError(
                f"port {port} cannot be used: {exc.strerror}", "Choose another with --port."
            ) from exc
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def warming() -> threading.Thread:
    """Reads the word lists meanwhile: neither the start nor the first message waits for them, nor does the end.

    A daemon: `asyncio.to_thread` would be waited for, and a stop soon after the start take seconds.
    """
    thread = threading.Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


async def serve(settings: Settings, host: str, port: int, *, dev: bool = False) -> None:
    """Serves until SIGTERM or SIGINT, then ends in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with (
        build(settings, dev=dev) as parts,
        following(parts),
        listening(create_app(parts, stop.is_set), host, port) as actual,
    ):
        warming()
        _log.info("listening on http://%s:%s/api/messages", host, actual)
        await stop.wait()
        _log.info("stopping")
