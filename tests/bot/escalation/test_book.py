"""Looking a ledger up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.case import Case
from bot.domain.site import Site
from bot.escalation.book import Book, clean, utc
from bot.escalation.form import When
from bot.escalation.ticket import Cited
from tests.support.cases import CaseBuilder
from tests.support.tickets import LYON, IdTitles, full_case

NOON = datetime(2026, 7, 1, 10, tzinfo=UTC)


def book(case: Case, site: Site | None = LYON) -> Book:
    return Book(case, IdTitles("en"), site, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n b", "a b"), (" a\u2028\x00b ", "a b"), ("\u200b", ""), ("«\u00a0a\u00a0»", "«\u00a0a\u00a0»")],
)
def test_cleaning_leaves_one_plain_line(text: str, line: str) -> None:
    assert clean(text) == line


def test_times_are_utc_to_the_second() -> None:
    assert utc(NOON.replace(microsecond=999)) == "2026-07-01T10:00:00Z"


def test_local_time_follows_the_site() -> None:
    assert book(full_case()).local(NOON) == "2026-07-01 12:00:00 (Europe/Paris)"


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../../etc/passwd", "Europe"])
def test_bad_time_zone_leaves_local_time_empty(zone: str) -> None:
    case = CaseBuilder().opened().known("site", id="x", time_zone=zone).case
    assert book(case, None).local(NOON) == ""
    assert book(case, None).when(NOON) == "2026-07-01T10:00:00Z"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("known:phone.mac", Cited("64", (2,))),
        ("value:phone.firmware", Cited("9.0", (3,))),
        ("fact:phone.firmware", Cited("phone.firmware = 9.0", (3,))),
        ("opened:upn", Cited("camille.durand@contoso.fr", (1,))),
        ("site:resolvers", Cited("10.20.0.53", (4,))),
        ("site:gateway", None),
        ("probe:mapped_address", Cited("203.0.113.7", (6,))),
        ("known:phone.serial", None),
        ("value:dns", None),
    ],
)
def test_each_source_cites_its_entry(source: str, found: Cited | None) -> None:
    builder = CaseBuilder().opened().known("phone", mac="64").fact("phone.firmware", "9.0")
    builder.known("site", id="lyon").probed("dns", "x", mapped_address=7).probed(
        "stun", "x", mapped_address="203.0.113.7"
    )
    assert book(builder.measured("dns", "unknown").case).find((source,)) == found


def test_first_source_with_something_wins() -> None:
    case = CaseBuilder().opened().known("phone", mac=" ", serial="S1").case
    assert book(case).find(("known:phone.mac", "known:phone.serial")) == Cited("S1", (2,))


def test_condition_looks_at_the_newest_value() -> None:
    case = CaseBuilder().opened().measured("tcp443", "fail").measured("tcp443", "ok").case
    assert book(case).holds(When(facts={"tcp443": ("ok",)}))
    assert not book(case).holds(When(facts={"tcp443": ("fail",)}))
    assert book(case).holds(None)


def test_condition_wants_every_fact() -> None:
    case = CaseBuilder().opened().measured("tcp443", "ok").case
    assert not book(case).holds(When(facts={"tcp443": ("ok",), "dns": ("ok",)}))
    assert book(case).holds(When(facts={"tcp443": ("ok",)}, emergency=True))
    assert not book(CaseBuilder().opened("bad_audio").case).holds(When(emergency=True))


def test_later_symptom_decides_about_emergency() -> None:
    assert book(CaseBuilder().opened().case).emergency()
    assert not book(CaseBuilder().opened().symptom("bad_audio").case).emergency()
    assert not book(CaseBuilder().opened(None).case).emergency()


def test_only_existing_entries_are_kept() -> None:
    assert book(CaseBuilder().opened().case).existing((0, 1, 9)) == (1,)
