"""The simulated world alone, for a bot, a client or a test of one's own."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bot.simulator.stage import Stage, runner_running

DEFAULT_SERVER: Final = "http://127.0.0.1:3978"


async def run_world(
    fault: str,
    env_file: Path,
    server: str = DEFAULT_SERVER,
    *,
    no_channel: bool = False,
    stop: asyncio.Event,
    mend: asyncio.Event | None = None,
) -> None:
    """Runs site, login, Graph, channel and the runner for the bot at `server` until `stop` is set.

    The fault ends when `mend` is set: nobody else can carry out the cure in a world without people.

    `env_file` gets the settings that point a bot at this world; with `no_channel` it names no app
    id, for `serve --dev`. Raises `ConfigurationError` when there is no such fault.
    """
    path = Path(tempfile.mkdtemp(prefix="decroche-world-"))
    try:
        stage = Stage(fault, "fr", path)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(stage.running())
            write_env(env_file, stage.settings(server, channel=not no_channel))
            if stage.world.fault.runner:
                await stack.enter_async_context(runner_running(stage, server))
            cure = asyncio.create_task(_cure(stage, mend or asyncio.Event()))
            stack.callback(cure.cancel)
            await stop.wait()
    finally:
        shutil.rmtree(path, ignore_errors=True)


async def _cure(stage: Stage, mend: asyncio.Event) -> None:
    await mend.wait()
    stage.world.mend()


def write_env(env_file: Path, settings: Mapping[str, str]) -> None:
    """Writes a `.env` file that only its owner can read; values are quoted literally."""
    lines = [f"{name}='{value}'\n" for name, value in sorted(settings.items())]
    env_file.parent.mkdir(parents=True, exist_ok=True)
    env_file.touch(mode=0o600)
    env_file.write_text("".join(lines), encoding="utf-8")
