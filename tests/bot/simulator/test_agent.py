"""The agent claims once, acts on the world, and hands over when that is what is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.simulator.agent import Agent
from bot.simulator.cardreader import buttons, fields
from bot.simulator.channel import TeamsChannel
from bot.simulator.client import TeamsClient
from bot.simulator.persona import Offer
from bot.simulator.rooms import BOT, Card, Post
from tests.support.people import PAUL, broken_world
from tests.support.standin import button, card, standin, teams

OPEN = ("claim", "resolve", "not_fixed", "escalate")


def _agent(channel: TeamsChannel, fault: str, url: str = "http://127.0.0.1:9") -> Agent:
    return Agent(TeamsClient(channel, PAUL, channel.helpdesk(PAUL), url), broken_world(fault))


def _triage(step: str, *verbs: str, nonce: str = "n1") -> Card:
    return card("D-1001", buttons=tuple(button(verb, verb, step, nonce=nonce) for verb in verbs or OPEN))


def _offer(content: Card) -> Offer:
    post = Post(id="1", room="19:x", author=BOT, at=datetime(2026, 11, 22, tzinfo=UTC), card=content)
    return Offer(post=post, buttons=buttons(content), fields=fields(content))


async def test_case_is_claimed_then_repaired() -> None:
    async with teams() as channel, standin() as bot:
        agent = _agent(channel, "network.dns", bot.url)
        thread = channel.rooms.thread(channel.helpdesk(PAUL), "17")
        channel.rooms.post(thread, BOT, card=_triage("act.fix_dns"))
        while await agent.react():
            pass
        assert [a["value"]["action"]["verb"] for a in bot.received] == ["claim", "resolve"]
        assert agent.world.can_call()


@pytest.mark.parametrize(
    ("fault", "step", "verb"),
    [
        ("network.dns", "act.fix_dns", "resolve"),
        ("network.dns", "act.open_firewall", "not_fixed"),
        ("unexplained", "escalate.microsoft", "escalate"),
        ("unexplained", "escalate.helpdesk", "escalate"),
    ],
)
async def test_step_of_card_decides_button(fault: str, step: str, verb: str) -> None:
    async with teams() as channel:
        move = _agent(channel, fault).decide(_offer(_triage(step, *OPEN[1:])))
        assert move is not None
        assert move.button.verb == verb


async def test_question_to_helpdesk_is_answered() -> None:
    async with teams() as channel:
        asked = card(
            "?",
            buttons=tuple(button(v, "answer", "ask.switch_poe", value=v) for v in ("fault", "delivering")),
        )
        move = _agent(channel, "network.dns").decide(_offer(asked))
        assert move is not None
        assert move.button.says("value") == "delivering"


async def test_card_without_step_is_left() -> None:
    async with teams() as channel:
        assert _agent(channel, "network.dns").decide(_offer(_triage("", "not_fixed"))) is None


async def test_form_to_helpdesk_is_filled_in() -> None:
    choices = [{"title": v, "value": v} for v in ("up", "err_disabled")]
    asked = card(
        "?",
        {"type": "Input.ChoiceSet", "id": "ask.switch_port", "choices": choices},
        buttons=(button("OK", "answer", "ask.switch"),),
    )
    async with teams() as channel:
        move = _agent(channel, "network.port_security").decide(_offer(asked))
        assert move is not None
        assert move.inputs == {"ask.switch_port": "err_disabled"}


async def test_question_beyond_helpdesk_is_declined() -> None:
    asked = card("?", buttons=(button("OK", "answer", "ask.sky"), button("?", "cannot", "ask.sky")))
    async with teams() as channel:
        move = _agent(channel, "network.dns").decide(_offer(asked))
        assert move is not None
        assert move.button.verb == "cannot"
