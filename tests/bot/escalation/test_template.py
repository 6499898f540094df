"""Filling the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.case import Case
from bot.domain.site import Site
from bot.errors import BundleError
from bot.escalation.template import fill
from tests.support.cases import CaseBuilder
from tests.support.ledgers import cases
from tests.support.tickets import LYON, TENANT, IdTitles, bare_case, full_case, value


def citations(data: Any) -> Iterator[int]:
    if isinstance(data, dict):
        for key, child in data.items():
            yield from [child] if key == "entry" else citations(child)
            yield from child if key in {"entries", "evidence_for", "against"} else ()
    elif isinstance(data, list | tuple):
        for child in data:
            yield from citations(child)


def test_full_case_leaves_no_field_empty() -> None:
    ticket = fill(full_case(), IdTitles(), LYON, TENANT)
    assert ticket.missing == ()
    assert ticket.completeness == 100


def test_bare_case_lists_all_that_is_missing() -> None:
    ticket = fill(bare_case(), IdTitles(), None, "")
    missing = {gap.field for gap in ticket.missing}
    assert {"symptom", "model", "mac", "serial", "site_id", "tenant_id", "tests", "tried", "files"} <= missing
    assert all(gap.label and gap.how for gap in ticket.missing)
    assert ticket.completeness < 30


def test_missing_and_filled_make_up_the_form() -> None:
    ticket = fill(bare_case(), IdTitles(), None, "")
    empty = {field.id for section in ticket.sections for field in section.fields if field.cited is None}
    assert empty | {"tests", "tried", "files"} == {gap.field for gap in ticket.missing}


def test_later_particulars_replace_earlier_ones() -> None:
    case = CaseBuilder().opened().known("phone", mac="aa").known("phone", mac="bb").case
    assert value(fill(case, IdTitles(), None, TENANT), "device", "mac") == "bb"


def test_unknown_value_leaves_field_missing() -> None:
    case = CaseBuilder().opened().looked_up("licence.teams", "unknown").case
    assert value(fill(case, IdTitles(), None, TENANT), "account", "licence_teams") is None


def test_signin_details_are_wanted_when_signin_fails() -> None:
    fine = fill(CaseBuilder().opened().looked_up("account.signin", "ok").case, IdTitles(), None, TENANT)
    blocked = CaseBuilder().opened().looked_up("account.signin", "registration_blocked").case
    failed = fill(blocked, IdTitles(), None, TENANT)
    assert "correlation_id" not in {gap.field for gap in fine.missing}
    assert "correlation_id" in {gap.field for gap in failed.missing}
    assert len(failed.questions) > len(fine.questions)


def test_site_of_another_case_is_not_used() -> None:
    case = CaseBuilder().opened().known("site", id="lyon").case
    assert value(fill(case, IdTitles(), Site(id="brest", name="Brest"), TENANT), "site", "site_name") is None


def test_ledger_without_opening_is_refused() -> None:
    with pytest.raises(BundleError, match="does not begin"):
        fill(Case(id="D-1"), IdTitles(), None, TENANT)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases())
def test_every_value_cites_existing_entries(case: Case) -> None:
    ticket = fill(case, IdTitles("en"), LYON, TENANT)
    numbers = {entry.n for entry in case.ledger}
    assert set(citations(msgspec.to_builtins(ticket))) <= numbers
    values = [field.cited for section in ticket.sections for field in section.fields if field.cited]
    assert all(cited.value and cited.entries for cited in (*values, ticket.description))
