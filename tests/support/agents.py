"""An agent at work on the rig: in the helpdesk's channel, in a case's thread, in private, in a group chat."""

from __future__ import annotations

from itertools import count
from typing import Any

from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Case
from bot.domain.conversation import Conversation, Incoming, Message
from bot.domain.people import Person
from bot.state.roster import Agent
from cards.elements import walk
from tests.support.rig import CHANNEL, CHAT, SAMIR, Rig, said

NOOR = Person(id="29:noor", name="Noor Haddad", aad="aad-noor", upn="noor.haddad@contoso.fr")
BOB = Person(id="29:bob", name="Bob", aad="aad-bob")
POST = replace(CHAT, id=f"{CHANNEL};messageid=77", kind="channel")
PRIVATE = replace(CHAT, id="a:samir")
GROUP = replace(CHAT, id="19:group@thread.v2", kind="groupChat")

_numbers = count(1)


async def desk(redis: Redis) -> Rig:
    """A rig with two agents whom everybody knows."""
    rig = Rig(redis)
    await rig.roster.learn_all(
        (
            Agent(person=replace(SAMIR, upn="samir@contoso.fr"), helpdesk=True),
            Agent(person=NOOR, helpdesk=True),
        )
    )
    return rig


async def handed_over(rig: Rig) -> tuple[Case, Conversation]:
    """A case of Anne's that a person has, and its thread."""
    await rig.report()
    await rig.desk.receive(said("je veux parler à quelqu’un", "p"))
    await rig.deliver()
    case = await rig.case()
    begun = next(sent for sent in rig.teams.taken if sent.how == "thread")
    return case, replace(CHAT, id=begun.conversation, kind="channel")


def typed(text: str, where: Conversation = POST, person: Person = SAMIR, **changes: Any) -> Incoming:
    """What an agent types."""
    return said(text, f"agent-{next(_numbers)}", conversation=where, person=person, **changes)


async def order(rig: Rig, text: str, where: Conversation = POST, person: Person = SAMIR) -> list[Message]:
    """Types something and lets the bot do all that follows; what was then written there."""
    before = len(rig.teams.taken)
    await rig.desk.receive(typed(text, where, person))
    await rig.deliver()
    return [sent.message for sent in rig.teams.taken[before:] if sent.conversation == where.id]


async def press(
    rig: Rig, verb: str, where: Conversation, case: Case | None = None, person: Person = SAMIR, **changes: Any
) -> None:
    """Uses a button and lets the bot do all that follows."""
    tap = typed("", where, person, kind="tap", verb=verb, case=case.id if case else "", **changes)
    await rig.desk.receive(tap)
    await rig.deliver()


def words(message: Message) -> str:
    """All that a message says, a card's words included."""
    if message.card is None:
        return message.text
    return " ".join(
        str(node.get(name, ""))
        for node in walk(message.card)
        for name in ("text", "title", "label")
        if name in node
    )
