"""What the command line calls: plays, prints, and gives the exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console

from bot.domain.diagnosis import Locale
from bot.errors import ConfigurationError
from bot.simulator.chat import Role, converse
from bot.simulator.demo import play
from bot.simulator.faults import find_fault
from bot.simulator.simulator import run_world

_ROLES: Final[dict[str, Role]] = {"employee": "employee", "agent": "agent"}


def run_demo(
    *,
    fault: str,
    locale: Locale,
    out: Path,
    as_json: bool = False,
    chat: bool = False,
    role: str = "employee",
) -> int:
    """Plays a case, alone or (`chat`) with a person; 0 when the bot found the fault, else 1.

    With `as_json` only the outcome goes to stdout, as JSON. Raises `ConfigurationError` for an unknown
    fault or role.
    """
    find_fault(fault)
    console, as_ = Console(stderr=as_json), _role(role)
    playing = converse(fault, locale, out, console, as_) if chat else play(fault, locale, out, console)
    try:
        outcome = asyncio.run(playing)
    except (asyncio.CancelledError, KeyboardInterrupt):
        return 1
    if as_json:
        sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
    return 0 if outcome.right else 1


def run_simulator(*, fault: str, env: Path, server: str, no_channel: bool = False) -> None:
    """Runs the simulated world until SIGINT or SIGTERM; SIGUSR1 mends what is broken in it."""
    find_fault(fault)
    sys.stderr.write(f"The simulated world runs until stopped (Ctrl-C); its settings go to {env}.\n")
    asyncio.run(_simulate(fault, env, server, no_channel))


async def _simulate(fault: str, env: Path, server: str, no_channel: bool) -> None:
    stop, mend, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, mend.set)
    await run_world(fault, env, server, no_channel=no_channel, stop=stop, mend=mend)


def _role(word: str) -> Role:
    role = _ROLES.get(word)
    if role is None:
        raise ConfigurationError(f"there is no role {word!r}", f"Choose one of: {', '.join(_ROLES)}.")
    return role
