"""The message extension: finds a case and drops it into any chat, makes a case of somebody's message.

Bodies as in Microsoft Learn, "Respond to search command" and "Create and submit the task module". Nothing here waits
for anybody outside: Teams gives such an invoke five seconds.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final, Protocol

from bot.channel.reading import as_text
from bot.domain.conversation import Incoming, Message
from bot.domain.extension import Found, Hit, Quote
from bot.domain.people import Person

QUERY: Final = "composeExtension/query"
FETCH: Final = "composeExtension/fetchTask"
SUBMIT: Final = "composeExtension/submitAction"
NAMES: Final = frozenset({QUERY, FETCH, SUBMIT})

CARD: Final = "application/vnd.microsoft.card.adaptive"
PREVIEW: Final = "application/vnd.microsoft.card.thumbnail"
COUNT: Final = 25
LENGTH: Final = 2000
_BREAKS: Final = frozenset({"p", "div", "br", "li", "tr", "blockquote"})
_LINES: Final = re.compile(r"\s*\n\s*")

Body = dict[str, Any]


class CaseDesk(Protocol):
    """What the extension needs of the helpdesk."""

    async def search(self, asker: Incoming, words: str, skip: int, count: int) -> Found:
        """The cases that `asker` may see and that have these words; raises `StateError`."""

    def form(self, asker: Incoming, quote: Quote) -> Message:
        """The card that asks whether to report the message."""

    async def report(self, asker: Incoming, quote: Quote) -> str:
        """Reports it; a sentence that says what came of that. Raises `StateError`."""


async def answer(desk: CaseDesk, name: str, value: object, asker: Incoming) -> Body:
    """The body for one of `NAMES`; what cannot be read is taken as empty."""
    asked = value if isinstance(value, dict) else {}
    if name == QUERY:
        skip, count = _page(asked)
        return _results(await desk.search(asker, _words(asked), skip, count))
    quote = quote_of(asked)
    if name == FETCH:
        return _form(desk.form(asker, quote))
    return {"task": {"type": "message", "value": await desk.report(asker, quote)}}


def quote_of(asked: Body) -> Quote:
    """The message that the command was used on, with what its form may have made of the text."""
    message = _table(asked, "messagePayload")
    author = _table(_table(message, "from"), "user")
    named = as_text(author.get("displayName")) or ""
    aad = as_text(author.get("id")) or ""
    edited = as_text(_table(asked, "data").get("text"))
    body = _table(message, "body")
    said = as_text(body.get("content")) or ""
    text = plain_text(said) if body.get("contentType", "html") == "html" else said
    person = Person(id=aad, name=named, aad=aad or None)
    return Quote(text=(edited or text).strip()[:LENGTH], author=person)


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts += ["\n"] if tag in _BREAKS else []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain_text(markup: str) -> str:
    """The words of an HTML message, a line a paragraph."""
    reader = _Plain()
    reader.feed(markup[: LENGTH * 10])
    reader.close()
    return _LINES.sub("\n", "".join(reader.parts).replace("\xa0", " ")).strip()


def _table(body: Body, name: str) -> Body:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _words(asked: Body) -> str:
    given = asked.get("parameters")
    rows = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    texts = [as_text(one.get("value")) or "" for one in rows if one.get("name") == "text"]
    return " ".join(texts).strip()[:LENGTH]


def _page(asked: Body) -> tuple[int, int]:
    options = _table(asked, "queryOptions")
    skip, count = options.get("skip"), options.get("count")
    return (
        skip if isinstance(skip, int) and skip > 0 else 0,
        min(COUNT, count) if isinstance(count, int) and count > 0 else COUNT,
    )


def _results(found: Found) -> Body:
    if found.text:
        return {"composeExtension": {"type": "message", "text": found.text}}
    attachments = [_attachment(hit) for hit in found.hits]
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def _attachment(hit: Hit) -> Body:
    preview = {"contentType": PREVIEW, "content": {"title": hit.title, "text": hit.text}}
    return {"contentType": CARD, "content": hit.message.card, "preview": preview}


def _form(message: Message) -> Body:
    card = {"contentType": CARD, "content": message.card}
    value = {"title": message.summary, "height": "medium", "width": "medium", "card": card}
    return {"task": {"type": "continue", "value": value}}
