"""`decroche runner`, from its arguments to its end.

It reads its arguments itself: the library behind the other commands would stay in a small box's memory for ever.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bot.errors import ConfigurationError
from bot.runner.settings import RunnerSettings, logged, read_settings
from bot.runner.switch.credentials import read_keys
from bot.runner.worker import run


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which site to work for, with which bot, and where results wait (in the data directory unless told)."""

    site: str
    server: str
    state: Path | None = None


def parse(arguments: Sequence[str]) -> Wanted:
    """Reads the arguments; ends the process with code 2, as every command does, when they are wrong."""
    parser = argparse.ArgumentParser(prog="decroche runner", allow_abbrev=False)
    parser.add_argument("--site", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--state", type=Path)
    return msgspec.convert(vars(parser.parse_args(list(arguments))), Wanted, from_attributes=True)


def start(wanted: Wanted) -> None:
    """Works until SIGTERM or SIGINT; raises `ConfigurationError`."""
    asyncio.run(_work(wanted, logged(read_settings())))


async def _work(wanted: Wanted, settings: RunnerSettings) -> None:
    if settings.runner_token is None:
        raise ConfigurationError(
            "DECROCHE_RUNNER_TOKEN is not set", "`decroche site token ID`, where the bot runs, gives one."
        )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(
        wanted.site,
        wanted.server,
        settings.runner_token,
        f"{socket.gethostname()}-{os.getpid()}",
        stop,
        ca_file=settings.ca_file,
        keys=read_keys(settings.switches),
        folder=wanted.state or settings.data_dir / "runner",
    )
