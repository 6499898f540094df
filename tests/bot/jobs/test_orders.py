"""Whose side an activity is on: decided before the turn, from what was learnt before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.events import Consult
from bot.domain.order import Order
from bot.jobs.orders import Orders, Route, consult
from tests.support.agents import BOB, NOOR, POST, PRIVATE, desk, handed_over, typed
from tests.support.cases import CaseBuilder
from tests.support.rig import ANNE, CHAT, SAMIR, Rig, tapped


@pytest.fixture
async def rig(redis: Redis) -> Rig:
    return await desk(redis)


def orders(rig: Rig) -> Orders:
    return Orders(rig.roster, rig.placements, rig.cases, rig.asked.audit)


async def test_ordinary_activities_go_by_their_place(rig: Rig) -> None:
    assert await orders(rig).route(typed("bonjour", CHAT, ANNE)) == Route(role="employee")
    assert await orders(rig).route(typed("bonjour", POST)) == Route(role="helpdesk")
    assert await orders(rig).route(tapped("start")) == Route(role="employee")


async def test_agents_order_counts_anywhere(rig: Rig) -> None:
    for place in (POST, PRIVATE):
        assert await orders(rig).route(typed("queue", place)) == Route(
            role="helpdesk", order=Order(name="queue")
        )


async def test_stranger_is_asked_about_first(rig: Rig) -> None:
    assert (await orders(rig).route(typed("queue", POST, BOB))).unknown
    await rig.roster.learn(BOB.key, False)
    assert (await orders(rig).route(typed("queue", POST, BOB))).refused
    assert await orders(rig).route(typed("queue", PRIVATE, BOB)) == Route(role="employee")


async def test_approver_may_give_the_second_key_only(rig: Rig) -> None:
    await rig.roster.learn(BOB.key, False, approver=True)
    assert not (await orders(rig).route(typed("approuver", POST, BOB))).refused
    assert (await orders(rig).route(typed("escalader", POST, BOB))).refused


async def test_card_of_somebody_elses_case_needs_rights(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    hers = replace(PRIVATE, id="a:bob")
    await rig.roster.learn(BOB.key, False)
    tap = tapped("claim", "t", case=case.id, conversation=hers, person=BOB)
    assert await orders(rig).route(tap) == Route(role="employee")
    assert (await orders(rig).route(replace(tap, person=SAMIR, conversation=PRIVATE))).role == "helpdesk"
    assert (await orders(rig).route(replace(tap, person=ANNE, conversation=CHAT))).role == "employee"


@pytest.mark.parametrize(
    "named", ["aad-noor", "Noor Haddad", "@noor haddad", "NOOR.HADDAD@contoso.fr", "noor"]
)
async def test_assignee_is_found_among_agents(rig: Rig, named: str) -> None:
    by_word = await orders(rig).subject(typed("x"), Order(name="assign", text=named))
    picked = await orders(rig).subject(tapped("assign", values={"agent": named}), None)
    written = await orders(rig).subject(tapped("assign", values={"agent": "", "assign": named}), None)
    assert by_word == picked == written == NOOR


@pytest.mark.parametrize("named", ["", "Bob", "aad-bob", "n@x.fr"])
async def test_nobody_else_is_an_assignee(rig: Rig, named: str) -> None:
    assert await orders(rig).subject(typed("x"), Order(name="assign", text=named)) is None
    assert await orders(rig).subject(tapped("claim"), None) is None


async def test_agent_may_name_themselves(rig: Rig) -> None:
    assert await orders(rig).subject(typed("x"), Order(name="assign", text="moi")) == SAMIR


def test_case_takes_its_own_orders() -> None:
    case, incoming = CaseBuilder().opened().case, typed("claim")
    claim, queue = Order(name="claim"), Order(name="queue")
    assert consult(incoming, claim, case) is None
    assert consult(incoming, claim, None) == Consult(order=claim, incoming=incoming)
    assert consult(incoming, queue, case) == Consult(order=queue, incoming=incoming)
