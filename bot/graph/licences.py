"""Which licences a person really has: judged by service plan and its state, never by product name.

A product's name says little: the E5 sold in the EEA has Teams Phone and no Teams, a plan may be
switched off inside a product, still being set up, in error, or suspended for an unpaid bill.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from bot.graph.findings import Findings
from bot.graph.plans import device_products, plan_ids
from bot.graph.values import Body, lists, rows, text, words

FACTS: Final = ("licence.teams", "licence.teams_phone", "licence.assigned_by")

_USABLE: Final = frozenset({"enabled", "warning"})
_DEAD: Final = {"suspended": "suspended", "lockedout": "suspended", "deleted": "deleted"}


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One service plan within one product that the person has; `status` is Graph's, in lower case."""

    plan: str
    sku_id: str
    sku: str
    status: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of one kind of licence; `sku_id` is the product that decides it.

    `why` is an id for whoever has words for it, `sentence` says it to an operator.
    """

    value: str | None
    why: str = ""
    sentence: str = ""
    plan: str = ""
    sku_id: str = ""
    sku: str = ""


def licence_findings(details: Sequence[Body], user: Body) -> Findings:
    """Judges `licenseDetails` together with the plan and assignment states of the `user`."""
    held, dead, ids = _held(details), _dead_plans(user), plan_ids()
    teams = _judge(ids.teams, held, dead, user)
    phone = _resource_account(_judge(ids.teams_phone, held, dead, user), held)
    unread = _unread(details)
    teams, phone = _unproven(teams, unread), _unproven(phone, unread)
    by = _assigned_by(teams, phone, user)
    found = {FACTS[0]: teams.value, FACTS[1]: phone.value, FACTS[2]: by}
    why = {
        FACTS[0]: teams.sentence,
        FACTS[1]: phone.sentence,
        FACTS[2]: "Microsoft Graph does not tell where the licence comes from",
    }
    return Findings(
        values={fact: value for fact, value in found.items() if value is not None},
        account={
            "licences": ", ".join(text(row, "skuPartNumber") for row in details),
            **_told("teams", teams),
            **_told("teams_phone", phone),
            "assignment_error": _failed_assignment(user),
            "licence_kind": _kind(held),
            "calling_plan": ", ".join(_calling_plans(held, dead)),
        },
        not_checked={fact: why[fact] for fact, value in found.items() if value is None},
    )


def _unread(details: Sequence[Body]) -> str:
    """A product whose plans Graph does not tell; any plan might be in it. Empty when all are told."""
    for row in details:
        ids = [plan.get("servicePlanId") for plan in rows(row, "servicePlans")]
        if not lists(row, "servicePlans") or not all(isinstance(one, str) and one for one in ids):
            return text(row, "skuPartNumber") or "a licence"
    return ""


def _unproven(verdict: Verdict, unread: str) -> Verdict:
    """The same verdict, unless what it misses may be in the product that could not be read."""
    if not unread or verdict.value != "missing" or verdict.sku_id:
        return verdict
    return Verdict(value=None, sentence=f"Microsoft Graph does not list the service plans of {unread}")


def _told(name: str, verdict: Verdict) -> dict[str, str]:
    return {f"{name}_why": verdict.why, f"{name}_reason": verdict.sentence, f"{name}_sku": verdict.sku}


def _kind(held: Sequence[Held]) -> str:
    """`shared_device` or `room` for an account that holds a licence made for one and none made for a person."""
    kinds = {device_products().get(one.sku_id, "") for one in held if one.plan in _speaking()}
    return kinds.pop() if len(kinds) == 1 else ""


def _speaking() -> set[str]:
    return {*plan_ids().teams.values(), *plan_ids().teams_phone.values()}


def _held(details: Sequence[Body]) -> list[Held]:
    return [
        Held(
            plan=text(plan, "servicePlanId").lower(),
            sku_id=text(row, "skuId").lower(),
            sku=text(row, "skuPartNumber"),
            status=text(plan, "provisioningStatus").lower(),
        )
        for row in details
        for plan in rows(row, "servicePlans")
    ]


def _dead_plans(user: Body) -> dict[str, str]:
    """Plans that are suspended, locked out or deleted in all their entries: id → that state."""
    states: dict[str, list[str]] = {}
    for entry in rows(user, "assignedPlans"):
        plan = text(entry, "servicePlanId").lower()
        states.setdefault(plan, []).append(text(entry, "capabilityStatus").lower())
    return {
        plan: seen[0]
        for plan, seen in states.items()
        if all(state and state not in _USABLE for state in seen)
    }


def _judge(plans: dict[str, str], held: Sequence[Held], dead: dict[str, str], user: Body) -> Verdict:
    ids = set(plans.values())
    ranked = sorted(
        (_verdict(one, dead.get(one.plan, "")) for one in held if one.plan in ids), key=_hopefulness
    )
    return ranked[0] if ranked else _none(user)


def _none(user: Body) -> Verdict:
    error = _failed_assignment(user)
    if error:
        return Verdict(value="missing", why="assignment_failed", sentence=f"an assignment failed: {error}")
    return Verdict(value="missing", why="none", sentence="no licence of this person has it")


def _verdict(held: Held, dead_state: str) -> Verdict:
    def say(value: str | None, why: str = "", sentence: str = "") -> Verdict:
        return Verdict(
            value=value, why=why, sentence=sentence, plan=held.plan, sku_id=held.sku_id, sku=held.sku
        )

    if dead_state in _DEAD:
        return say("missing", _DEAD[dead_state], f"the service plan of {held.sku} is {dead_state}")
    if dead_state:
        return say(None, "unknown_state", f"{held.sku} is in a state that is not known here ({dead_state})")
    if held.status == "success":
        return say("ok")
    if held.status.startswith("pending"):
        return say("pending", "pending", f"{held.sku} is still being set up ({held.status})")
    if held.status == "disabled":
        return say("disabled_plan", "disabled_plan", f"the service plan is switched off in {held.sku}")
    if held.status == "error":
        return say("missing", "error", f"{held.sku} could not be set up (error)")
    unknown = f"{held.sku} is in a state that is not known here ({held.status or 'none'})"
    return say(None, "unknown_state", unknown)


def _hopefulness(verdict: Verdict) -> int:
    order = ("ok", "pending", None, "missing", "disabled_plan")
    return order.index(verdict.value)


def _failed_assignment(user: Body) -> str:
    """Why a licence that somebody gave did not arrive, in Graph's word; empty when none failed."""
    failed = [
        text(entry, "error") or "Other"
        for entry in rows(user, "licenseAssignmentStates")
        if "error" in text(entry, "state").lower()
    ]
    return next((error for error in failed if error.lower() != "none"), failed[0] if failed else "")


def _resource_account(phone: Verdict, held: Sequence[Held]) -> Verdict:
    """The same verdict; it says so when the only phone licence is one that no person can use."""
    virtual = set(plan_ids().virtual_user.values())
    if phone.value != "missing" or not any(one.plan in virtual for one in held):
        return phone
    sentence = "the only phone licence is one for resource accounts, which a person cannot use"
    return msgspec.structs.replace(phone, why="resource_account", sentence=sentence)


def _calling_plans(held: Sequence[Held], dead: dict[str, str]) -> list[str]:
    names = {plan: name for name, plan in plan_ids().calling_plan.items()}
    usable = [one for one in held if one.status == "success" and one.plan not in dead]
    return sorted({names[one.plan] for one in usable if one.plan in names})


def _assigned_by(teams: Verdict, phone: Verdict, user: Body) -> str | None:
    """How the licence was given that decides the case: the troubled one, else the one with Teams."""
    given = [verdict for verdict in (teams, phone) if verdict.sku_id]
    decisive = next((verdict for verdict in given if verdict.value != "ok"), None) or next(iter(given), None)
    entries = rows(user, "licenseAssignmentStates")
    if decisive is not None:
        mine = [entry for entry in entries if text(entry, "skuId").lower() == decisive.sku_id]
        entries = [entry for entry in mine if _gives(entry, decisive.plan)] or mine
    else:
        entries = [entry for entry in entries if "error" in text(entry, "state").lower()]
    if not entries:
        return None
    return "group" if all(text(entry, "assignedByGroup") for entry in entries) else "user"


def _gives(entry: Body, plan: str) -> bool:
    off = {disabled.lower() for disabled in words(entry, "disabledPlans")}
    return text(entry, "state").lower() in ("active", "activewitherror", "") and plan not in off
