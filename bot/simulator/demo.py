"""A whole case, played against the simulated site: real HTTP, real sockets, the real bot.

People answer from what is true in the world; the outcome is read from the bot's own ledger.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.rule import Rule
from rich.table import Table

from bot.domain.diagnosis import Locale
from bot.simulator.employee import Employee
from bot.simulator.faults import verdict_of
from bot.simulator.ledger import Ended, Ledger, case_on, read_ledger
from bot.simulator.rooms import Happening
from bot.simulator.stage import Stage, bot_running
from bot.simulator.taps import first_card_s, taps_until_verdict
from bot.simulator.texts import text
from bot.simulator.transcript import progress_line, transcript

TIMEOUT_S: Final = 90.0
HUMAN_DELAY_S: Final = 0.2
QUIET_S: Final = 1.0
_SLOWEST_S: Final = 8.0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a case ended: `steps` counts what people tapped, `bundle` is the path of the ticket.

    `taps` are those of the employee until the verdict; `first_card_s` is how long their first card took.
    """

    fault: str
    verdict: str
    ended: Ended
    steps: int
    seconds: float
    bundle: str | None = None
    taps: int = 0
    first_card_s: float | None = None

    @property
    def right(self) -> bool:
        """True when the verdict is the fault, and the case came to its end."""
        return self.verdict == verdict_of(self.fault) and self.ended not in {"timeout", "stopped"}


class Run:
    """One case being played: its stage, where it prints, and how long its parts took."""

    def __init__(self, fault: str, stage: Stage, console: Console) -> None:
        self.fault, self.stage, self.console = fault, stage, console
        self.locale = stage.locale
        self.phases: list[tuple[str, timedelta]] = []
        self.ledger = Ledger()
        self.settings: dict[str, str] = {}
        self.began = time.monotonic()
        self.keep = True
        self.case: str | None = None
        stage.channel.rooms.observers.append(self._note_case)

    def say(self, id_: str, **values: object) -> None:
        """Prints one of the simulator's own sentences."""
        self.console.print(escape(text(self.locale, id_, **values)), highlight=False)

    def mark(self, phase: str, since: float) -> None:
        """Notes how long a part took."""
        self.phases.append((phase, timedelta(seconds=time.monotonic() - since)))

    def watch(self) -> None:
        """Prints a line for everything that happens from now on."""
        rooms = self.stage.channel.rooms

        def show(happening: Happening) -> None:
            line = progress_line(rooms, happening, self.locale)
            if line:
                self.console.print(
                    escape(line), style="dim", highlight=False, overflow="ellipsis", no_wrap=True
                )

        rooms.observers.append(show)

    async def until_ended(self) -> Ended:
        """Waits for a pause in what happens, then asks the bot whether the case has ended."""
        seen, pause = 0, QUIET_S
        while True:
            length = await self.stage.channel.rooms.changed(seen, within=pause)
            if length > seen:
                seen, pause = length, QUIET_S
                continue
            ended = await self._ended_now()
            if ended is not None:
                return ended
            pause = min(2 * pause, _SLOWEST_S)

    async def _ended_now(self) -> Ended | None:
        if self.case is None:
            return None
        self.ledger = await read_ledger(self.case, self.settings, self.stage.path) or self.ledger
        return self.ledger.ended

    def _note_case(self, happening: Happening) -> None:
        """Buttons go when a card is dealt with, so the case is noted as soon as one carries it."""
        post = self.stage.channel.rooms.find(happening.post)
        if self.case is None and post is not None and post.card is not None:
            self.case = case_on(post.card)

    def outcome(self, ended: Ended, out: Path | None) -> Outcome:
        """Sums up; copies the bundle to `out`."""
        journal, employee = self.stage.channel.rooms.journal, self.stage.employee.name
        bundle = find_bundle(self.stage.path / "data", out)
        self.keep = ended == "timeout" or (bundle is not None and out is None)
        return Outcome(
            fault=self.fault,
            verdict=self.ledger.verdict,
            ended=ended,
            steps=sum(happening.kind == "tapped" for happening in journal),
            seconds=round(time.monotonic() - self.began, 1),
            bundle=None if bundle is None else str(bundle),
            taps=taps_until_verdict(journal, employee, self.ledger.all("judged")),
            first_card_s=first_card_s(journal),
        )

    def report(self, outcome: Outcome) -> None:
        """Prints the transcript, then the summary."""
        self.console.print()
        for part in transcript(self.stage.channel.rooms, self.locale):
            self.console.print(part)
        self.summary(outcome)

    def summary(self, outcome: Outcome) -> None:
        """Prints how long each part took, and how it ended."""
        self.console.print(Rule(text(self.locale, "durations"), style="blue", align="left"))
        self.console.print(self._durations(outcome))
        self.say("verdict", verdict=outcome.verdict)
        self.say(f"ended_{outcome.ended}")
        self.say("steps", n=outcome.steps)
        if outcome.bundle:
            self.say("bundle", path=outcome.bundle)

    def _durations(self, outcome: Outcome) -> Table:
        table = Table.grid(padding=(0, 2))
        whole = ("phase_total", timedelta(seconds=outcome.seconds))
        for phase, took in (*self.phases, *self.ledger.phases(), whole):
            table.add_row(text(self.locale, phase), text(self.locale, "seconds", n=took.total_seconds()))
        return table


@asynccontextmanager
async def opened(fault: str, locale: Locale, console: Console) -> AsyncIterator[tuple[Run, str]]:
    """A stage with the fault and a bot that is ready, in a directory of its own; gives the bot's address.

    The directory is removed unless something failed or the only copy of a bundle lies in it.
    """
    path = Path(tempfile.mkdtemp(prefix="decroche-"))
    stage = Stage(fault, locale, path)
    run = Run(fault, stage, console)
    run.say("starting_world")
    run.say("breaking", fault=fault)
    try:
        with stopped_by_signal():
            async with stage.running():
                run.mark("phase_world", run.began)
                run.say("starting_bot")
                since = time.monotonic()
                async with bot_running(stage) as url:
                    run.mark("phase_bot", since)
                    run.settings = stage.settings(url)
                    yield run, url
    except asyncio.CancelledError:
        run.keep = False
        raise
    finally:
        if not run.keep:
            shutil.rmtree(path, ignore_errors=True)


async def play(fault: str, locale: Locale, out: Path | None, console: Console) -> Outcome:
    """Plays the case of `fault` to its end, at most 90 seconds; everything human goes to `console`.

    Raises `ConfigurationError` when there is no such fault, `ProcessFailed` when the bot does not run.
    """
    async with opened(fault, locale, console) as (run, url):
        run.watch()
        employee = run.stage.employee_at(url, HUMAN_DELAY_S)
        agent = run.stage.agent_at(url, HUMAN_DELAY_S)
        people = [_reporting(employee, locale), agent.live()]
        outcome = run.outcome(await first_end(run, people, TIMEOUT_S), out)
        run.report(outcome)
        return outcome


async def first_end(run: Run, people: Iterable[Coroutine[Any, Any, None]], within: float | None) -> Ended:
    """Lets people live until the case has ended, somebody has left, or time is up.

    What a person raises is raised here.
    """
    ending = asyncio.create_task(run.until_ended())
    living = [asyncio.create_task(person) for person in people]
    try:
        done, _ = await asyncio.wait([ending, *living], timeout=within, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {ending}:
            task.result()
        if ending in done:
            return ending.result()
        return "stopped" if done else "timeout"
    finally:
        for task in (ending, *living):
            task.cancel()
        await asyncio.gather(ending, *living, return_exceptions=True)


def find_bundle(data: Path, out: Path | None) -> Path | None:
    """The newest bundle that the bot wrote, copied to `out` when given; None when there is none."""
    bundles = sorted((data / "bundles").rglob("*.zip"), key=lambda path: path.stat().st_mtime)
    if not bundles or out is None:
        return bundles[-1] if bundles else None
    out.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy2(bundles[-1], out))


@contextmanager
def stopped_by_signal() -> Iterator[None]:
    """SIGTERM ends the current task like Ctrl-C does, so that no process is left behind."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def _reporting(employee: Employee, locale: Locale) -> None:
    await employee.report(locale)
    await employee.live()
