"""The ticket in words."""

from __future__ import annotations

import pytest

from bot.domain.diagnosis import LOCALES, Locale
from bot.escalation.document import Bullets, Document, Pairs, Part, Table, cite, document
from bot.escalation.template import fill
from tests.support.cases import CaseBuilder
from tests.support.tickets import LYON, TENANT, IdTitles, bare_case, full_case


def full(locale: Locale = "en") -> Document:
    return document(fill(full_case(), IdTitles(locale), LYON, TENANT))


def part(doc: Document, title: str) -> Part:
    return next(part for part in doc.parts if part.title == title)


def test_citation_names_every_entry() -> None:
    assert (cite(), cite(3), cite(3, 17)) == ("", "[#3]", "[#3, #17]")


def test_parts_without_content_are_left_out() -> None:
    titles = {part.title for part in document(fill(bare_case(), IdTitles("en"), None, TENANT)).parts}
    assert "Network tests (addresses and names tested)" not in titles
    assert "What is missing, and how to get it" in titles


@pytest.mark.parametrize("locale", LOCALES)
def test_every_table_row_fits_its_headers(locale: Locale) -> None:
    tables = [part.body for part in full(locale).parts if isinstance(part.body, Table)]
    assert len(tables) == 5
    assert all(len(row) == len(table.headers) for table in tables for row in table.rows)


def test_every_table_row_ends_with_its_citation() -> None:
    tables = [part.body for part in full().parts if isinstance(part.body, Table)]
    assert all(row[-1].startswith("[#") for table in tables for row in table.rows)


def test_network_test_names_address_and_failure() -> None:
    body = part(full(), "Network tests (addresses and names tested)").body
    assert isinstance(body, Table)
    assert body.rows[0][1:5] == ("teams.microsoft.com", "53", "52.123.128.14", "passed")
    assert body.rows[4][4] == "NTP: no reply"


def test_missing_field_is_marked_in_form() -> None:
    body = part(document(fill(bare_case(), IdTitles("en"), None, TENANT)), "Device").body
    assert isinstance(body, Pairs)
    assert ("MAC address", "(missing)") in body.rows


def test_verdict_cites_what_carries_it() -> None:
    case = CaseBuilder().opened().measured("dns", "fail").judged("network.dns", 0.93, 2).case
    doc = document(fill(case, IdTitles("en"), None, TENANT))
    verdict = "network.dns (certainty 93%, for [#2]) 2026-03-10T08:15:00Z [#3]"
    assert part(doc, "Conclusion of the diagnosis").body == Bullets((verdict,))


def test_no_cause_is_never_a_certainty() -> None:
    doc = document(
        fill(CaseBuilder().opened().judged("undetermined", 0.4).case, IdTitles("en"), None, TENANT)
    )
    body = part(doc, "Conclusion of the diagnosis").body
    assert body == Bullets(("no cause established 2026-03-10T08:14:30Z [#2]",))
