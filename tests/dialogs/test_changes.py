"""When a change is called for, and how it stands: only on what the directory said, and with a free seat."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.case import Case
from bot.domain.change import Approved
from bot.domain.fact import Source
from dialogs import changes
from dialogs.draft import Draft
from tests.support.approving import GROUP, SEAT, SKU, THROUGH_GROUP, Office
from tests.support.dialogue import CAMILLE, NOOR, SAMIR


def test_free_seat_is_assigned_directly() -> None:
    fix = Office().unlicensed().triage.fix
    assert fix is not None
    assert (fix.change.fix, fix.change.sku, fix.change.group, fix.free) == ("assign_licence", SKU, "", 3)
    assert fix.change.facts == ("licence.teams",)


def test_group_that_gives_it_is_joined() -> None:
    fix = Office().unlicensed(THROUGH_GROUP).triage.fix
    assert fix is not None
    assert (fix.change.fix, fix.change.group) == ("join_group", GROUP)


def test_disabled_account_is_enabled() -> None:
    fix = Office().disabled().triage.fix
    assert fix is not None
    assert (fix.change.fix, fix.change.facts, fix.free) == ("enable_account", ("account.enabled",), None)


@pytest.mark.parametrize(
    "account",
    [
        {},
        SEAT | {"seats_free": "0"},
        SEAT | {"seats_free": ""},
        SEAT | {"seats_free": "many"},
        SEAT | {"seat_sku": ""},
        SEAT | {"seat_obstacle": "dynamic_group"},
    ],
)
def test_without_a_seat_nothing_is_offered(account: dict[str, str]) -> None:
    office = Office().unlicensed(account)
    assert (office.verdict, office.triage.fix) == ("licence.missing", None)


def test_account_of_the_local_directory_is_left() -> None:
    assert Office().disabled({"synchronised": "yes"}).triage.fix is None


def test_switched_off_plan_is_no_case_for_it() -> None:
    office = Office().reported().directory(SEAT, licence_teams="disabled_plan").probes()
    assert (office.verdict, office.triage.fix) == ("licence.missing", None)


def test_told_fact_calls_for_nothing() -> None:
    office = Office().unlicensed()
    told = tuple(
        replace(entry, source=Source.told) if getattr(entry, "fact", "") == "licence.teams" else entry
        for entry in office.case.ledger
    )
    office.maybe = Case(id=office.case.id, ledger=told)
    assert office.triage.causes[0].percent > 80, "the engine believes it"
    assert office.triage.fix is None


def test_closed_case_calls_for_nothing() -> None:
    office = Office().unlicensed()
    office >> "annuler"
    assert office.triage.fix is None


def test_proof_under_way_calls_for_nothing() -> None:
    assert Office().unlicensed().agent("resolve").triage.fix is None


def test_two_keys_clear_a_change() -> None:
    office = Office().unlicensed().propose()
    change = office.newest.change
    assert changes.cleared(office.case, change.id) is None
    assert changes.cleared(office.approve().case, change.id) == change


@pytest.mark.parametrize("person", [SAMIR, CAMILLE])
def test_one_person_is_never_both_keys(person: object) -> None:
    office = Office().unlicensed().propose()
    draft = Draft(office.case, office.now, office.rules)
    assert person in (SAMIR, CAMILLE)
    who = SAMIR if person is SAMIR else CAMILLE
    draft.add(Approved(n=draft.n, at=draft.at, by="agent:x", change=office.newest.change.id, person=who))
    assert changes.cleared(draft.case, office.newest.change.id) is None
    draft.add(Approved(n=draft.n, at=draft.at, by="agent:x", change="D-1001-999", person=NOOR))
    assert changes.cleared(draft.case, office.newest.change.id) is None


def test_need_follows_the_last_look() -> None:
    office = Office().unlicensed().propose()
    assert changes.still_needed(office.case, office.newest)
    office.approve().made("failed").happens_again_well()
    assert not changes.still_needed(office.case, office.newest)
