"""A bare HTTP client of the fake Graph, with a valid token unless told otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.tenant import CLIENT, Tenant, running_tenant

Answer = tuple[int, Any, dict[str, str]]


class GraphCaller:
    """Asks the fake whatever a test wants; `tenant` is the one behind it."""

    def __init__(self, tenant: Tenant, session: aiohttp.ClientSession) -> None:
        self.tenant, self.session = tenant, session

    async def ask(
        self,
        path: str,
        *,
        method: str = "",
        query: dict[str, str] | None = None,
        body: object = None,
        token: str | None = None,
    ) -> Answer:
        bearer = self.tenant.login.token(self.tenant.graph.url, CLIENT) if token is None else token
        headers = {"Authorization": f"Bearer {bearer}", "client-request-id": "mine"}
        async with self.session.request(
            method or ("GET" if body is None else "POST"),
            self.tenant.graph.url + path,
            params=query,
            json=body,
            headers=headers,
        ) as response:
            said = await response.json() if response.status != 204 else None
            return response.status, said, dict(response.headers)

    async def get(self, path: str) -> Any:
        """The body of a read that works."""
        status, body, _ = await self.ask(path)
        assert status == 200, body
        return body


@asynccontextmanager
async def graph_caller(directory: Path) -> AsyncIterator[GraphCaller]:
    """A tenant of its own, and a client of its Graph."""
    async with running_tenant(directory) as tenant, aiohttp.ClientSession() as session:
        yield GraphCaller(tenant, session)
