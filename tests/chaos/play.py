"""Plays a case in the simulated world while its bot is killed at instants drawn from a seed."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from bot.simulator.processes import Process, ProcessFailed, free_port, start, wait_ready
from bot.simulator.stage import Stage, runner_running
from bot.state.outbox import Item
from tests.chaos.aof import damage, record
from tests.chaos.judge import Doubt, Evidence, fates, is_message, problems
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


class Bot:
    """The bot as a process, at one address and on one data directory through all its lives."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.data = stage.path / "data"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.ready = asyncio.Event()
        self._process: Process | None = None
        self._waiting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts it; `ready` is set once it answers."""
        arguments = ["serve", "--port", self.url.rpartition(":")[2]]
        self._process = await start("serve", arguments, self.stage.settings(self.url), self.stage.path)
        self._waiting = asyncio.create_task(self._until_ready(self._process))

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

    def __init__(self, fault: str, stage: Stage) -> None:
        self.fault, self.stage = fault, stage
        self.bot = Bot(stage)
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

    async def strike(self, victim: Victim) -> Killed:
        """Stops the bot dead, notes what it was at, kills it and starts it again."""
        ready = self.bot.ready.is_set()
        tell(self.bot.process.pid, signal.SIGSTOP)
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
        await self.bot.kill(victim)
        await self.bot.start()
        return self.killed[-1]

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
        )


class Result(msgspec.Struct, kw_only=True):
    """How a case went: its kills, and everything that was wrong in the end."""

    fault: str
    seconds: float = 0.0
    killed: list[Killed] = []
    problems: list[str] = []
    fates: list[str] = []
    path: str = ""


@asynccontextmanager
async def opened(fault: str, result: Result) -> AsyncIterator[Play]:
    """A case about to begin; on the way out it is judged, and all that ran is ended and looked for."""
    path = Path(tempfile.mkdtemp(prefix="chaos-"))
    result.path = str(path)
    stage = Stage(fault, "fr", path)
    async with stage.running():
        play = Play(fault, stage)
        await play.bot.start()
        try:
            async with runner_running(stage, play.bot.url) as play.runner:
                await play.bot.until_ready()
                yield play
                await play.watch.look()
                evidence = play.evidence()
                result.problems += problems(evidence)
                result.fates = fates(evidence)
        except ProcessFailed as exc:
            result.problems.append(str(exc))
        finally:
            await play.watch.close()
            await play.bot.stop()
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
async def people(play: Play, *, report: bool = True) -> AsyncIterator[None]:
    """The employee reports, if not done, the helpdesk reads, and both react until left."""
    employee = play.stage.employee_at(play.bot.url, HUMAN_S)
    agent = play.stage.agent_at(play.bot.url, HUMAN_S)

    async def live() -> None:
        if report:
            await employee.report("fr")
        await employee.live()

    living = [asyncio.create_task(live()), asyncio.create_task(agent.live())]
    play.began = time.monotonic()
    try:
        yield
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
