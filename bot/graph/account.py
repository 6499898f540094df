"""The person's account: whether it is enabled, and what an agent wants to know about it."""

from __future__ import annotations

from typing import Final

from bot.graph.findings import Findings
from bot.graph.values import Body, text, yes_no

FACT: Final = "account.enabled"
PROPERTIES: Final = (
    "id,displayName,userPrincipalName,accountEnabled,usageLocation,userType,officeLocation,"
    "preferredLanguage,onPremisesSyncEnabled,lastPasswordChangeDateTime,assignedPlans,licenseAssignmentStates"
)

_NOTES: Final = {
    "display_name": "displayName",
    "upn": "userPrincipalName",
    "object_id": "id",
    "usage_location": "usageLocation",
    "user_type": "userType",
    "office": "officeLocation",
    "language": "preferredLanguage",
    "password_changed": "lastPasswordChangeDateTime",
}


def account_findings(user: Body) -> Findings:
    """Reads a `user`."""
    notes = {name: text(user, key) for name, key in _NOTES.items()}
    notes["synchronised"] = yes_no(user, "onPremisesSyncEnabled") or ""
    enabled = yes_no(user, "accountEnabled")
    if enabled is None:
        why = "Microsoft Graph does not tell whether the account is enabled"
        return Findings(account=notes, not_checked={FACT: why})
    return Findings(values={FACT: enabled}, account=notes)
