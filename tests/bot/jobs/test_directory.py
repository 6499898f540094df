from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from msgspec.structs import replace

from bot.domain.events import LookedUp
from bot.domain.people import Person
from bot.errors import DirectoryError
from bot.graph.client import GraphClient, connect
from bot.graph.lanes import Lanes
from bot.graph.limits import Budget, limits
from bot.graph.lookup import FACTS
from bot.graph.token import MsalTokens
from bot.jobs.directory import GraphDirectory, NoDirectory
from tests.support.rig import ANNE, NOW, RigClock
from tests.support.tenant import CAMILLE, Tenant, running_tenant


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    async with running_tenant(tmp_path) as tenant:
        yield tenant


@pytest.fixture
async def directory(tenant: Tenant) -> AsyncIterator[GraphDirectory]:
    graph = connect(tenant.settings())
    yield GraphDirectory(graph, RigClock())
    await graph.close()


async def test_person_is_looked_up_by_object_id(tenant: Tenant, directory: GraphDirectory) -> None:
    found = await directory.look_up("j1", Person(id="29:x", aad=tenant.camille.id, upn="nobody@example.org"))
    assert (found.job, found.at) == ("j1", NOW)
    assert {fact.id: fact.value for fact in found.facts}["account.enabled"] == "yes"
    assert found.account["upn"] == CAMILLE


async def test_person_is_looked_up_by_name(directory: GraphDirectory) -> None:
    found = await directory.look_up("j1", Person(id="29:x", upn=CAMILLE))
    assert {fact.id for fact in found.facts} <= set(FACTS) | {"licence.assigned_by"}
    assert found.account["upn"] == CAMILLE


async def test_unknown_person_is_not_fine(directory: GraphDirectory) -> None:
    found = await directory.look_up("j1", replace(ANNE, aad="00000000-0000-0000-0000-000000000000"))
    assert found.facts == ()
    assert found.not_checked == dict.fromkeys(FACTS, "no_such_person")


async def test_silent_graph_is_an_error(tenant: Tenant, directory: GraphDirectory) -> None:
    await tenant.graph.close()
    with pytest.raises(DirectoryError):
        await directory.look_up("j1", ANNE)


async def test_without_graph_nothing_is_checked() -> None:
    found = await NoDirectory(RigClock()).look_up("j1", ANNE)
    assert (found.job, found.facts, found.account) == ("j1", (), {})
    assert found.not_checked == dict.fromkeys(FACTS, "graph_not_configured")


async def test_used_up_sign_in_log_keeps_nobody_waiting(tenant: Tenant) -> None:
    lanes = Lanes(replace(limits(), budget=(Budget(path="/auditLogs/signIns", calls=2, seconds=1.0),)))
    session = aiohttp.ClientSession()
    graph = GraphClient(tenant.graph.url, MsalTokens(tenant.settings()), session, lanes=lanes)
    directory, camille = GraphDirectory(graph, RigClock()), Person(id="29:x", aad=tenant.camille.id)
    heard: list[LookedUp] = []

    async def early(found: LookedUp) -> None:
        heard.append(found)

    assert len((await directory.look_up("j1", camille, early)).facts) == len(FACTS)
    assert heard == []
    last = await directory.look_up("j2", camille, early)
    await graph.close()
    (first,) = heard
    assert (first.done, last.done) == (False, True)
    assert {fact.id for fact in first.facts} == set(FACTS) - {"account.signin"}
    assert first.not_checked == {}
    assert [fact.id for fact in last.facts] == ["account.signin"]
    assert last.account["upn"] == first.account["upn"] == CAMILLE
