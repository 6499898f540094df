"""Fills Microsoft's form from a case: nobody retypes anything, and what is missing is said."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.case import Case, Opened
from bot.domain.site import Site
from bot.errors import BundleError
from bot.escalation import rows
from bot.escalation.book import Book
from bot.escalation.form import FieldSpec, SectionSpec
from bot.escalation.made import description, make
from bot.escalation.ticket import Cited, Field, Missing, Section, Ticket
from bot.escalation.words import Titles


def fill(case: Case, titles: Titles, site: Site | None, tenant: str) -> Ticket:
    """The ticket of a case in the language of `titles`.

    `site` describes the site that the ledger names, `tenant` is the Entra tenant id. Raises
    `BundleError` when the ledger does not begin with an opening.
    """
    if not case.ledger or not isinstance(case.ledger[0], Opened):
        raise BundleError(f"{case.id} does not begin with an opening", "Check the case file.")
    book = Book(case, titles, site, tenant)
    sections = tuple(_section(book, spec) for spec in book.form.section)
    return _ticket(book, tuple(section for section in sections if section.fields))


def _ticket(book: Book, sections: tuple[Section, ...]) -> Ticket:
    verdict, earlier = rows.verdicts(book)
    tried, tests, files = rows.tried(book), rows.tests(book), rows.files(book)
    tables = {"tried": tried, "tests": tests, "files": files}
    missing = (
        *_missing_fields(book, sections),
        *(_missing(book, name) for name, found in tables.items() if not found),
    )
    asked = sum(len(section.fields) for section in sections) + len(tables)
    return Ticket(
        case=book.case.id,
        version=book.case.version,
        locale=book.titles.locale,
        at=book.case.ledger[-1].at,
        completeness=round(100 * (asked - len(missing)) / asked),
        description=description(book),
        sections=sections,
        said=rows.said(book),
        tried=tried,
        untried=rows.untried(book),
        tests=tests,
        facts=rows.facts(book),
        not_checked=rows.not_checked(book),
        verdict=verdict,
        earlier=earlier,
        files=files,
        questions=_questions(book),
        checklist=tuple(book.words.checklist[item] for item in book.form.checklist.items),
        missing=missing,
    )


def _section(book: Book, spec: SectionSpec) -> Section:
    fields = tuple(
        Field(id=field.id, label=book.words.fields[field.id].label, cited=cited)
        for field in spec.fields
        if (cited := _value(book, field)) is not None or (field.needed and book.holds(field.when))
    )
    return Section(id=spec.id, title=book.words.sections[spec.id], fields=fields)


def _value(book: Book, spec: FieldSpec) -> Cited | None:
    for source in spec.sources:
        kind, _, name = source.partition(":")
        found = make(book, name) if kind == "made" else book.find((source,))
        if found is not None:
            return found
    return None


def _missing_fields(book: Book, sections: tuple[Section, ...]) -> Iterator[Missing]:
    empty = (field for section in sections for field in section.fields if field.cited is None)
    return (_missing(book, field.id) for field in empty)


def _missing(book: Book, field: str) -> Missing:
    text = book.words.fields[field]
    return Missing(field=field, label=text.label, how=text.how)


def _questions(book: Book) -> tuple[str, ...]:
    asked = (question for question in book.form.question if book.holds(question.when))
    return tuple(book.words.questions[question.id] for question in asked)
