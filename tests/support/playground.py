"""Microsoft 365 Agents Playground against the real bot in a simulated site, as processes on this machine.

For the tests of the real client; by hand: `make playground`.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values

from bot.simulator.directory import User, make_directory
from bot.simulator.processes import environment, free_port
from tests.support import clienttools
from tests.support.waiting import soon

TEAM: Final = "19:helpdesk@thread.tacv2"
READY_S: Final = 40.0
CLI: Final = clienttools.MODULES / "@microsoft/m365agentsplayground/cli.js"


@dataclass
class Running:
    """A process that was started, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Waits until something holds; fails with the log when it does not, or the process has ended."""
        soon(lambda: holds() or self.process.poll() is not None, READY_S)
        said = self.log.read_text(errors="replace")[-3000:]
        assert holds(), f"{self.name} is not ready:\n{said}"

    def stop(self) -> None:
        """Ends it, by its own id."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Playground:
    """Where the client is, which settings the bot has, and the world that can be mended."""

    url: str
    settings: dict[str, str]
    world: Running
    folder: Path = field(repr=False)

    def mend(self) -> None:
        """Repairs what is broken at the site."""
        self.world.process.send_signal(signal.SIGUSR1)


def _start(name: str, command: Sequence[str], env: Mapping[str, str], folder: Path) -> Running:
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    return Running(name, process, log)


def answers(url: str) -> bool:
    """True when something answers 200 there."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _person(number: int, user: User) -> dict[str, str]:
    first, _, last = user.name.partition(" ")
    names = {"name": user.name, "givenName": first, "surname": last}
    ids = {"id": f"user-{number}", "aadObjectId": user.id}
    return {**ids, **names, "userPrincipleName": user.upn, "email": user.upn}


def client_config(tenant: str) -> dict[str, Any]:
    """The Playground's file: the people of the simulated directory; it wants five besides oneself."""
    people = [_person(number, user) for number, user in enumerate(make_directory(tenant).users)]
    spare = [
        {"id": f"spare-{n}", "name": f"Spare {n}", "aadObjectId": f"00000000-0000-0000-0000-00000000000{n}"}
        | {"givenName": "Spare", "surname": str(n), "userPrincipleName": f"spare{n}@bellecour.example"}
        | {"email": f"spare{n}@bellecour.example"}
        for n in range(1, 6)
    ]
    return {
        "version": "0.1.1",
        "tenantId": tenant,
        "bot": {"id": "28:decroche", "name": "Décroche"},
        "currentUser": people[0],
        "users": [*people[1:], *spare][:5],
        "personalChat": {"id": "a:personal"},
        "groupChat": {"id": "19:group@thread.v2", "name": "Group"},
        "team": {"id": TEAM, "name": "Helpdesk", "aadGroupId": "00000000-0000-0000-0000-000000000031", "channels": []},
    }  # fmt: skip


def _world(fault: str, bot: str, folder: Path, stack: ExitStack) -> tuple[Running, dict[str, str]]:
    """The site, its directory and its runner; and the settings that point the bot at them."""
    env = folder / "world.env"
    told = ["--no-channel", "--fault", fault, "--env", str(env), "--server", bot]
    world = _start("world", [sys.executable, "-m", "bot", "simulator", *told], environment({}), folder)
    stack.callback(world.stop)
    world.wait_for(lambda: env.is_file() and bool(env.read_text()))
    return world, {name: value or "" for name, value in dotenv_values(env).items()}


def _bot(settings: Mapping[str, str], port: int, folder: Path, stack: ExitStack) -> None:
    command = [sys.executable, "-m", "bot", "serve", "--dev", "--port", str(port)]
    bot = _start("bot", command, environment(settings), folder)
    stack.callback(bot.stop)
    bot.wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))


def _client(bot: str, tenant: str, port: int, folder: Path, stack: ExitStack) -> str:
    config = folder / "playground.json"
    config.write_text(json.dumps(client_config(tenant), ensure_ascii=False, indent=1), encoding="utf-8")
    env = clienttools.environment() | {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
    }
    told = ["-e", f"{bot}/api/messages", "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    client = _start("client", [str(clienttools.node()), str(CLI), "start", *told], env, folder)
    stack.callback(client.stop)
    url = f"http://localhost:{port}"
    client.wait_for(lambda: answers(url))
    return url


@contextmanager
def playground(fault: str, folder: Path, *, bot_port: int = 0, client_port: int = 0) -> Iterator[Playground]:
    """World, bot and client, ready; everything that they write lies in `folder`. Ports are free ones by default."""
    folder.mkdir(parents=True, exist_ok=True)
    if not clienttools.ready():
        clienttools.install()
    port = bot_port or free_port()
    bot = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        world, settings = _world(fault, bot, folder, stack)
        settings |= {"DECROCHE_HELPDESK_CHANNEL": TEAM, "DECROCHE_DATA_DIR": str(folder / "data")}
        _bot(settings, port, folder, stack)
        url = _client(bot, settings["DECROCHE_TENANT_ID"], client_port or free_port(), folder, stack)
        yield Playground(url, settings, world, folder)
