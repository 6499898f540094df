"""A simulated person: watches what the bot sends them and reacts, as long as the case lives.

What employee and agent have in common: look for the newest card with a button for them, decide
once per offer, and wait for something new otherwise.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable

import msgspec

from bot.simulator.cardreader import Button, Field, buttons, fields
from bot.simulator.client import TeamsClient
from bot.simulator.rooms import Post
from bot.simulator.world import World


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A card's buttons of one case, and its inputs; `step` is what the bot asks for."""

    post: Post
    buttons: tuple[Button, ...]
    fields: tuple[Field, ...] = ()

    @property
    def step(self) -> str:
        """The step that its buttons belong to."""
        return next((b.says("step") for b in self.buttons if b.says("step")), "")

    def key(self, *, verb: str = "") -> tuple[str, ...]:
        """What makes this offer one that is answered once."""
        first = self.buttons[0]
        return (first.says("case"), verb or self.step, "" if verb else first.says("nonce"))

    def button(self, *verbs: str) -> Button | None:
        """The first button of one of these verbs, the verbs' order deciding."""
        found = ((b for b in self.buttons if b.verb == verb) for verb in verbs)
        return next((b for candidates in found for b in candidates), None)


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decides to do with an offer; `key` marks it as dealt with."""

    button: Button
    key: tuple[str, ...]
    inputs: dict[str, str] = {}


class Persona(ABC):
    """Somebody who reads cards and taps; `delay` is how long they take, in seconds."""

    def __init__(self, client: TeamsClient, world: World, delay: float = 0.0) -> None:
        self.client, self.world, self.delay = client, world, delay
        self.taps = 0
        self._dealt_with: set[tuple[str, ...]] = set()

    @abstractmethod
    def decide(self, offer: Offer) -> Move | None:
        """What to do about an offer; None leaves it alone."""

    async def live(self) -> None:
        """Reacts to whatever arrives, until cancelled."""
        seen, rooms = -1, self.client.channel.rooms
        while True:
            seen = len(rooms.journal)
            if not await self.react():
                await rooms.changed(seen, within=60.0)

    async def react(self) -> bool:
        """Deals with the newest offer that awaits this person; False when there is none."""
        for offer in self.offers():
            move = self.decide(offer)
            if move is not None and move.key not in self._dealt_with:
                self._dealt_with.add(move.key)
                await asyncio.sleep(self.delay)
                self.taps += 1
                await self.client.tap(offer.post, move.button, move.inputs)
                return True
        return False

    def offers(self) -> Iterable[Offer]:
        """Cards that carry buttons of a case, as this person sees them, newest first."""
        rooms = self.client.channel.rooms
        for post in rooms.posts_for(self.client.member):
            card = rooms.seen_by(self.client.member, post)
            mine = () if card is None else tuple(b for b in buttons(card) if b.says("case"))
            if card is not None and mine:
                yield Offer(post=post, buttons=mine, fields=fields(card))

    def knows(self, step: str) -> str | None:
        """What this person would answer; somebody of the helpdesk asks whoever can look."""
        return self.world.answer(step)

    def answer(self, offer: Offer) -> Move | None:
        """An honest answer to a question: the button of that value, or the input filled in."""
        value = self.knows(offer.step)
        if value is None:
            return self.fill_in(offer)
        for button in offer.buttons:
            if button.verb == "answer" and button.says("value") == value:
                return Move(button=button, key=offer.key())
        button_ = offer.button("answer")
        takes = any(f.id == "value" and (not f.choices or value in f.choices) for f in offer.fields)
        return Move(button=button_, key=offer.key(), inputs={"value": value}) if button_ and takes else None

    def fill_in(self, offer: Offer) -> Move | None:
        """Honest answers to a form; what one cannot see stays empty. None when one can see nothing of it."""
        inputs = {field.id: _fitting(field, self.knows(field.id)) for field in offer.fields}
        send = offer.button("answer")
        if send is None or not any(inputs.values()):
            return None
        return Move(button=send, key=offer.key(), inputs=inputs)


def _fitting(field: Field, answer: str | None) -> str:
    """An answer that the input can take, else nothing."""
    if answer is None or (field.choices and answer not in field.choices):
        return ""
    return answer
