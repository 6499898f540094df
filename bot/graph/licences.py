"""Which licences a person really has: judged by service plan and its state, never by product name.

A product's name says little: the E5 sold in the EEA has Teams Phone and no Teams, a plan may be
switched off inside a product, still being set up, in error, or suspended for an unpaid bill.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from bot.graph.findings import Findings
from bot.graph.values import Body, rows, text, words

FACTS: Final = ("licence.teams", "licence.teams_phone", "licence.assigned_by")

_USABLE: Final = frozenset({"enabled", "warning"})


class PlanIds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Service plans by what they allow: name → id."""

    teams: dict[str, str]
    teams_phone: dict[str, str]
    virtual_user: dict[str, str]
    calling_plan: dict[str, str]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One service plan within one product that the person has; `status` is Graph's, in lower case."""

    plan: str
    sku_id: str
    sku: str
    status: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of one kind of licence; `sku_id` is the product that decides it."""

    value: str | None
    why: str = ""
    plan: str = ""
    sku_id: str = ""


@cache
def plan_ids() -> PlanIds:
    """The table of `plans.toml`."""
    text_ = resources.files(__package__).joinpath("plans.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text_), PlanIds)


def licence_findings(details: Sequence[Body], user: Body) -> Findings:
    """Judges `licenseDetails` together with the plan and assignment states of the `user`."""
    held = _held(details)
    dead = _dead_plans(user)
    teams = _judge(plan_ids().teams, held, dead, user)
    phone = _judge(plan_ids().teams_phone, held, dead, user)
    by = _assigned_by(teams, phone, user)
    found = {FACTS[0]: teams.value, FACTS[1]: phone.value, FACTS[2]: by}
    why = {
        FACTS[0]: teams.why,
        FACTS[1]: phone.why,
        FACTS[2]: "Microsoft Graph does not tell where the licence comes from",
    }
    return Findings(
        values={fact: value for fact, value in found.items() if value is not None},
        account={
            "licences": ", ".join(text(row, "skuPartNumber") for row in details),
            "teams_reason": teams.why,
            "teams_phone_reason": _wrong_licence(phone, held) or phone.why,
            "calling_plan": ", ".join(_calling_plans(held, dead)),
        },
        not_checked={fact: why[fact] for fact, value in found.items() if value is None},
    )


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
    return ranked[0] if ranked else Verdict(value="missing", why=_failed_assignment(user))


def _verdict(held: Held, dead_state: str) -> Verdict:
    def say(value: str | None, why: str = "") -> Verdict:
        return Verdict(value=value, why=why, plan=held.plan, sku_id=held.sku_id)

    if dead_state:
        return say("missing", f"the service plan of {held.sku} is {dead_state}")
    if held.status == "success":
        return say("ok")
    if held.status.startswith("pending"):
        return say("pending", f"{held.sku} is still being set up ({held.status})")
    if held.status == "disabled":
        return say("disabled_plan", f"the service plan is switched off in {held.sku}")
    if held.status == "error":
        return say("missing", f"{held.sku} could not be set up (error)")
    return say(None, f"{held.sku} is in a state that is not known here ({held.status or 'none'})")


def _hopefulness(verdict: Verdict) -> int:
    order = ("ok", "pending", None, "missing", "disabled_plan")
    return order.index(verdict.value)


def _failed_assignment(user: Body) -> str:
    failed = [
        text(entry, "error")
        for entry in rows(user, "licenseAssignmentStates")
        if "error" in text(entry, "state").lower()
    ]
    return f"an assignment failed: {failed[0]}" if failed else "no licence of this person has it"


def _wrong_licence(phone: Verdict, held: Sequence[Held]) -> str:
    virtual = set(plan_ids().virtual_user.values())
    wrong = phone.value == "missing" and any(one.plan in virtual for one in held)
    return "the only phone licence is one for resource accounts, which a person cannot use" if wrong else ""


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
