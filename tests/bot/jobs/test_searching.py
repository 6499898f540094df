"""What an agent, and anybody else, finds with the message extension, and what comes of a message passed on."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Said
from bot.domain.conversation import Conversation, Incoming
from bot.domain.events import CheckRights
from bot.domain.extension import Quote
from bot.domain.people import Person
from bot.jobs.drawing import Cards
from bot.jobs.searching import CaseSearch
from tests.support.rig import ANNE, BANNER, CHAT, SAMIR, Rig, said

GROUP = Conversation(
    id="19:chat@thread.v2", service_url=CHAT.service_url, kind="groupChat", tenant="t", bot="28:bot"
)
BOB = Person(id="29:bob", name="Bob Petit", aad="aad-bob")
HER_WORDS = Quote(text=BANNER, author=replace(ANNE, id="aad-anne"))


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


@pytest.fixture
def cases(rig: Rig) -> CaseSearch:
    drawing = Cards(rig.rules, lambda _name: None)
    return CaseSearch(rig.desk, rig.stores, rig.rules, drawing, rig.clock, rig._wake)


def asks(person: Person = SAMIR, activity: str = "q") -> Incoming:
    return replace(said("", activity, kind="query"), person=person, conversation=GROUP)


async def found(cases: CaseSearch, words: str, person: Person = SAMIR) -> list[str]:
    return [hit.title for hit in (await cases.search(asks(person), words, 0, 25)).hits]


@pytest.mark.parametrize("words", ["", "D-1001", "1001", "d 1001", "anne", "MARTIN anne", "internet"])
async def test_agent_finds_anybodys_case(rig: Rig, cases: CaseSearch, words: str) -> None:
    await rig.stores.roster.learn(SAMIR.key, True)
    await rig.desk.receive(said(BANNER))
    assert await found(cases, words) == ["D-1001 · Anne Martin"]


async def test_card_tells_the_case_and_offers_nothing(rig: Rig, cases: CaseSearch) -> None:
    await rig.stores.roster.learn(SAMIR.key, True)
    await rig.desk.receive(said(BANNER))
    (hit,) = (await cases.search(asks(), "anne", 0, 25)).hits
    drawn = str(hit.message.card)
    assert "D-1001" in drawn
    assert "Action." not in drawn


async def test_nothing_fitting_is_said(rig: Rig, cases: CaseSearch) -> None:
    await rig.stores.roster.learn(SAMIR.key, True)
    await rig.desk.receive(said(BANNER))
    assert (await cases.search(asks(), "girafe", 0, 25)).text == "Aucun dossier avec ces mots."
    assert (await cases.search(asks(), "anne", 1, 25)).hits == ()


async def test_employee_finds_only_their_own(rig: Rig, cases: CaseSearch) -> None:
    for one in (BOB, ANNE):
        await rig.stores.roster.learn(one.key, False)
    await rig.desk.receive(said(BANNER))
    assert await found(cases, "", BOB) == []
    assert await found(cases, "1001", BOB) == []
    assert await found(cases, "", ANNE) == ["D-1001 · Anne Martin"]


async def test_stranger_is_found_out_about_first(rig: Rig, cases: CaseSearch) -> None:
    await rig.desk.receive(said(BANNER))
    answer = await cases.search(asks(), "anne", 0, 25)
    assert answer.hits == ()
    assert answer.text.startswith("Je vérifie d’abord")
    queued = (await rig.queued())[f"rights:{SAMIR.key}"]
    assert [item.effect for item in queued] == [CheckRights(incoming=asks())]
    await rig.deliver()
    assert await rig.stores.roster.known(SAMIR.key) is not None


async def test_agent_passes_a_message_on(rig: Rig, cases: CaseSearch) -> None:
    await rig.stores.roster.learn(SAMIR.key, True)
    await rig.desk.receive(said("bonjour"))
    assert "Anne Martin" in await cases.report(asks(), HER_WORDS)
    case = await rig.case()
    assert case.opened.person == ANNE
    assert case.opened.conversation == CHAT.id
    assert BANNER in [entry.text for entry in case.all(Said)]
    assert "agent:Samir Benali" in {entry.by for entry in case.ledger}
    await rig.deliver()
    assert rig.teams.to(CHAT.id).index("say.reported_for_you Samir Benali") < rig.teams.to(CHAT.id).index(
        "safety"
    )


async def test_same_message_twice_counts_once(rig: Rig, cases: CaseSearch) -> None:
    await rig.stores.roster.learn(SAMIR.key, True)
    await rig.desk.receive(said("bonjour"))
    await cases.report(asks(), HER_WORDS)
    before = await rig.case()
    await cases.report(asks(), HER_WORDS)
    assert await rig.case() == before


async def test_own_message_needs_no_rights(rig: Rig, cases: CaseSearch) -> None:
    await rig.desk.receive(said("bonjour"))
    assert (await cases.report(asks(ANNE), HER_WORDS)).startswith("C’est fait")
    assert (await rig.case()).opened.person == ANNE


@pytest.mark.parametrize(
    ("quote", "helpdesk", "says"),
    [
        (HER_WORDS, False, "Seul le support"),
        (replace(HER_WORDS, author=BOB), True, "Je ne connais pas encore Bob Petit"),
        (replace(HER_WORDS, text=""), True, "Il n’y a pas de texte"),
        (replace(HER_WORDS, author=Person(id="", name="Robot")), True, "Ce message n’est pas celui"),
    ],
)
async def test_what_cannot_be_reported_is_said(
    rig: Rig, cases: CaseSearch, quote: Quote, helpdesk: bool, says: str
) -> None:
    await rig.stores.roster.learn(SAMIR.key, helpdesk)
    assert (await cases.report(asks(), quote)).startswith(says)
    assert await rig.cases.open_cases() == []


async def test_form_shows_the_words(cases: CaseSearch) -> None:
    drawn = str(cases.form(asks(), HER_WORDS).card)
    assert "Anne Martin" in drawn
    assert BANNER in drawn
