"""The employee's account breaks in the ways that Graph can show, and is whole again after a repair."""

from __future__ import annotations

import pytest

from bot.graph.signins import meaning
from bot.simulator import bodies
from bot.simulator.account import SIGN_INS, Account
from bot.simulator.directory import Directory, make_directory

CAMILLE = "camille.fournier@bellecour.example"
DAMAGES = (*SIGN_INS, "disabled", "no_teams_licence", "no_phone_licence", "licence_pending", "no_number")
MEANINGS = {"session_expired": "expired", "blocked_ca": "blocked_ca", "blocked_mfa": "blocked_mfa",
            "device_limit": "device_limit", "registration_blocked": "registration_blocked"}  # fmt: skip


@pytest.fixture
def tenant() -> Directory:
    return make_directory("tenant")


@pytest.mark.parametrize("damage", [*DAMAGES, "policy_blocks", "teams_outage"])
def test_damage_stops_calls_until_repaired(tenant: Directory, damage: str) -> None:
    account = Account(tenant, CAMILLE)
    assert account.can_call()
    account.damage(damage)
    assert not account.can_call()
    account.repair()
    assert account.can_call()


def test_only_lack_of_calling_keeps_phone_signed_in(tenant: Directory) -> None:
    account = Account(tenant, CAMILLE)
    account.damage("no_phone_licence")
    assert account.signed_in()
    account.damage("no_teams_licence")
    assert not account.signed_in()


@pytest.mark.parametrize("damage", sorted(MEANINGS))
def test_refused_sign_in_reads_as_what_it_is(tenant: Directory, damage: str) -> None:
    Account(tenant, CAMILLE).damage(damage)
    person = tenant.find(CAMILLE)
    assert meaning(bodies.sign_in(person, person.sign_ins[0])) == MEANINGS[damage]


def test_outage_is_told_by_service_health(tenant: Directory) -> None:
    account = Account(tenant, CAMILLE)
    account.damage("teams_outage")
    assert not account.up()
    assert tenant.health["Microsoft Teams"] == "serviceInterruption"
    account.repair()
    assert account.up()


def test_unknown_damage_is_an_error(tenant: Directory) -> None:
    with pytest.raises(ValueError, match="unknown damage 'flood'"):
        Account(tenant, CAMILLE).damage("flood")
