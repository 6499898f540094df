"""The ticket as plain text (for Microsoft's form), Markdown and JSON, all from the same data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from bot.escalation.book import clean
from bot.escalation.document import Body, Bullets, Document, Pairs, Table, document
from bot.escalation.ticket import Ticket

# A bracket is left alone where it opens a citation ([#3, #17]) and no link can come of it.
_MARKUP: Final = re.compile(r"([\\`*_<|~]|\[(?!#\d+(?:, #\d+)*\](?![(\[:])))")
_LINE_START: Final = re.compile(r"^(\d*(?=[.)])|)([-+>#.)])")


def as_text(ticket: Ticket) -> str:
    """Plain text without markup, for a form that takes nothing else."""
    doc = document(ticket)
    lines = [doc.title, "=" * len(doc.title), *doc.intro]
    for part in doc.parts:
        lines += ["", part.title, "-" * len(part.title), *_text_body(part.body, doc.pair)]
    return "\n".join(clean(line) for line in lines) + "\n"


def _text_body(body: Body, pair: str) -> Iterator[str]:
    match body:
        case Pairs(rows=rows):
            yield from (pair.format(label=label, value=value) for label, value in rows)
        case Bullets(items=items):
            yield from (f"- {item}" for item in items)
        case Table(headers=headers, rows=rows):
            yield from (_text_row(headers, row, pair) for row in rows)


def _text_row(headers: tuple[str, ...], row: tuple[str, ...], pair: str) -> str:
    *middle, source = zip(headers[1:], row[1:], strict=True)
    named = (pair.format(label=head, value=value) for head, value in middle if value)
    return f"- {row[0]} | {' | '.join((*named, source[1]))}"


def as_markdown(ticket: Ticket) -> str:
    """Markdown (CommonMark with tables); what people typed cannot become markup."""
    doc = document(ticket)
    return "\n".join(_markdown(doc)) + "\n"


def _markdown(doc: Document) -> Iterator[str]:
    yield f"# {_plain(doc.title)}"
    for line in doc.intro:
        yield from ("", _plain(line))
    for part in doc.parts:
        yield from ("", f"## {_plain(part.title)}", "")
        yield from _markdown_body(part.body, doc.pair)


def _markdown_body(body: Body, pair: str) -> Iterator[str]:
    match body:
        case Pairs(rows=rows):
            for label, value in rows:
                yield "- " + pair.format(label=f"**{_plain(label)}**", value=_plain(value))
        case Bullets(items=items):
            yield from (f"- {_plain(item)}" for item in items)
        case Table(headers=headers, rows=rows):
            yield _row(headers)
            yield "|" + " --- |" * len(headers)
            yield from (_row(row) for row in rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", clean(text)))


def as_json(ticket: Ticket) -> bytes:
    """The ticket as JSON, indented; docs/contracts/ticket.schema.json is its schema."""
    return msgspec.json.format(msgspec.json.encode(ticket), indent=2) + b"\n"
