"""The words of a change: every state, every reason and every kind has its own, in both languages."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from msgspec.structs import replace

from bot.domain.change import ChangeState, FixKind
from bot.domain.diagnosis import LOCALES, Locale
from cards.render import render
from cards.texts import ids, text
from tests.support.approval_views import ACCOUNT, GROUP, LICENCE, failed, made, waiting
from tests.support.view_parts import later

WHYS = (
    "forbidden", "no_seat", "no_country", "not_found", "synchronised", "dynamic", "conflict", "refused", "too_late",
    "not_there", "off", "expired",
)  # fmt: skip


def written(card: object) -> str:
    return json.dumps(card, ensure_ascii=False)


def test_every_state_and_reason_has_words() -> None:
    needed = {f"change_state.{state}" for state in get_args(ChangeState)}
    needed |= {f"change_why.{why}" for why in WHYS}
    needed |= {f"change.{fix}{undo}" for fix in get_args(FixKind) for undo in ("", "_undo")}
    assert needed <= ids()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("change", [LICENCE, GROUP, ACCOUNT])
def test_title_says_what_is_done(locale: Locale, change: object) -> None:
    chosen = next(one for one in (LICENCE, GROUP, ACCOUNT) if one is change)
    there = render(replace(waiting(locale), change=chosen)).summary
    back = render(replace(waiting(locale), change=replace(chosen, undo=True))).summary
    assert there != back
    assert ("MCOEV" in there) is bool(chosen.sku)


@pytest.mark.parametrize("locale", LOCALES)
def test_reason_stands_with_what_it_names(locale: Locale) -> None:
    card = written(render(failed(locale)).card)
    assert text(locale, "change_why.forbidden")[:40] in card
    assert "User.EnableDisableAccount.All" in card


@pytest.mark.parametrize("locale", LOCALES)
def test_interrupted_change_says_so(locale: Locale) -> None:
    assert text(locale, "approval.resumed") in written(render(made(locale)).card)
    assert text(locale, "approval.resumed") not in written(render(replace(made(locale), resumed=False)).card)


@pytest.mark.parametrize("locale", LOCALES)
def test_arrival_replaces_the_promise(locale: Locale) -> None:
    card = written(render(replace(made(locale), arrived=True)).card)
    assert text(locale, "approval.arrived") in card
    assert text(locale, "approval.on_its_way") not in card


def test_declined_change_names_who_declined() -> None:
    view = replace(waiting("en"), state="declined", decided_by="Noor", until=None, ended=later(3), buttons=())
    card = written(render(view).card)
    assert "Declined by" in card
    assert "Approved by" not in card


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("fr", "Le support vient de vous attribuer la licence qui manquait."),
        ("en", "The helpdesk has just given you the licence that was missing."),
    ],
)
def test_employee_reads_plain_words(locale: Locale, words: str) -> None:
    assert text(locale, "say.licence_made").startswith(words)
