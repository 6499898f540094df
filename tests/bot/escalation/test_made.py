"""Values put together from several entries."""

from __future__ import annotations

import pytest

from bot.domain.case import Case
from bot.escalation.book import Book
from bot.escalation.form import form
from bot.escalation.made import description, make
from bot.escalation.ticket import Cited
from tests.support.cases import CaseBuilder
from tests.support.tickets import TENANT, IdTitles


def book(case: Case) -> Book:
    return Book(case, IdTitles("en"), None, TENANT)


def test_description_names_phone_symptom_and_scope() -> None:
    case = CaseBuilder().opened().known("phone", model="Poly CCX 500").fact("scope", "several").case
    text = "Poly CCX 500 — no_internet_banner — several devices affected"
    assert description(book(case)) == Cited(text, (1, 2, 3))


def test_description_of_bare_case_says_so() -> None:
    text = "Teams desk phone — symptom not stated — a single device affected"
    assert description(book(CaseBuilder().opened(None).case)) == Cited(text, (1,))


@pytest.mark.parametrize(
    ("symptom", "scope", "severity"),
    [
        ("no_internet_banner", "site", "A (critical)"),
        ("no_internet_banner", "one", "B (moderate)"),
        ("no_internet_banner", "strange", "B (moderate)"),
        ("bad_audio", "site", "B (moderate)"),
        ("bad_audio", "one", "C (minimal)"),
    ],
)
def test_severity_follows_symptom_and_scope(symptom: str, scope: str, severity: str) -> None:
    made = make(book(CaseBuilder().opened(symptom).fact("scope", scope).case), "severity")
    assert made == Cited(severity, (1, 2))


def test_warning_cites_the_safety_notice() -> None:
    made = make(book(CaseBuilder().opened().told("safety").case), "warned")
    assert made == Cited("2026-03-10T08:14:30Z", (2,))


@pytest.mark.parametrize("told", ["weather", ""])
def test_other_notices_are_no_warning(told: str) -> None:
    assert make(book(CaseBuilder().opened().told(told).case), "warned") is None


def test_domain_comes_from_the_account() -> None:
    case = CaseBuilder().opened().known("account", upn="c@fabrikam.fr").case
    assert make(book(case), "domain") == Cited("fabrikam.fr", (2,))


def test_every_made_source_of_the_form_exists() -> None:
    sources = [source for section in form().section for field in section.fields for source in field.sources]
    names = [source.removeprefix("made:") for source in sources if source.startswith("made:")]
    case = CaseBuilder().opened().told().case
    assert all(make(book(case), name) is not None for name in names)
    assert len(names) >= 7
