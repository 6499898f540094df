"""What one part of a look-up found, before it becomes facts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.graph.answer import BUSY, Answer


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """Values of facts, notes about the account, and why other facts could not be had."""

    values: dict[str, str] = {}
    account: dict[str, str] = {}
    not_checked: dict[str, str] = {}


def not_checked(facts: Iterable[str], why: str) -> Findings:
    """None of these facts could be had, for that reason."""
    return Findings(not_checked=dict.fromkeys(facts, why))


def merged(parts: Iterable[Findings]) -> Findings:
    """All parts as one; a fact that some part found counts as checked."""
    values: dict[str, str] = {}
    account: dict[str, str] = {}
    missing: dict[str, str] = {}
    for part in parts:
        values |= part.values
        account |= {name: value for name, value in part.account.items() if value}
        missing |= part.not_checked
    left = {fact: why for fact, why in missing.items() if fact not in values}
    return Findings(values=values, account=account, not_checked=left)


def reason(answer: Answer, permission: str) -> str:
    """Why Graph did not give what was asked, as a sentence for an operator, with what Microsoft needs to find it."""
    return f"{_sentence(answer, permission)}{answer.trace}"


def _sentence(answer: Answer, permission: str) -> str:
    if "NonPremium" in answer.code:
        return "the tenant has no Entra ID P1 licence, which this needs"
    if answer.status == 403:
        return f"the application lacks the permission {permission}"
    if answer.status == 404:
        return "Microsoft Graph has nothing about this person here"
    if answer.status in BUSY:
        return f"Microsoft Graph was too busy ({answer.status})"
    if answer.status == 0:
        return answer.message
    if answer.ok:
        return "Microsoft Graph answered something that cannot be read"
    return f"Microsoft Graph answered {answer.status} {answer.code}".rstrip()
