"""An aiohttp application on a loopback port chosen by the system, with or without TLS."""

from __future__ import annotations

import ssl

from aiohttp import web


class Listener:
    """Starts and stops one application; `url` is known once it is started."""

    def __init__(self, app: web.Application, tls: ssl.SSLContext | None = None) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        self._tls = tls
        self.port = 0

    @property
    def url(self) -> str:
        """Where the application answers, without a trailing slash."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listens."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stops listening and ends what is under way."""
        await self._runner.cleanup()
