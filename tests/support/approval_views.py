"""The sample views of a change that needs two people: offered, waiting, made, taken back, failed."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.domain.change import Change, FixOffer
from bot.domain.diagnosis import Locale
from bot.domain.fact import Source
from bot.domain.verb import Verb
from bot.domain.views import ApprovalView, Evidence, View
from tests.support.triage_views import triage
from tests.support.view_parts import CASE, COMMANDS, NONCE, PARIS, either, later

LICENCE: Final = Change(
    id="D-1042-25",
    fix="assign_licence",
    user="4f6c2b1e-0a3d-4b7a-9a51-0d8f5b3f7c11",
    upn="jeanne_martin@contoso.example",
    sku="e43b5b99-8dfb-405f-9987-dc307f34bcbd",
    sku_name="MCOEV",
    facts=("licence.teams_phone",),
)
GROUP: Final = msgspec.structs.replace(
    LICENCE, fix="join_group", group="5b0a2f6e-3d7c-4c58-8a3e-2f0d6f1c9e11", group_name="Licences Teams"
)
ACCOUNT: Final = Change(
    id="D-1042-25", fix="enable_account", user=LICENCE.user, upn=LICENCE.upn, facts=("account.enabled",)
)


def waiting(locale: Locale) -> ApprovalView:
    """It waits for the second key."""
    missing = either(
        locale, "Le compte n’a pas de licence Teams Phone", "The account has no Teams Phone licence"
    )
    return ApprovalView(
        locale=locale,
        case=CASE,
        v=25,
        nonce=NONCE,
        change=LICENCE,
        state="waiting",
        who="Jeanne Martin",
        proposed_by="Paul Nguyen",
        since=later(20),
        until=later(35),
        evidence=(Evidence(text=missing, source=Source.looked_up, at=later(2), n=14),),
        commands=COMMANDS,
        buttons=(Verb.approve, Verb.decline),
        time_zone=PARIS,
    )


def made(locale: Locale) -> ApprovalView:
    """It was made, through a group, after an interruption; it can be taken back."""
    return msgspec.structs.replace(
        waiting(locale),
        change=GROUP,
        state="made",
        decided_by="Inès Moreau",
        ended=later(24),
        until=later(24 + 24 * 60),
        resumed=True,
        commands=(),
        buttons=(Verb.undo,),
    )


def failed(locale: Locale) -> ApprovalView:
    """The application lacks a permission."""
    return msgspec.structs.replace(
        waiting(locale),
        change=ACCOUNT,
        state="failed",
        decided_by="Inès Moreau",
        ended=later(24),
        until=None,
        why="forbidden",
        detail="User.EnableDisableAccount.All",
        buttons=(),
    )


def undoing(locale: Locale) -> ApprovalView:
    """Taking it back waits for the second key too."""
    change = msgspec.structs.replace(LICENCE, undo=True)
    return msgspec.structs.replace(waiting(locale), change=change, evidence=())


def approvals(locale: Locale) -> dict[str, View]:
    """Every card of a change worth looking at."""
    offer = FixOffer(change=GROUP, mark="m4rk", free=3)
    return {
        "triage-fix": msgspec.structs.replace(triage(locale), fix=offer),
        "approval": waiting(locale),
        "approval-made": made(locale),
        "approval-failed": failed(locale),
        "approval-undo": undoing(locale),
    }
