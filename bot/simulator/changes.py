"""The writes of the simulated Microsoft Graph: licences, accounts, group members.

Each refuses what the real one refuses, in its words, and notes in `Writes` what it did.
"""

from __future__ import annotations

import re
from typing import Final

from bot.simulator import bodies
from bot.simulator.calls import Body, Call, Problem, bad, missing, resource
from bot.simulator.directory import Licence, User, catalogue

_USER: Final = r"/users(?:/|\(')([^/]+?)(?:'\))?"
_GROUP: Final = "/groups/([^/]+)"
_ASSIGN: Final = "LicenseAssignment.ReadWrite.All User.ReadWrite.All Directory.ReadWrite.All"
_ENABLE: Final = "User.EnableDisableAccount.All User.ReadWrite.All Directory.ReadWrite.All"
_MEMBERS: Final = "GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All"
_REFERENCE: Final = re.compile(r".*/(?:directoryObjects|users)/([^/]+)")
_SYNCED: Final = (
    "Unable to update the specified properties for on-premises mastered Directory Sync objects "
    "or objects currently undergoing migration."
)


def _assign_license(call: Call) -> Body:
    person, wanted = call.person(), call.body if isinstance(call.body, dict) else {}
    for name in ("addLicenses", "removeLicenses"):
        if not isinstance(wanted.get(name), list):
            raise bad(
                "One or more parameters of the operation 'assignLicense' are missing from the request payload. "
                f"The missing parameters are: {name}."
            )
    adding = [_product(item) for item in wanted["addLicenses"]]
    removing = [_named(sku_id) for sku_id in wanted["removeLicenses"]]
    _check(call, person, adding, removing)
    call.replicas.before_write(person)
    for sku in removing:
        call.directory.remove_licence(person.id, sku)
        call.writes.note(call.by, "remove", person.id, catalogue().sku[sku].id)
    for sku, disabled in adding:
        _add(call, person, sku, disabled)
    return bodies.user(person)


def _product(item: object) -> tuple[str, frozenset[str]]:
    if not isinstance(item, dict):
        raise bad("Cannot convert a primitive value to the expected type 'microsoft.graph.assignedLicense'.")
    return _named(item.get("skuId")), frozenset(map(str, item.get("disabledPlans") or ()))


def _named(sku_id: object) -> str:
    for name, sku in catalogue().sku.items():
        if sku.id == sku_id:
            return name
    raise bad(f"License {sku_id} does not correspond to a valid company License.")


def _check(call: Call, person: User, adding: list[tuple[str, frozenset[str]]], removing: list[str]) -> None:
    held = {licence.sku: licence for licence in person.licences if licence.given}
    for sku in removing:
        if sku not in held:
            raise bad("User does not have a corresponding license.")
        if held[sku].group is not None:
            raise bad(
                "User license is inherited from a group membership and it cannot be removed directly from the user."
            )
    for sku, _ in adding:
        if sku not in call.directory.stock:
            raise bad(f"License {catalogue().sku[sku].id} does not correspond to a valid company License.")
        if not person.usage_location:
            raise bad("License assignment cannot be done for user with invalid usage location.")
        if sku not in held and call.directory.free(sku) <= 0:
            raise bad(
                f"Subscription with SKU {catalogue().sku[sku].id} does not have any available licenses."
            )


def _add(call: Call, person: User, sku: str, disabled: frozenset[str]) -> None:
    held = any(licence.sku == sku and licence.given for licence in person.licences)
    if not held:
        off = {plan: "Disabled" for plan in catalogue().sku[sku].plans if catalogue().plans[plan] in disabled}
        licence = Licence(sku, plans=off)
        person.licences.append(licence)
        call.replicas.provision(person, licence)
    call.writes.note(call.by, "assign", person.id, catalogue().sku[sku].id, changed=not held)


def _update_user(call: Call) -> None:
    person, wanted = call.person(), call.body
    if not isinstance(wanted, dict) or set(wanted) != {"accountEnabled"}:
        raise Problem(
            403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
        )
    enabled = wanted["accountEnabled"]
    if not isinstance(enabled, bool):
        raise bad("A value was encountered that has a type name that is incompatible with the metadata.")
    if person.synced:
        raise bad(_SYNCED)
    if person.admin:
        raise Problem(
            403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
        )
    changed = person.enabled != enabled
    call.replicas.before_write(person)
    if changed:
        (call.directory.enable if enabled else call.directory.disable)(person.id)
    call.writes.note(call.by, "enable" if enabled else "disable", person.id, changed=changed)


def _add_member(call: Call) -> None:
    group, wanted = _own_group(call), call.body if isinstance(call.body, dict) else {}
    match = _REFERENCE.fullmatch(str(wanted.get("@odata.id", "")))
    if match is None:
        raise bad("Invalid URL format specified in @odata.id.")
    person = call.someone(match[1])
    if group in person.groups:
        raise bad(
            "One or more added object references already exist for the following modified properties: 'members'."
        )
    call.replicas.before_write(person)
    for licence in call.directory.join(group, person.id):
        call.replicas.provision(person, licence)
    call.writes.note(call.by, "join", person.id, group)


def _remove_member(call: Call) -> None:
    group, person = _own_group(call), call.someone(call.match[1])
    if group not in person.groups:
        raise missing(call.match[1])
    call.replicas.before_write(person)
    call.directory.leave(group, person.id)
    call.writes.note(call.by, "leave", person.id, group)


def _own_group(call: Call) -> str:
    group = call.group()
    if group in call.directory.synced_groups:
        raise bad(_SYNCED)
    if group in call.directory.dynamic_groups:
        raise bad("Members of a group with dynamic membership cannot be updated.")
    return group


CHANGES: Final = (
    resource("POST", _USER + "/assignLicense", _ASSIGN, _assign_license),
    resource("PATCH", _USER, _ENABLE, _update_user),
    resource("POST", _GROUP + r"/members/\$ref", _MEMBERS, _add_member),
    resource("DELETE", _GROUP + r"/members/([^/]+)/\$ref", _MEMBERS, _remove_member),
)
