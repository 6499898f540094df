"""The employee fills in the form, answers honestly, and does only what a person at a desk can do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.simulator.cardreader import Button, Field, buttons, fields
from bot.simulator.channel import TeamsChannel
from bot.simulator.client import TeamsClient
from bot.simulator.employee import PHONE, Employee
from bot.simulator.persona import Move, Offer
from bot.simulator.rooms import Card, Post
from tests.support.people import ANNA, broken_world
from tests.support.standin import button, card, standin, teams

CHOICES = {"type": "Input.ChoiceSet", "choices": [{"title": "Lyon", "value": "lyon"}]}


def _employee(fault: str) -> Employee:
    channel = TeamsChannel("tenant-1")
    room = channel.rooms.open("a:1", "personal", ANNA)
    return Employee(TeamsClient(channel, ANNA, room, "http://127.0.0.1:9"), broken_world(fault))


def _decision(fault: str, content: Card) -> Move | None:
    return _employee(fault).decide(_offer(content))


def _offer(content: Card) -> Offer:
    post = Post(id="1", room="a:1", author="bot", at=datetime(2026, 11, 22, tzinfo=UTC), card=content)
    return Offer(post=post, buttons=buttons(content), fields=fields(content))


def _ask(step: str, *values: str, **input_: Any) -> Card:
    offered = [button(value, "answer", step, value=value) for value in values]
    if input_:
        offered.append(button("OK", "answer", step))
    body = [{"id": "value", **input_}] if input_ else []
    return card("?", *body, buttons=(*offered, button("Je ne peux pas", "cannot", step)))


def _act(step: str) -> Card:
    verbs = ("fixed", "not_fixed", "cannot")
    return card("!", buttons=tuple(button(verb, verb, step) for verb in verbs))


def _verb(move: Move | None) -> str:
    assert move is not None
    return move.button.verb


def test_form_is_filled_in() -> None:
    form = card(
        "Which phone?", {**CHOICES, "id": "symptom"}, {**CHOICES, "id": "site"},
        {"type": "Input.Text", "id": "phone"}, buttons=(button("OK", "start"),),
    )  # fmt: skip
    move = _decision("network.dns", form)
    assert move is not None
    assert move.inputs == {"symptom": "no_internet_banner", "site": "lyon", "phone": PHONE}


def test_answer_uses_the_right_button() -> None:
    move = _decision("licence.missing", _ask("ask.scope", "site", "one", "several"))
    assert move is not None
    assert move.button.says("value") == "one"


def test_answer_fills_the_input() -> None:
    move = _decision("unexplained", _ask("ask.phone_ip", type="Input.Text"))
    assert move is not None
    assert move.inputs == {"value": "10.20.30.41"}


def test_unknown_answer_is_said_so() -> None:
    assert _verb(_decision("network.dns", _ask("ask.the_weather", "sun", "rain"))) == "cannot"


@pytest.mark.parametrize(
    ("fault", "step", "verb"),
    [
        ("time.clock", "act.fix_clock", "fixed"),
        ("time.clock", "act.restart_phone", "not_fixed"),
        ("time.clock", "verify.test_call", "not_fixed"),
        ("time.clock", "act.external_power", "cannot"),
    ],
)
def test_act_is_carried_out_honestly(fault: str, step: str, verb: str) -> None:
    assert _verb(_decision(fault, _act(step))) == verb


def test_verification_succeeds_after_repair() -> None:
    employee = _employee("time.clock")
    employee.world.act("act.fix_clock")
    assert _verb(employee.decide(_offer(_act("verify.test_call")))) == "fixed"


def test_status_buttons_are_left_alone() -> None:
    buttons_ = (button("Où en est-on ?", "status"), button("Annuler", "cancel"))
    assert _decision("time.clock", card("Status", buttons=buttons_)) is None


async def test_report_installs_and_says_hello() -> None:
    async with teams() as channel, standin() as bot:
        room = channel.rooms.open("a:1", "personal", ANNA)
        employee = Employee(TeamsClient(channel, ANNA, room, bot.url), broken_world("time.clock"))
        await employee.report("en")
        assert bot.received[-1]["text"].startswith("Hello, my phone shows")


def test_prefilled_input_keeps_its_value() -> None:
    field = Field(id="floor", kind="Text", value="3")
    offer = Offer(
        post=_offer(card("x")).post,
        buttons=(Button(title="OK", kind="execute", verb="start", data={"case": "D-1"}),),
        fields=(field,),
    )
    move = _employee("time.clock").decide(offer)
    assert move is not None
    assert move.inputs == {"floor": "3"}


def _form(step: str, *inputs: dict[str, Any]) -> Card:
    return card("?", *inputs, buttons=(button("OK", "answer", step), button("?", "cannot", step)))


SCREEN: dict[str, Any] = {
    "type": "Input.ChoiceSet",
    "id": "ask.phone_power",
    "choices": [{"title": "On", "value": "on"}, {"title": "Off", "value": "off"}],
}


def test_form_of_questions_is_filled_in() -> None:
    asked = _form("ask.screen", SCREEN, {"type": "Input.Text", "id": "ask.phone_ip"})
    move = _decision("unexplained", asked)
    assert move is not None
    assert move.inputs == {"ask.phone_power": "on", "ask.phone_ip": "10.20.30.41"}
    assert move.button.verb == "answer"


def test_what_cannot_be_seen_stays_empty() -> None:
    odd = {**SCREEN, "choices": [{"title": "Purple", "value": "purple"}]}
    ip = {"type": "Input.Text", "id": "ask.phone_ip"}
    move = _decision("unexplained", _form("ask.screen", odd, ip, {"type": "Input.Text", "id": "ask.sky"}))
    assert move is not None
    assert move.inputs == {"ask.phone_power": "", "ask.phone_ip": "10.20.30.41", "ask.sky": ""}


def test_form_about_nothing_visible_is_declined() -> None:
    asked = _form("ask.weather", {"type": "Input.Text", "id": "ask.sky"})
    assert _verb(_decision("unexplained", asked)) == "cannot"


def test_switch_cannot_be_seen_from_the_desk() -> None:
    question = _ask("ask.switch_port", "up", "down")
    assert _verb(_decision("network.cable_or_port", question)) == "cannot"


def test_dark_phone_shows_no_version() -> None:
    question = _ask("ask.phone_firmware", type="Input.Text")
    assert _verb(_decision("hardware.fault", question)) == "cannot"
    assert _verb(_decision("unexplained", question)) == "answer"
