"""A simulated tenant for tests: login service, Microsoft Graph and its directory, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import SecretStr

from bot.settings import Settings
from bot.simulator.directory import Directory, User, make_directory
from bot.simulator.graph import Graph
from bot.simulator.login import Login, make_key
from bot.simulator.pki import Pki

TENANT = "8f7d2c11-5b7e-4f0e-9f7c-3a3d0f1d2b10"
CLIENT = "5d2f3d3e-5a51-4b9c-a2f2-0d4e40b0b1c7"
SECRET = "not-very-secret"
CAMILLE = "camille.fournier@bellecour.example"


@dataclass
class Tenant:
    """Everything of one tenant that a test may look at or break."""

    login: Login
    graph: Graph
    directory: Directory

    @property
    def camille(self) -> User:
        return self.directory.find(CAMILLE)

    def settings(self, **changes: object) -> Settings:
        """Settings that point at this tenant."""
        values: dict[str, object] = {
            "tenant_id": TENANT,
            "authority": self.login.url,
            "graph_url": self.graph.url,
            "graph_client_id": CLIENT,
            "graph_client_secret": SecretStr(SECRET),
            "ca_file": self.login.pki.ca_file,
        }
        return Settings(_env_file=None).model_copy(update=values | changes)


@cache
def _key() -> RSAPrivateKey:
    """Made once, because it takes longer than most tests."""
    return make_key()


@asynccontextmanager
async def running_tenant(directory: Path) -> AsyncIterator[Tenant]:
    """A healthy tenant, stopped at the end."""
    people = make_directory(TENANT)
    login = Login(Pki(directory), TENANT, {CLIENT: SECRET}, key=_key())
    graph = Graph(people, login)
    await login.start()
    await graph.start()
    try:
        yield Tenant(login, graph, people)
    finally:
        await graph.close()
        await login.close()
