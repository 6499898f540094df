"""A person's lines become messages and taps, and what arrives for them is shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO

from rich.console import Console

from bot.simulator.channel import TeamsChannel
from bot.simulator.chat import Chat
from bot.simulator.client import TeamsClient
from bot.simulator.rooms import BOT, Card, Room
from tests.support.people import ANNA, PAUL, broken_world
from tests.support.standin import StandIn, button, card, standin, teams


class Played:
    """A chat window with a bot behind it, and what was printed."""

    def __init__(self, channel: TeamsChannel, bot: StandIn) -> None:
        self.bot, self.channel = bot, channel
        self.room: Room = channel.rooms.open("a:1", "personal", ANNA)
        self.console = Console(width=100, color_system=None, record=True, file=StringIO())
        self.lines: asyncio.Queue[str | None] = asyncio.Queue()
        client = TeamsClient(channel, ANNA, self.room, bot.url)
        self.world = broken_world("time.clock")
        self.window = Chat(client, self.world, self.lines, self.console, "en")

    def shows(self, content: Card) -> None:
        """The bot posts a card."""
        self.channel.rooms.post(self.room, BOT, card=content)

    async def types(self, *lines: str) -> None:
        """The person types these lines, then leaves."""
        for line in (*lines, "q"):
            self.lines.put_nowait(line)
        await self.window.live()


@asynccontextmanager
async def _played() -> AsyncIterator[Played]:
    async with teams() as channel, standin() as bot:
        yield Played(channel, bot)


async def test_typed_words_are_said() -> None:
    async with _played() as played:
        await played.types("my phone is dead", "")
        assert [activity["text"] for activity in played.bot.received] == ["my phone is dead"]


async def test_number_uses_that_button() -> None:
    async with _played() as played:
        played.shows(
            card("Restart", buttons=(button("It works", "fixed"), button("Still dead", "not_fixed")))
        )
        await played.types("2")
        assert played.bot.received[0]["value"]["action"]["verb"] == "not_fixed"


async def test_unknown_number_is_explained() -> None:
    async with _played() as played:
        await played.types("7")
        assert played.bot.received == []
        assert "There is no such button." in played.console.export_text()


async def test_inputs_are_asked_for() -> None:
    async with _played() as played:
        choice = {
            "type": "Input.ChoiceSet", "id": "site", "label": "Site", "isRequired": True,
            "choices": [{"title": "Lyon", "value": "lyon"}, {"title": "Paris", "value": "paris"}],
        }  # fmt: skip
        text = {"type": "Input.Text", "id": "phone", "label": "Phone", "value": "CCX"}
        played.shows(card("Which phone?", choice, text, buttons=(button("OK", "start"),)))
        await played.types("1", "", "2", "")
        data = played.bot.received[0]["value"]["action"]["data"]
        assert (data["site"], data["phone"]) == ("paris", "CCX")
        assert "An answer is needed." in played.console.export_text()


async def test_arriving_card_is_drawn_with_numbers() -> None:
    async with _played() as played:
        played.shows(card("Restart the phone", buttons=(button("It works", "fixed"),)))
        printed = played.console.export_text()
        assert "Restart the phone" in printed
        assert "1 · It works" in printed


async def test_rooms_of_others_are_not_shown() -> None:
    async with _played() as played:
        played.channel.rooms.post(played.channel.helpdesk(PAUL), BOT, "triage")
        assert "triage" not in played.console.export_text()


async def test_older_buttons_stay_in_reach() -> None:
    async with _played() as played:
        played.shows(card("Restart", buttons=(button("It works", "fixed"),)))
        played.shows(card("Status", buttons=(button("Cancel", "cancel"),)))
        await played.types("2", "1")
        verbs = [activity["value"]["action"]["verb"] for activity in played.bot.received]
        assert verbs == ["cancel", "fixed"]


async def test_unchanged_card_is_not_drawn_again() -> None:
    async with _played() as played:
        post = played.channel.rooms.post(played.room, BOT, card=card("Restart"))
        played.channel.rooms.edit(played.room, post, "", card("Restart"))
        assert played.console.export_text().count("Restart") == 1


async def test_question_mark_shows_the_phone() -> None:
    async with _played() as played:
        played.shows(card("Address?", buttons=(button("OK", "answer", "ask.phone_ip"),)))
        await played.types("?")
        assert "You see: 10.20.30.41" in played.console.export_text()


async def test_exclamation_mark_carries_out_step() -> None:
    async with _played() as played:
        played.shows(card("Set the clock", buttons=(button("It works", "fixed", "act.fix_clock"),)))
        await played.types("!")
        assert "Done: the phone works." in played.console.export_text()
        assert played.world.can_call()


async def test_question_mark_answers_each_input() -> None:
    async with _played() as played:
        address = {"type": "Input.Text", "id": "ask.phone_ip", "label": "Address?"}
        power = {"type": "Input.Text", "id": "ask.phone_power", "label": "Lit?"}
        played.shows(card("Look", address, power, buttons=(button("OK", "answer", "ask.screen"),)))
        await played.types("?")
        assert "You see: Address? 10.20.30.41 · Lit? on" in played.console.export_text()


async def test_input_of_a_form_may_stay_empty() -> None:
    async with _played() as played:
        address = {"type": "Input.Text", "id": "ask.phone_ip", "label": "Address?"}
        power = {"type": "Input.Text", "id": "ask.phone_power", "label": "Lit?"}
        played.shows(card("Look", address, power, buttons=(button("OK", "answer", "ask.screen"),)))
        await played.types("1", "", "on")
        data = played.bot.received[0]["value"]["action"]["data"]
        assert (data.get("ask.phone_ip", ""), data["ask.phone_power"]) == ("", "on")
