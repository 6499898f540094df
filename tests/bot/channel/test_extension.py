"""What Teams sends for the message extension, and the bodies it takes; shapes as in Microsoft Learn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.extension import COUNT, FETCH, QUERY, SUBMIT, answer, plain_text, quote_of
from bot.domain.conversation import Incoming, Message
from bot.domain.extension import Found, Hit, Quote
from bot.domain.people import Person
from tests.support.rig import said

ASKER = said("", kind="query")
CARD = {"type": "AdaptiveCard", "version": "1.5"}
HIT = Hit(title="D-1042 · Camille", text="Lyon", message=Message(card=CARD, summary="D-1042"))
CAMILLE = Person(id="aad-camille", name="Camille Roy", aad="aad-camille")
PAYLOAD = {
    "id": "1700000000000",
    "body": {
        "contentType": "html",
        "content": "<div>Plus de <b>tonalit&eacute;</b></div><p>Bureau&nbsp;12</p>",
    },
    "from": {"user": {"id": "aad-camille", "displayName": "Camille Roy"}},
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["parameters", "queryOptions", "messagePayload", "data", "from", "user", "body", "content"]
)


class Cases:
    """Notes what it is asked."""

    def __init__(self, found: Found | None = None) -> None:
        self.found = found or Found(hits=(HIT,))
        self.asked: list[tuple[Any, ...]] = []

    async def search(self, asker: Incoming, words: str, skip: int, count: int) -> Found:
        self.asked.append((asker.person.key, words, skip, count))
        return self.found

    def form(self, asker: Incoming, quote: Quote) -> Message:
        self.asked.append((asker.person.key, quote))
        return Message(card=CARD, summary="Ouvrir un dossier")

    async def report(self, asker: Incoming, quote: Quote) -> str:
        self.asked.append((asker.person.key, quote))
        return "C'est fait."


def query(**value: Any) -> dict[str, Any]:
    return {"commandId": "cases", **value}


async def test_search_lists_cards_with_previews() -> None:
    cases = Cases()
    value = query(parameters=[{"name": "text", "value": " Camille "}], queryOptions={"skip": 10, "count": 5})
    body = await answer(cases, QUERY, value, ASKER)
    assert cases.asked == [(ASKER.person.key, "Camille", 10, 5)]
    found = body["composeExtension"]
    assert (found["type"], found["attachmentLayout"]) == ("result", "list")
    assert found["attachments"] == [
        {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": CARD,
            "preview": {
                "contentType": "application/vnd.microsoft.card.thumbnail",
                "content": {"title": "D-1042 · Camille", "text": "Lyon"},
            },
        }
    ]


async def test_first_run_has_no_words() -> None:
    cases = Cases()
    await answer(cases, QUERY, query(parameters=[{"name": "initialRun", "value": "true"}]), ASKER)
    assert cases.asked == [(ASKER.person.key, "", 0, COUNT)]


async def test_nothing_found_is_said() -> None:
    body = await answer(Cases(Found(text="Aucun dossier.")), QUERY, query(), ASKER)
    assert body == {"composeExtension": {"type": "message", "text": "Aucun dossier."}}


async def test_message_is_shown_before_it_is_reported() -> None:
    cases = Cases()
    body = await answer(cases, FETCH, {"commandId": "report", "messagePayload": PAYLOAD}, ASKER)
    task = body["task"]
    assert task["type"] == "continue"
    assert task["value"]["card"]["content"] == CARD
    assert task["value"]["title"] == "Ouvrir un dossier"
    assert cases.asked == [(ASKER.person.key, Quote(text="Plus de tonalité\nBureau 12", author=CAMILLE))]


async def test_corrected_words_are_reported() -> None:
    cases = Cases()
    value = {"messagePayload": PAYLOAD, "data": {"verb": "report", "text": "Plus de tonalité au 12"}}
    body = await answer(cases, SUBMIT, value, ASKER)
    assert body == {"task": {"type": "message", "value": "C'est fait."}}
    assert cases.asked == [(ASKER.person.key, Quote(text="Plus de tonalité au 12", author=CAMILLE))]


def test_app_is_no_author() -> None:
    assert quote_of({"messagePayload": {"from": {"application": {"id": "bot"}}}}).author.aad is None


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("&lt;b&gt;", "<b>"),
        ("<at>Décroche</at> bonjour", "Décroche bonjour"),
        ("", ""),
    ],
)
def test_markup_becomes_words(markup: str, words: str) -> None:
    assert plain_text(markup) == words


@given(value=ANYTHING | st.dictionaries(NAMES, ANYTHING))
async def test_garbage_is_taken_as_empty(value: object) -> None:
    for name in (QUERY, FETCH, SUBMIT):
        assert await answer(Cases(), name, value, ASKER)
