"""Whether Microsoft Teams itself is healthy, as the tenant's service health dashboard says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.graph.findings import Findings
from bot.graph.values import Body, text

FACT: Final = "service_health.teams"
SERVICE: Final = "Microsoft Teams"

_OK: Final = frozenset(
    {
        "serviceoperational",
        "servicerestored",
        "falsepositive",
        "postincidentreviewpublished",
        "resolved",
        "resolvedexternal",
        "mitigated",
        "mitigatedexternal",
    }
)
_DEGRADED: Final = frozenset(
    {
        "servicedegradation",
        "investigating",
        "investigationsuspended",
        "restoringservice",
        "verifyingservice",
        "extendedrecovery",
        "confirmed",
        "reported",
    }
)
_OUTAGE: Final = frozenset({"serviceinterruption"})


def health_findings(overviews: Sequence[Body]) -> Findings:
    """Reads the row of Teams; statuses that Microsoft may yet invent are not checked."""
    row = next((row for row in overviews if _is_teams(row)), None)
    if row is None:
        return Findings(not_checked={FACT: "the service health list does not name Microsoft Teams"})
    status = text(row, "status")
    for value, statuses in (("ok", _OK), ("degraded", _DEGRADED), ("outage", _OUTAGE)):
        if status.lower() in statuses:
            return Findings(values={FACT: value}, account={"service_status": status})
    return Findings(not_checked={FACT: f"Microsoft Teams has a status not known here ({status or 'none'})"})


def incident_title(issues: Sequence[Body]) -> str:
    """The newest open incident of Teams, as `TM123456: title`; empty when there is none."""
    still_open = [row for row in issues if _is_teams(row) and row.get("isResolved") is not True]
    if not still_open:
        return ""
    newest = max(still_open, key=lambda row: text(row, "startDateTime"))
    return f"{text(newest, 'id')}: {text(newest, 'title')}"


def _is_teams(row: Body) -> bool:
    return SERVICE.lower() in (text(row, "service").lower(), text(row, "id").lower())
