"""What Graph says, with one property spoilt everywhere: nothing crashes, and nothing unread is told as read.

By default some of the spoilt answers; `make fuzz` tries them all.
"""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from bot.domain.fact import UNKNOWN, VOCABULARY
from bot.graph.client import GraphClient
from bot.graph.errors import GraphError
from bot.graph.lanes import Lanes
from bot.graph.limits import limits
from bot.graph.lookup import FACTS, Lookup, look_up
from bot.simulator.directory import PHONE_SKU
from bot.simulator.listening import Listener
from tests.support.mutation import inputs
from tests.support.tenant import CAMILLE, CLIENT, Tenant

NOW = datetime.now(UTC)
WORTHLESS: tuple[Any, ...] = (None, {}, -1.5, [None], [[]], {"value": [None]}, [{"id": None}])
WELL = {
    "account.enabled": "yes",
    "licence.teams": "ok",
    "licence.teams_phone": "ok",
    "account.signin": "ok",
    "voice.enabled": "yes",
    "policy.phone": "ok",
    "service_health.teams": "ok",
}
ILL = {
    "account.enabled": "no",
    "licence.teams_phone": "missing",
    "account.signin": "blocked_ca",
    "voice.enabled": "no",
    "policy.phone": "blocks",
    "service_health.teams": "outage",
}


class Tokens:
    """The same token always."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def token(self, instead_of: str = "") -> str:
        return self._token


class Spoiler:
    """Stands before a Graph: keeps its answers, and gives each with one property spoilt."""

    def __init__(self, graph: str) -> None:
        self._graph = graph
        self._kept: dict[tuple[str, str, bytes], Any] = {}
        self.name, self.worthless = "", WORTHLESS[0]
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self.listener = Listener(app)

    def names(self) -> list[str]:
        """Every property that any answer has."""
        return sorted({name for body in self._kept.values() for name in _names(body)})

    async def _serve(self, request: web.Request) -> web.Response:
        asked = (request.method, request.raw_path, await request.read())
        if asked not in self._kept:
            self._kept[asked] = await self._fetch(asked, request.headers["Authorization"])
        return web.json_response(_spoilt(self._kept[asked], self.name, self.worthless))

    async def _fetch(self, asked: tuple[str, str, bytes], authorization: str) -> Any:
        method, path, body = asked
        headers = {"Authorization": authorization}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self._graph + path, data=body, headers=headers) as response,
        ):
            return msgspec.json.decode(await response.read())


def _names(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _names(item)
    if isinstance(value, dict):
        yield from value


def _spoilt(value: Any, name: str, worthless: Any) -> Any:
    if isinstance(value, list):
        return [_spoilt(item, name, worthless) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: worthless if key == name else _spoilt(item, name, worthless) for key, item in value.items()}


@asynccontextmanager
async def spoiling(tenant: Tenant) -> AsyncIterator[tuple[Spoiler, GraphClient]]:
    spoiler = Spoiler(tenant.graph.url)
    await spoiler.listener.start()
    tokens = Tokens(tenant.login.token(tenant.graph.url, CLIENT))
    lanes = Lanes(msgspec.structs.replace(limits(), budget=()))
    client = GraphClient(spoiler.listener.url, tokens, aiohttp.ClientSession(), lanes=lanes)
    await look_up(client, tenant.camille.id, now=NOW)
    yield spoiler, client
    await client.close()
    await spoiler.listener.close()


def some(names: list[str]) -> list[tuple[str, Any]]:
    """As many as this run tries, each property at least once."""
    dice = random.Random(5)
    once = [(name, dice.choice(WORTHLESS)) for name in names]
    rest = [(name, worthless) for name in names for worthless in WORTHLESS]
    dice.shuffle(rest)
    return [*once, *rest][: max(len(names), inputs() // 4)]


async def spoilt_facts(spoiler: Spoiler, client: GraphClient, who: str) -> dict[str, object]:
    """The facts that are told, when they can be asked for at all."""
    client.shelf.clear()
    try:
        found = await look_up(client, who, now=NOW)
    except GraphError:
        return {}
    return told(found)


def told(found: Lookup) -> dict[str, object]:
    facts: dict[str, object] = {fact.id: fact.value for fact in found.facts if fact.value != UNKNOWN}
    assert not found.found or set(facts) | set(found.not_checked) == set(FACTS)
    assert not set(facts) & set(found.not_checked)
    assert all(VOCABULARY[fact.id].accepts(fact.value) for fact in found.facts)
    assert all(isinstance(note, str) for note in found.account.values())
    return facts


def make_ill(tenant: Tenant) -> None:
    tenant.directory.remove_licence(CAMILLE, PHONE_SKU)
    tenant.directory.disable(CAMILLE)
    tenant.directory.log(CAMILLE, 53003, "Blocked.", policy="Phones").interactive = True
    tenant.directory.log(CAMILLE, 53003, "Blocked.", policy="Phones")
    tenant.directory.declare("serviceInterruption")
    tenant.camille.policies["TeamsCallingPolicy"] = "DisallowCalling"
    tenant.camille.voice_enabled = False


@pytest.mark.fuzz
@pytest.mark.parametrize("ill", [False, True])
async def test_nothing_spoilt_is_told_as_read(tenant: Tenant, ill: bool) -> None:
    if ill:
        make_ill(tenant)
    truth = ILL if ill else WELL
    wrong: list[str] = []
    async with spoiling(tenant) as (spoiler, client):
        for name, worthless in some(spoiler.names()):
            spoiler.name, spoiler.worthless = name, worthless
            facts = await spoilt_facts(spoiler, client, tenant.camille.id)
            lies = {fact: facts[fact] for fact, value in truth.items() if facts.get(fact, value) != value}
            wrong += [f"{name} = {worthless}: {lies}"] if lies else []
    assert not wrong, "\n".join(wrong)
