"""Plays a case in the simulated world while its bot is killed at instants drawn from a seed."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from bot.simulator.persona import Persona
from bot.simulator.processes import Process, ProcessFailed, free_port, start, wait_ready
from bot.simulator.stage import Stage, runner_running
from bot.state.outbox import Item
from tests.chaos.aof import damage, record
from tests.chaos.balancer import Balancer
from tests.chaos.judge import Doubt, Evidence, fates, is_message, problems
from tests.chaos.server import Server
from tests.chaos.state import Snapshot, State
from tests.chaos.system import orphans, servers, tell
from tests.support.waiting import becomes

Victim = Literal["bot", "bot and Redis"]

LOOK_S: Final = 0.1
HUMAN_S: Final = 0.25
CASE_S: Final = 120.0


class Kill(msgspec.Struct, frozen=True, kw_only=True):
    """When: `after_s` after the last start, or after probes have begun; and what dies."""

    probing: bool
    after_s: float
    victim: Victim


class Killed(msgspec.Struct, frozen=True, kw_only=True):
    """What a kill met: where the case stood, whether probes ran, what was being sent."""

    at: datetime
    at_s: float
    victim: Victim
    stage: str
    entries: int
    probing: bool
    ready: bool
    waiting: int
    sending: tuple[Item, ...]


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """How the bot is run: how many of it, on a Redis of its own or an outside one, with what other settings.

    `hosts` are trusted besides Teams, and keep files.
    """

    bots: int = 1
    outside: bool = False
    settings: dict[str, str] = {}
    hosts: tuple[str, ...] = ()


ALONE: Final = Setup()


class Bot:
    """The bot as a process, at one address and on one data directory through all its lives.

    `front` is the address that people and runners know, its own unless a balancer stands before it.
    """

    def __init__(self, stage: Stage, settings: Mapping[str, str], hosts: Sequence[str]) -> None:
        self.stage = stage
        self.data = stage.path / "data"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.front = self.url
        self._more, self._hosts = dict(settings), tuple(hosts)
        self.ready = asyncio.Event()
        self._process: Process | None = None
        self._waiting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts it; `ready` is set once it answers."""
        hosts = json.dumps([self.stage.channel.host, *self._hosts])
        settings = self.stage.settings(self.front) | {"DECROCHE_TRUSTED_HOSTS": hosts} | self._more
        self._process = await start("serve", ["serve", "--port", str(self.port)], settings, self.stage.path)
        self._waiting = asyncio.create_task(self._until_ready(self._process))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    @property
    def process(self) -> Process:
        """The process of this life."""
        if self._process is None:
            raise RuntimeError("the bot was not started")
        return self._process

    async def kill(self, victim: Victim) -> None:
        """Ends it at once, if wished with the embedded Redis and its supervisor."""
        self._forget()
        others = servers(self.data) if victim == "bot and Redis" else []
        for pid in (self.process.pid, *others):
            tell(pid, signal.SIGKILL)
        await self.process.kill()
        await becomes(lambda: not set(others) & set(servers(self.data)), 5.0)

    async def stop(self) -> float:
        """Ends it in order (SIGTERM), or the hard way when it takes too long; gives the seconds it took."""
        self._forget()
        began = time.monotonic()
        await self.process.stop()
        return time.monotonic() - began

    async def until_ready(self) -> None:
        """Waits for it; raises `ProcessFailed` when it does not come up."""
        if self._waiting is not None:
            await self._waiting

    def _forget(self) -> None:
        self.ready.clear()
        if self._waiting is not None:
            self._waiting.cancel()

    async def _until_ready(self, process: Process) -> None:
        await wait_ready(process, f"{self.url}/readyz")
        self.ready.set()


class Watch:
    """Looks at the bot's state all the time; `now` is the last that could be read."""

    def __init__(self, stage: Stage, data: Path) -> None:
        self._state = State(data)
        self._rooms = stage.channel.rooms
        self.now = Snapshot()
        self.ended = asyncio.Event()
        self.probing = asyncio.Event()
        self._closing = False
        self._running = asyncio.create_task(self.run())

    async def run(self) -> None:
        """Until closed; not until cancelled, which redis-py may swallow."""
        while not self._closing:
            await self.look()
            await self._rooms.changed(len(self._rooms.journal), within=LOOK_S)

    async def look(self) -> Snapshot:
        """Reads the state now."""
        self.now = await self._state.snapshot() or self.now
        if self.now.ended:
            self.ended.set()
        if self.now.probing:
            self.probing.set()
        else:
            self.probing.clear()
        return self.now

    async def passes(self, seconds: float) -> bool:
        """Waits; False when the case ends first."""
        try:
            async with asyncio.timeout(seconds):
                await self.ended.wait()
        except TimeoutError:
            return True
        return False

    async def until_probing(self) -> bool:
        """Waits for a job of probes; False when the case ends first."""
        waits = [asyncio.create_task(event.wait()) for event in (self.probing, self.ended)]
        await asyncio.wait(waits, timeout=CASE_S, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return self.probing.is_set()

    async def close(self) -> None:
        """Looks no more."""
        self._closing = True
        await asyncio.wait([self._running])
        await self._state.close()


class Play:
    """A case being played."""

    def __init__(self, fault: str, stage: Stage, setup: Setup) -> None:
        self.fault, self.stage, self.setup = fault, stage, setup
        self.server = Server(stage.path / "data") if setup.outside else None
        where = {"DECROCHE_REDIS_URL": self.server.url} if self.server else {}
        self.bots = [Bot(stage, where | setup.settings, setup.hosts) for _ in range(setup.bots)]
        self.bot = self.bots[0]
        self.balancer = Balancer([bot.port for bot in self.bots])
        self.watch = Watch(stage, self.bot.data)
        self.killed: list[Killed] = []
        self.runner: Process | None = None
        self.began = time.monotonic()

    async def suffer(self, kills: Sequence[Kill]) -> None:
        """Carries out the kills, as far as the case lasts."""
        for kill in kills:
            if kill.probing:
                await self.bot.until_ready()
                if not await self.watch.until_probing():
                    return
            if not await self.watch.passes(kill.after_s):
                return
            await self.strike(kill.victim)

    async def strike(self, victim: Victim, bot: Bot | None = None) -> Killed:
        """Stops the bot dead, notes what it was at, kills it and starts it again."""
        bot = bot or self.bot
        await self.freeze(bot, victim)
        await bot.kill(victim)
        await bot.start()
        return self.killed[-1]

    async def freeze(self, bot: Bot, victim: Victim = "bot") -> None:
        """Stops a bot dead and notes what it was at."""
        ready = bot.ready.is_set()
        tell(bot.process.pid, signal.SIGSTOP)
        met = await self.watch.look()
        self.killed.append(
            Killed(
                at=datetime.now(UTC),
                at_s=time.monotonic() - self.began,
                victim=victim,
                stage=met.case.stage if met.case else "before the report",
                entries=met.case.version if met.case else 0,
                probing=met.probing,
                ready=ready,
                waiting=len(met.waiting),
                sending=met.sending,
            )
        )

    async def open(self) -> None:
        """Starts what the bots need, then the bots."""
        if len(self.bots) > 1:
            front = await self.balancer.start()
            for bot in self.bots:
                bot.front = front
        if self.server is not None:
            await self.server.start()
        for bot in self.bots:
            await bot.start()

    async def close(self) -> None:
        """Ends all of it."""
        await self.watch.close()
        for bot in self.bots:
            await bot.stop()
        await self.balancer.close()
        if self.server is not None:
            await self.server.kill()

    async def until_ready(self) -> None:
        """Waits for every bot; raises `ProcessFailed` when one does not come up."""
        for bot in self.bots:
            await bot.until_ready()

    async def kill_runner(self) -> None:
        """Ends the site's runner at once."""
        if self.runner is not None:
            await self.runner.kill()

    async def until_ended(self, within_s: float = CASE_S) -> None:
        """Waits until the case has ended and everything is delivered, or time is up."""
        await self.watch.passes(within_s)

    def evidence(self) -> Evidence:
        """What there is to judge."""
        doubt = {
            item.id: Doubt(item=item, at=killed.at)
            for killed in reversed(self.killed)
            for item in killed.sending
            if is_message(item)
        }
        kept = record(self.bot.data)
        return Evidence(
            fault=self.fault,
            stage=self.stage,
            end=self.watch.now,
            record=kept,
            unknowable=tuple(reversed(doubt.values())),
            fixes="DECROCHE_FIXES" in self.setup.settings,
        )


class Result(msgspec.Struct, kw_only=True):
    """How a case went: its kills, and everything that was wrong in the end."""

    fault: str
    seconds: float = 0.0
    killed: list[Killed] = []
    problems: list[str] = []
    fates: list[str] = []
    notes: list[str] = []
    path: str = ""


@asynccontextmanager
async def opened(fault: str, result: Result, setup: Setup = ALONE) -> AsyncIterator[Play]:
    """A case about to begin; on the way out it is judged, and all that ran is ended and looked for."""
    path = Path(tempfile.mkdtemp(prefix="chaos-"))
    result.path = str(path)
    stage = Stage(fault, "fr", path)
    async with stage.running():
        play = Play(fault, stage, setup)
        try:
            await play.open()
            async with runner_running(stage, play.bot.front) as play.runner:
                await play.until_ready()
                yield play
                await play.watch.look()
                evidence = play.evidence()
                result.problems += problems(evidence)
                result.fates = fates(evidence)
        except ProcessFailed as exc:
            result.problems.append(str(exc))
        finally:
            await play.close()
        result.problems += await _remains(play.bot.data)
        result.seconds = time.monotonic() - play.began
        result.killed = play.killed
    if not result.problems:
        shutil.rmtree(path, ignore_errors=True)


async def _remains(data: Path) -> list[str]:
    """What is left of a bot that has ended."""
    left = [f"process {pid} is left" for pid in await orphans(data)]
    harm = damage(data)
    return left + ([f"the append-only file is damaged: {harm}"] if harm else [])


@asynccontextmanager
async def people(
    play: Play, *, report: bool = True, agents: Sequence[Persona] | None = None
) -> AsyncIterator[None]:
    """The employee reports, if not done, the helpdesk reads (one agent, or these), and all react until left."""
    employee = play.stage.employee_at(play.bot.front, HUMAN_S)
    reading = [play.stage.agent_at(play.bot.front, HUMAN_S)] if agents is None else agents

    async def live() -> None:
        if report:
            await employee.report("fr")
        await employee.live()

    living = [asyncio.create_task(live()), *(asyncio.create_task(agent.live()) for agent in reading)]
    play.began = time.monotonic()
    try:
        yield
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
