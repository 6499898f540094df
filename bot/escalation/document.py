"""The ticket as headings, pairs, tables and bullets, so that plain text and Markdown say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from bot.domain.diagnosis import UNDETERMINED
from bot.escalation.book import utc
from bot.escalation.ticket import Cited, Suspected, Tested, Ticket
from bot.escalation.words import Words, words


class Pairs(msgspec.Struct, frozen=True):
    """Labelled values."""

    rows: tuple[tuple[str, str], ...]


class Table(msgspec.Struct, frozen=True):
    """Rows under headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Bullets(msgspec.Struct, frozen=True):
    """Sentences."""

    items: tuple[str, ...]


Body = Pairs | Table | Bullets


class Part(msgspec.Struct, frozen=True):
    """A heading and what stands under it."""

    title: str
    body: Body


class Document(msgspec.Struct, frozen=True):
    """The whole ticket in words; `pair` is how a label and its value are joined."""

    title: str
    intro: tuple[str, ...]
    parts: tuple[Part, ...]
    pair: str


def cite(*entries: int) -> str:
    """Ledger numbers as `[#3, #17]`; nothing for none."""
    return f"[{', '.join(f'#{n}' for n in entries)}]" if entries else ""


def document(ticket: Ticket) -> Document:
    """The ticket in words, in its language; parts with nothing to say are left out."""
    text = words(ticket.locale)
    says = text.says
    intro = (
        says["intro"].format(case=ticket.case, at=utc(ticket.at), percent=ticket.completeness),
        says["cites"],
    )
    parts = (*_form(ticket, text), *_story(ticket, text), *_findings(ticket, text), *_ending(ticket, text))
    return Document(says["title"], intro, tuple(part for part in parts if _filled(part)), says["pair"])


def _filled(part: Part) -> bool:
    return bool(part.body.items if isinstance(part.body, Bullets) else part.body.rows)


def _cited(cited: Cited) -> str:
    return f"{cited.value} {cite(*cited.entries)}"


def _form(ticket: Ticket, text: Words) -> Iterator[Part]:
    yield Part(text.says["description_title"], Bullets((_cited(ticket.description),)))
    for section in ticket.sections:
        rows = tuple(
            (field.label, _cited(field.cited) if field.cited else text.says["unknown"])
            for field in section.fields
        )
        yield Part(section.title, Pairs(rows))


def _story(ticket: Ticket, text: Words) -> Iterator[Part]:
    says, heads = text.says, text.headers
    yield Part(
        says["said"],
        Bullets(
            tuple(f"{says['quote'].format(text=q.text)} ({utc(q.at)}) {cite(q.entry)}" for q in ticket.said)
        ),
    )
    rows = ((t.title, t.outcome_title, utc(t.at), t.local, t.note, cite(t.entry)) for t in ticket.tried)
    yield Part(says["tried"], _table(heads, "action outcome utc local note entry", rows))
    yield Part(says["untried"], Bullets(ticket.untried))
    yield Part(
        says["tests"],
        _table(
            heads,
            "test target port addresses result ms utc runner details entry",
            (_test(row) for row in ticket.tests),
        ),
    )


def _test(row: Tested) -> tuple[str, ...]:
    return (
        row.prober,
        row.host,
        "" if row.port is None else str(row.port),
        ", ".join(row.addresses),
        row.result,
        "" if row.ms is None else f"{row.ms:.1f}",
        utc(row.at),
        row.runner,
        "; ".join(f"{key}={value}" for key, value in row.details.items()),
        cite(row.entry),
    )


def _findings(ticket: Ticket, text: Words) -> Iterator[Part]:
    says, heads = text.says, text.headers
    facts = ((f.text, f.source_title, f.by, utc(f.at), f.local, cite(f.entry)) for f in ticket.facts)
    yield Part(says["facts"], _table(heads, "fact source by utc local entry", facts))
    unchecked = ((u.title, u.why, utc(u.at), cite(u.entry)) for u in ticket.not_checked)
    yield Part(says["not_checked"], _table(heads, "subject why utc entry", unchecked))
    verdict = (_suspected(ticket.verdict, says),) if ticket.verdict else ()
    yield Part(says["verdict"], Bullets(verdict))
    yield Part(says["earlier"], Bullets(tuple(_suspected(cause, says) for cause in ticket.earlier)))


def _suspected(row: Suspected, says: dict[str, str]) -> str:
    sure = [] if row.cause == UNDETERMINED else [says["certainty"].format(percent=row.percent)]
    sides = ((says["evidence_for"], row.evidence_for), (says["against"], row.against))
    notes = ", ".join([*sure, *(f"{side} {cite(*entries)}" for side, entries in sides if entries)])
    return f"{row.title}{f' ({notes})' if notes else ''} {utc(row.at)} {cite(row.entry)}"


def _ending(ticket: Ticket, text: Words) -> Iterator[Part]:
    says = text.says
    files = ((f.name, f"{f.size} {says['bytes']}", f.sha256, utc(f.at), cite(f.entry)) for f in ticket.files)
    headers = (
        text.headers["file"],
        text.headers["size"],
        "SHA-256",
        text.headers["utc"],
        text.headers["entry"],
    )
    yield Part(says["files"], Table(headers, tuple(files)))
    yield Part(says["questions"], Bullets(ticket.questions))
    yield Part(says["missing"], Pairs(tuple((gap.label, gap.how) for gap in ticket.missing)))
    yield Part(says["checklist"], Bullets(ticket.checklist))


def _table(heads: dict[str, str], columns: str, rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(tuple(heads[column] for column in columns.split()), tuple(rows))
