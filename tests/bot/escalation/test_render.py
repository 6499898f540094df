"""Text, Markdown and JSON of one ticket."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.case import Case
from bot.domain.diagnosis import LOCALES, Locale
from bot.escalation.render import as_json, as_markdown, as_text
from bot.escalation.template import fill
from bot.escalation.ticket import Ticket
from tests.support.cases import CaseBuilder
from tests.support.golden import assert_golden
from tests.support.ledgers import cases
from tests.support.tickets import LYON, TENANT, IdTitles, bare_case, full_case

GOLDEN = Path(__file__).parent / "golden"
CASES = {"full": full_case, "bare": bare_case}


def ticket_of(name: str, locale: Locale) -> Ticket:
    return fill(CASES[name](), IdTitles(locale), LYON, TENANT)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", CASES)
def test_text_is_what_was_agreed(name: str, locale: Locale) -> None:
    assert_golden(GOLDEN / f"{name}.{locale}.txt", as_text(ticket_of(name, locale)).encode())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", CASES)
def test_markdown_is_what_was_agreed(name: str, locale: Locale) -> None:
    assert_golden(GOLDEN / f"{name}.{locale}.md", as_markdown(ticket_of(name, locale)).encode())


def test_json_reads_back_as_the_ticket() -> None:
    ticket = ticket_of("full", "en")
    assert msgspec.json.decode(as_json(ticket), type=Ticket) == ticket


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("*gras* `code`", r"\*gras\* \`code\`"),
        ("[ici](http://evil.example)", r"\[ici](http://evil.example)"),
        ("[#3](http://evil.example)", r"\[#3](http://evil.example)"),
        ("<b>", r"\<b>"),
        ("a | b", r"a \| b"),
        ("un\n# deux", "un # deux"),
    ],
)
def test_typed_markup_stays_text(typed: str, shown: str) -> None:
    case = CaseBuilder().opened().said(typed).case
    assert f"- “{shown}” (" in as_markdown(fill(case, IdTitles("en"), None, TENANT))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_any_ledger_can_be_drawn(case: Case) -> None:
    ticket = fill(case, IdTitles(), LYON, TENANT)
    rows = [line for line in as_markdown(ticket).splitlines() if line.startswith("|")]
    assert all(line.endswith(" |") for line in rows)
    assert as_text(ticket).count("\n") == len(as_text(ticket).splitlines())
    assert msgspec.json.decode(as_json(ticket), type=Ticket).case == case.id
