"""A whole healthy installation for the doctor to look at, to be broken piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.doctor.finding import Finding
from bot.domain.conversation import Conversation
from bot.probes.queue import ProbeQueue
from bot.probes.wire import Greeting, RunnerState
from bot.settings import Settings, load_settings
from bot.simulator.channel import HELPDESK
from bot.simulator.network import SITE_ID
from bot.simulator.stage import Stage
from bot.state.roster import Roster
from tests.support.environment import forget_settings


class Installation:
    """Settings that point at a simulated world, and that world."""

    def __init__(self, stage: Stage, patch: pytest.MonkeyPatch) -> None:
        self.stage, self.patch = stage, patch

    def set(self, name: str, value: str) -> None:
        """Changes one setting."""
        self.patch.setenv(f"DECROCHE_{name}", value)

    @property
    def settings(self) -> Settings:
        """As a process would read them now."""
        return load_settings(None)


@asynccontextmanager
async def installation(
    directory: Path, redis: Redis, redis_url: str, patch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    """Everything is well: a runner was just heard, and somebody of the helpdesk has written."""
    forget_settings(patch)
    stage = Stage("network.dns", "fr", directory)
    async with stage.running():
        for name, value in stage.settings("https://bot.example").items():
            patch.setenv(name, value)
        patch.delenv("DECROCHE_PUBLIC_URL")
        patch.setenv("DECROCHE_REDIS_URL", redis_url)
        patch.setenv("DECROCHE_FIXES", "true")
        queue = ProbeQueue(redis)
        await queue.seen_runner(SITE_ID, "one")
        await queue.note_state(SITE_ID, "one", RunnerState(at=datetime.now(UTC), greeting=Greeting()))
        await Roster(redis).remember_place(_place(stage))
        yield Installation(stage, patch)


def _place(stage: Stage) -> Conversation:
    url = stage.channel.service_url
    return Conversation(id=HELPDESK, service_url=url, kind="channel", tenant=stage.tenant, bot="28:bot")


def found(findings: Iterable[Finding], what: str, area: str = "") -> Finding:
    """The one finding of that name."""
    (one,) = [finding for finding in findings if finding.what == what and area in ("", finding.area)]
    return one
