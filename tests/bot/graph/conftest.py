from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.graph.client import GraphClient, connect
from tests.support.tenant import Tenant, running_tenant


@pytest.fixture
async def tenant(tmp_path: Path) -> AsyncIterator[Tenant]:
    async with running_tenant(tmp_path) as running:
        yield running


@pytest.fixture
async def graph(tenant: Tenant) -> AsyncIterator[GraphClient]:
    client = connect(tenant.settings())
    yield client
    await client.close()
