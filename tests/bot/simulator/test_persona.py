"""What employee and agent have in common: newest offer first, each answered once."""

from __future__ import annotations

import asyncio

from bot.simulator.channel import TeamsChannel
from bot.simulator.client import TeamsClient
from bot.simulator.persona import Move, Offer, Persona
from bot.simulator.rooms import BOT, Card
from tests.support.people import ANNA, broken_world
from tests.support.standin import StandIn, button, card, standin, teams
from tests.support.waiting import wait_until


class Eager(Persona):
    """Taps the first button of every card."""

    def decide(self, offer: Offer) -> Move | None:
        return Move(button=offer.buttons[0], key=offer.key())


def _eager(channel: TeamsChannel, bot: StandIn) -> Eager:
    room = channel.rooms.open("a:1", "personal", ANNA)
    return Eager(TeamsClient(channel, ANNA, room, bot.url), broken_world("network.dns"))


def _show(channel: TeamsChannel, content: Card) -> None:
    channel.rooms.post(channel.rooms.open("a:1", "personal", ANNA), BOT, card=content)


async def test_offer_is_answered_only_once() -> None:
    async with teams() as channel, standin() as bot:
        person = _eager(channel, bot)
        _show(channel, card("Hello", buttons=(button("OK", "fixed", "act.x"),)))
        assert await person.react()
        assert not await person.react()
        assert (len(bot.received), person.taps) == (1, 1)


async def test_same_step_with_new_nonce_is_answered() -> None:
    async with teams() as channel, standin() as bot:
        person = _eager(channel, bot)
        for nonce in ("n1", "n2"):
            _show(channel, card("Hello", buttons=(button("OK", "fixed", "act.x", nonce=nonce),)))
            assert await person.react()
        assert len(bot.received) == 2


async def test_card_without_a_case_is_left() -> None:
    async with teams() as channel, standin() as bot:
        person = _eager(channel, bot)
        _show(channel, card("Welcome", buttons=(button("Start", "start", case=""),)))
        assert not await person.react()


async def test_person_wakes_when_a_card_arrives() -> None:
    async with teams() as channel, standin() as bot:
        person = _eager(channel, bot)
        living = asyncio.create_task(person.live())
        _show(channel, card("Hello", buttons=(button("OK", "fixed", "act.x"),)))
        await wait_until(lambda: bool(bot.received), "the tap arrives")
        living.cancel()
        assert bot.received[0]["value"]["action"]["verb"] == "fixed"
