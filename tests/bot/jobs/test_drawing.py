from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from bot.diagnosis.playbook import load
from bot.domain.case import Stage
from bot.domain.change import Proposed
from bot.domain.conversation import Message
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.site import Site
from bot.jobs.drawing import Cards
from bot.jobs.pictures import picture_links
from cards.elements import walk
from dialogs.draft import Rules
from dialogs.views import BUILDERS
from tests.support.approval_views import LICENCE
from tests.support.cases import SAMIR, CaseBuilder

RULES = Rules(playbook=load(), sites={"lyon": Site(id="lyon", name="Lyon")})
CARDS = Cards(RULES)
CASE = (
    CaseBuilder("D-7").opened().offered("intake").known("site", id="lyon").measured("dns", "fail")
    .judged("network.dns", 0.9, 4).offered("ask.scope").moved(Stage.helpdesk)
    .offered("act.fix_dns", "helpdesk").bundled().moved(Stage.microsoft).offered("followup").case
)  # fmt: skip
PROPOSED = Proposed(
    n=CASE.version + 1,
    at=CASE.ledger[-1].at,
    by="agent:Samir Benali",
    change=LICENCE,
    step="act.assign_licence",
    person=SAMIR,
    nonce="1",
    expires=CASE.ledger[-1].at,
)
CASE = replace(CASE, ledger=(*CASE.ledger, PROPOSED))
SLOTS = {kind: kind for kind in BUILDERS} | {
    "intake": "intake:2",
    "step": "step:6",
    "verdict": "verdict:5",
    "followup": "followup:11",
    "approval": f"approval:{PROPOSED.n}",
}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("slot", [slot for kind, slot in SLOTS.items() if kind != "details"])
def test_every_slot_becomes_a_card(slot: str, locale: Locale) -> None:
    message = CARDS.card(CASE, slot, locale)
    assert message is not None
    assert message.card is not None
    assert message.card["type"] == "AdaptiveCard"
    assert message.summary


@pytest.mark.parametrize("slot", ["welcome", "help"])
def test_cards_without_case_are_drawn(slot: str) -> None:
    message = CARDS.card(None, slot, "fr")
    assert message is not None
    assert message.card is not None


@pytest.mark.parametrize("slot", ["step:1", "step:99", "intake:1"])
def test_slot_of_nothing_is_no_card(slot: str) -> None:
    assert CARDS.card(CASE, slot, "fr") is None


def test_drawing_is_shown_where_teams_can_fetch_it() -> None:
    case = CaseBuilder("D-7").opened().offered("ask.screen").case
    cards = Cards(RULES, picture=picture_links("https://bot.example"))
    shown = cards.card(case, "step:2", "fr")
    assert shown is not None
    assert [image["url"] for image in images(shown)] == ["https://bot.example/pictures/banner.png"]
    assert "bandeau" in images(shown)[0]["altText"]
    plain = Cards(RULES, picture=picture_links("http://127.0.0.1:3978")).card(case, "step:2", "fr")
    assert plain is not None
    assert images(plain) == []


def images(message: Message) -> list[dict[str, Any]]:
    return [node for node in walk(message.card) if node["type"] == "Image"]


def test_same_case_gives_same_card() -> None:
    assert CARDS.card(CASE, "triage", "fr") == CARDS.card(CASE, "triage", "fr")
    assert CARDS.card(CASE, "triage", "fr") != CARDS.card(CASE, "triage", "en")


def test_sentence_is_in_the_readers_language() -> None:
    french, english = (CARDS.sentence("say.noted", {}, locale).text for locale in LOCALES)
    assert french
    assert english
    assert french != english


def test_sentence_carries_its_values() -> None:
    told = CARDS.sentence("say.agent_claimed", {"name": "Samir"}, "fr")
    assert "Samir" in told.text
