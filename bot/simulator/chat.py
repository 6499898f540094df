"""A person plays: types in the terminal as the employee, or as the helpdesk's agent."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Final, Literal

import msgspec
from rich.console import Console
from rich.markup import escape

from bot.domain.diagnosis import Locale
from bot.simulator.cardreader import Button, Field, buttons, fields
from bot.simulator.client import TeamsClient
from bot.simulator.demo import HUMAN_DELAY_S, Outcome, first_end, opened
from bot.simulator.rooms import Card, Happening, Post
from bot.simulator.terminal import draw
from bot.simulator.texts import text
from bot.simulator.transcript import clock
from bot.simulator.world import World

Role = Literal["employee", "agent"]
Lines = asyncio.Queue[str | None]

QUIT: Final = frozenset({"q", "quit", "exit"})


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A button on the screen, with the card that it belongs to."""

    post: Post
    card: Card
    button: Button


class Chat:
    """A person's window: shows what arrives for them, and does what they type.

    Buttons are numbered through, so that those of an earlier card stay in reach. `?` shows what the
    person would see, `!` carries out what the newest card asks for; anything else is said.
    """

    def __init__(
        self, client: TeamsClient, world: World, lines: Lines, console: Console, locale: Locale
    ) -> None:
        self.client, self.world, self.lines = client, world, lines
        self.console, self.locale = console, locale
        self._rooms = client.channel.rooms
        self._rooms.observers.append(self._show)
        self._offered: dict[int, Offered] = {}
        self._drawn: dict[str, Card] = {}

    async def live(self) -> None:
        """Reads lines until the person leaves."""
        self._say("chat_help")
        while (line := await self.lines.get()) is not None and line not in QUIT:
            await self._obey(line)

    async def _obey(self, line: str) -> None:
        if line.isdecimal():
            await self._use(int(line))
        elif line == "?":
            seen = self._seen()
            self._say("chat_sees" if seen else "chat_sees_nothing", what=seen)
        elif line == "!":
            self._say("chat_works" if self.world.act(self._step()) else "chat_broken")
        elif line:
            await self.client.say(line)

    async def _use(self, number: int) -> None:
        offered = self._offered.get(number)
        if offered is None:
            self._say("chat_no_button")
            return
        inputs = await self._ask(fields(offered.card)) if offered.button.takes_inputs else {}
        if inputs is not None:
            await self.client.tap(offered.post, offered.button, inputs)

    def _newest(self) -> Offered | None:
        """A button of the newest card that asks for a step."""
        newest = (offered for _, offered in sorted(self._offered.items(), reverse=True))
        return next((offered for offered in newest if offered.button.says("step")), None)

    def _step(self) -> str:
        newest = self._newest()
        return newest.button.says("step") if newest else ""

    def _seen(self) -> str:
        """What one would see and answer; of a form to each question."""
        newest = self._newest()
        inputs = fields(newest.card) if newest else ()
        answers = [(field.label, self.world.answer(field.id)) for field in inputs]
        seen = " · ".join(f"{label} {answer}" for label, answer in answers if answer)
        return self.world.answer(self._step()) or seen

    async def _ask(self, wanted: tuple[Field, ...]) -> dict[str, str] | None:
        """Asks for each input; an empty line keeps what stands there. None when the person leaves."""
        given: dict[str, str] = {}
        for field in wanted:
            self._prompt(field)
            line = await self.lines.get()
            while line == "" and field.required and not field.value:
                self._say("chat_required")
                line = await self.lines.get()
            if line is None:
                return None
            given[field.id] = _chosen(field, line)
        return given

    def _show(self, happening: Happening) -> None:
        """Shows a new or changed card of this person's rooms, and what is said in them."""
        room = self._rooms.rooms.get(happening.room)
        mine = room is not None and self.client.member in room.members
        if not mine or happening.who == self.client.member.name:
            return
        at = f"[dim]{clock(happening.at)}[/dim]  [bold]{escape(happening.who)}[/bold]"
        if happening.text:
            self.console.print(f"{at}  {escape(happening.text)}", highlight=False)
        post = self._rooms.find(happening.post)
        card = None if post is None else self._rooms.seen_by(self.client.member, post)
        if post is not None and card is not None and card != self._drawn.get(post.id):
            self.console.print(at, draw(card, first=self._number(post, card)), sep="\n", highlight=False)

    def _number(self, post: Post, card: Card) -> int:
        """Gives the buttons of a card their numbers, instead of those it had; tells the first."""
        self._drawn[post.id] = card
        self._offered = {n: offered for n, offered in self._offered.items() if offered.post.id != post.id}
        first = 1 + max(self._offered, default=0)
        for number, button in enumerate(buttons(card), start=first):
            self._offered[number] = Offered(post=post, card=card, button=button)
        return first

    def _prompt(self, field: Field) -> None:
        self.console.print(escape(field.label or field.id), style="bold", highlight=False)
        for number, title in enumerate(field.choices.values(), start=1):
            self.console.print(f"  {number} · {escape(title)}", highlight=False)

    def _say(self, id_: str, **values: object) -> None:
        self.console.print(escape(text(self.locale, id_, **values)), style="italic", highlight=False)


async def converse(
    fault: str, locale: Locale, out: Path | None, console: Console, role: Role = "employee"
) -> Outcome:
    """Lets a person play one side of the case of `fault`; the other side is simulated."""
    async with opened(fault, locale, console) as (run, url):
        stage = run.stage
        person = stage.employee if role == "employee" else stage.helpdesk[0]
        window = Chat(stage.client(person, url), stage.world, typed_lines(), console, locale)
        employee, agent = stage.employee_at(url, HUMAN_DELAY_S), stage.agent_at(url, HUMAN_DELAY_S)
        await (employee.client.install() if role == "employee" else employee.report(locale))
        other = agent.live() if role == "employee" else employee.live()
        outcome = run.outcome(await first_end(run, [window.live(), other], None), out)
        run.summary(outcome)
        return outcome


def typed_lines() -> Lines:
    """What is typed on standard input, line by line; None at its end. A blocked read holds nothing up."""
    lines: Lines = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return lines


def _chosen(field: Field, line: str) -> str:
    """The value of the choice that a number names, or what was typed."""
    values = list(field.choices)
    if line.isdecimal() and 1 <= int(line) <= len(values):
        return values[int(line) - 1]
    return line or field.value
