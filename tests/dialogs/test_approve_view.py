"""The card of a change: what it says in every state, and lines that do exactly what the bot would."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.verb import Verb
from cards.render import render
from dialogs.approve_view import approval_view
from tests.support.approving import GROUP, SKU, THROUGH_GROUP, Office
from tests.support.dialogue import NOOR, SAMIR


def commands(office: Office) -> list[str]:
    return [line.text for line in office.card().commands if line.changes]


def test_waiting_change_says_who_and_until_when() -> None:
    card = Office().unlicensed().propose().card()
    assert (card.state, card.proposed_by, card.who) == ("waiting", "Samir", "Camille Durand")
    assert card.until == card.since + timedelta(minutes=15)
    assert card.buttons == (Verb.approve, Verb.decline)
    assert [fact.text for fact in card.evidence] == ["Le compte n’a pas de licence Teams"]


def test_change_made_names_both_people() -> None:
    card = Office().unlicensed().propose().approve().made().card()
    assert (card.state, card.proposed_by, card.decided_by) == ("made", "Samir", "Noor")
    assert card.ended is not None
    assert card.until == card.ended + timedelta(hours=24)
    assert card.buttons == (Verb.undo,)


def test_failed_change_says_why() -> None:
    office = Office().unlicensed().propose().approve()
    card = office.made("failed", "forbidden", "LicenseAssignment.ReadWrite.All").card()
    assert (card.state, card.why, card.detail) == ("failed", "forbidden", "LicenseAssignment.ReadWrite.All")
    assert (card.buttons, card.until) == ((), None)


def test_arrival_shows_on_the_card() -> None:
    office = Office().unlicensed().propose().approve().made()
    assert not office.card().arrived
    assert office.wakes("arrival").directory().card().arrived


@pytest.mark.parametrize(
    ("office", "line"),
    [
        (Office().unlicensed(), f'-AddLicenses @(@{{SkuId="{SKU}"}}) -RemoveLicenses @()'),
        (
            Office().unlicensed(THROUGH_GROUP),
            f'New-MgGroupMember -GroupId "{GROUP}" -DirectoryObjectId "aad-camille"',
        ),
        (Office().disabled(), 'Update-MgUser -UserId "camille@contoso.fr" -AccountEnabled:$true'),
    ],
)
def test_lines_do_exactly_the_change(office: Office, line: str) -> None:
    (found,) = commands(office.propose())
    assert line in found


@pytest.mark.parametrize(
    ("office", "line"),
    [
        (Office().unlicensed(), f'-AddLicenses @() -RemoveLicenses @("{SKU}")'),
        (Office().unlicensed(THROUGH_GROUP), "Remove-MgGroupMemberByRef"),
        (Office().disabled(), "-AccountEnabled:$false"),
    ],
)
def test_lines_of_undo_do_the_opposite(office: Office, line: str) -> None:
    office.propose().approve().made()
    (found,) = commands(office.click("undo", SAMIR, office.card().nonce))
    assert line in found


def test_harmful_name_is_not_typed() -> None:
    office = Office().disabled({"upn": 'x"; Remove-MgUser -UserId "y'}).propose()
    assert "Remove-MgUser" not in " ".join(commands(office))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_can_be_drawn(locale: Locale) -> None:
    for office in _states(locale):
        message = render(office.card())
        assert message.summary
        assert "approval." not in str(message.card)
        assert "change_" not in str(message.card)


def _states(locale: Locale) -> list[Office]:
    def waiting() -> Office:
        return Office(locale).unlicensed().propose()

    def approved() -> Office:
        return waiting().approve()

    declined = waiting()
    undone = approved().made()
    undone.click("undo", SAMIR, undone.card().nonce).approve().made()
    return [
        waiting(),
        declined.click("decline", NOOR, declined.newest.nonce),
        waiting().wakes("approval"),
        approved(),
        approved().made(),
        approved().made("already"),
        approved().made("failed", "refused", "Request_BadRequest No."),
        approved().made("unknown", "expired"),
        undone,
    ]


def test_other_entries_are_no_change() -> None:
    office = Office().unlicensed().propose()
    assert approval_view(office.case, 1, office.rules, "fr") is None
    assert approval_view(office.case, 999, office.rules, "fr") is None
    assert office.view("approval:0") is None
