"""The three writes that the bot knows, and their opposites: a licence, a place in a licence group, an account.

Whether one is made, and by whom it was asked for, is not decided here. A refusal is an answer, because
somebody must read the reason; only what leaves in doubt whether Graph did it is an error.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from bot.domain.change import Change, FixKind
from bot.graph.client import Answer, GraphClient, path_of
from bot.graph.errors import GraphError
from bot.graph.patience import Patience
from bot.graph.seats import free_seats
from bot.graph.values import Body, lists, rows, table, text, words

PERMISSIONS: Final[dict[FixKind, str]] = {
    "assign_licence": "LicenseAssignment.ReadWrite.All",
    "join_group": "GroupMember.ReadWrite.All",
    "enable_account": "User.EnableDisableAccount.All",
}
"""The least application permission of each write."""

LONGEST: Final = 200

_READ: Final = {"$select": "id,accountEnabled,licenseAssignmentStates"}

# What Graph says when it refuses a change (400), and the id of the words for it.
_REASONS: Final = (
    (re.compile(r"available licen[cs]es|CountViolation", re.IGNORECASE), "no_seat"),
    (re.compile(r"usage ?location", re.IGNORECASE), "no_country"),
    (re.compile(r"dynamic membership", re.IGNORECASE), "dynamic"),
    (re.compile(r"on-premises|Directory Sync", re.IGNORECASE), "synchronised"),
    (re.compile(r"mutually ?exclusive|depend", re.IGNORECASE), "conflict"),
)
_ALREADY: Final = re.compile(r"already exist|does not have a corresponding license", re.IGNORECASE)


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """How a write ended; `why` is a text id when it was refused, `detail` what it names."""

    how: Literal["made", "already", "failed"]
    why: str = ""
    detail: str = ""


class GraphFixes:
    """`Fixes` over Microsoft Graph."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    async def stands(self, change: Change) -> bool:
        """True when the directory is already as the change would have it; raises `GraphError` when nobody can say."""
        there = await (self._member(change) if change.fix == "join_group" else self._held(change))
        return there != change.undo

    async def make(self, change: Change) -> Made:
        """Writes once. Raises `GraphError` when it may have been done all the same; with status 429 it was not."""
        if change.fix == "join_group" and not change.undo and await self._sold_out(change.sku):
            return Made(how="failed", why="no_seat")
        answer = await self._write(change)
        if answer.ok:
            return Made(how="made")
        if answer.status in {400, 403, 404, 409}:
            return _refusal(change, answer)
        answer.value()  # raises
        raise AssertionError("an answer is good, or an error")

    async def _held(self, change: Change) -> bool:
        user = await self._graph.get(path_of("users", change.user), _READ)
        if change.fix == "enable_account" and isinstance(user.get("accountEnabled"), bool):
            return bool(user["accountEnabled"])
        if change.fix == "enable_account" or not lists(user, "licenseAssignmentStates"):
            raise GraphError("Microsoft Graph does not tell how it is now")
        return any(_gives(state, change) for state in rows(user, "licenseAssignmentStates"))

    async def _member(self, change: Change) -> bool:
        path = path_of("users", change.user, "checkMemberGroups")
        found = await self._graph.post(path, {"groupIds": [change.group]})
        if not isinstance(found.get("value"), list):
            raise GraphError("Microsoft Graph does not tell how it is now")
        return change.group.lower() in {group.lower() for group in words(found, "value")}

    async def _sold_out(self, sku: str) -> bool:
        """False, too, where the application may not know: then Graph decides."""
        try:
            stock = await self._graph.get_all("/subscribedSkus")
        except GraphError as exc:
            if exc.forbidden:
                return False
            raise
        return any(text(product, "skuId").lower() == sku and free_seats(product) < 1 for product in stock)

    async def _write(self, change: Change) -> Answer:
        """One request, never repeated here: the second answer would hide what the first one did."""
        once = Patience(0)
        user = path_of("users", change.user)
        if change.fix == "enable_account":
            body: Body = {"accountEnabled": not change.undo}
            return await self._graph.call("PATCH", user, body, patience=once)
        if change.fix == "assign_licence":
            return await self._graph.call("POST", f"{user}/assignLicense", _licences(change), patience=once)
        members = path_of("groups", change.group, "members")
        if change.undo:
            return await self._graph.call("DELETE", f"{members}{path_of(change.user, '$ref')}", patience=once)
        link = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{change.user}"}
        return await self._graph.call("POST", f"{members}/$ref", link, patience=once)


def _licences(change: Change) -> Body:
    """Graph wants both lists, empty ones too."""
    if change.undo:
        return {"addLicenses": [], "removeLicenses": [change.sku]}
    return {"addLicenses": [{"skuId": change.sku, "disabledPlans": []}], "removeLicenses": []}


def _gives(state: Body, change: Change) -> bool:
    """An assignment of this product: to be taken back only if it is direct, to be had already however it came."""
    if text(state, "skuId").lower() != change.sku:
        return False
    return not text(state, "assignedByGroup") if change.undo else "error" not in text(state, "state").lower()


def _refusal(change: Change, answer: Answer) -> Made:
    said = text(table(answer.body, "error"), "message") or answer.message
    if answer.status == 403:
        return Made(how="failed", why="forbidden", detail=PERMISSIONS[change.fix])
    if _ALREADY.search(said) or (answer.status == 404 and change.undo and change.fix == "join_group"):
        return Made(how="already")
    if answer.status == 404:
        return Made(how="failed", why="not_found")
    known = next((why for pattern, why in _REASONS if pattern.search(said)), None)
    if known is not None:
        return Made(how="failed", why=known)
    return Made(how="failed", why="refused", detail=f"{answer.code} {said}".strip()[:LONGEST])
