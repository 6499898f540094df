"""A process that carries out what lies in the outbox, and dies (SIGKILL) right after its write at Graph.

    python -m tests.support.changer REDIS_URL SETTINGS_JSON NOW [before|after]

`before`: it dies with the change begun and nothing sent; `after`: with the change made and nothing told.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.domain.change import Change
from bot.graph.client import connect as connect_graph
from bot.graph.fixes import GraphFixes, Made
from bot.settings import Settings
from bot.state.connection import connect
from tests.support.rig import Rig

LONGEST_S: Final = 20


class Dying(GraphFixes):
    """Makes the change, and takes what came of it into the grave."""

    when = "after"

    async def make(self, change: Change) -> Made:
        if self.when == "after":
            await super().make(change)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody gets here")


def as_json(settings: Settings) -> str:
    """What the process needs of a tenant's settings."""
    secret = settings.graph_client_secret
    return json.dumps(
        {
            "tenant_id": settings.tenant_id,
            "authority": settings.authority,
            "graph_url": settings.graph_url,
            "graph_client_id": settings.graph_client_id,
            "graph_client_secret": secret.get_secret_value() if secret else "",
            "ca_file": str(settings.ca_file),
        }
    )


def _settings(text: str) -> Settings:
    values = json.loads(text)
    typed = {
        "graph_client_secret": SecretStr(values["graph_client_secret"]),
        "ca_file": Path(values["ca_file"]),
    }
    return Settings(_env_file=None).model_copy(update=values | typed)


async def _run(redis_url: str, settings: Settings, now: datetime, when: str) -> None:
    fixes = Dying(connect_graph(settings))
    fixes.when = when
    rig = Rig(connect(redis_url), fixes=fixes)
    rig.clock.now = now
    async with rig.running(), asyncio.timeout(LONGEST_S):
        await asyncio.Event().wait()


if __name__ == "__main__":
    url, tenant, moment, at = sys.argv[1:]
    asyncio.run(_run(url, _settings(tenant), datetime.fromisoformat(moment), at))
