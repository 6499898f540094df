from __future__ import annotations

from bot.diagnosis.forms import questions
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import Done
from bot.domain.fact import Fact

BOOK = load()
FORM = BOOK.steps["ask.screen"]
BANNER = "no_internet_banner"


def asked(*facts: Fact, done: tuple[Done, ...] = ()) -> set[str]:
    return {step.id for step in questions(BOOK, BANNER, facts, done, FORM)}


def test_nothing_known_asks_everything() -> None:
    assert asked() == set(FORM.asks)


def test_known_fact_is_not_asked() -> None:
    assert asked(Fact(id="phone.power", value="on")) == set(FORM.asks) - {"ask.phone_power"}


def test_form_without_open_question_asks_all() -> None:
    assert asked(done=(Done(step="ask.screen", outcome="answered"),)) == set(FORM.asks)
