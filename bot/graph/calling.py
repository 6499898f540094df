"""What the Teams service says about calling: voice enabled, how calls leave, and the policies in force."""

from __future__ import annotations

from typing import Final

from bot.graph.findings import Findings
from bot.graph.values import Body, rows, table, text, words, yes_no

FACTS: Final = ("voice.enabled", "voice.calling", "policy.phone")

_NUMBER_TYPES: Final = {
    "callingplan": "calling_plan",
    "directrouting": "direct_routing",
    "operatorconnect": "operator_connect",
}
_POLICIES: Final = {"teamscallingpolicy": "calling_policy", "teamsipphonepolicy": "phone_policy"}
# The policy that Microsoft ships to forbid calls; what a tenant's own policies say, Graph does not tell.
_BLOCKING: Final = frozenset({"disallowcalling"})


def unwrapped(body: Body) -> Body:
    """A `teamsUserConfiguration`, which some answers wrap in `value`, alone or as a list."""
    value = body.get("value")
    if isinstance(value, list):
        return next(iter(rows(body)), {})
    return value if isinstance(value, dict) else body


def voice_findings(configuration: Body) -> Findings:
    """Reads whether the person is voice-enabled and has a number."""
    person = unwrapped(configuration)
    enabled = yes_no(person, "isEnterpriseVoiceEnabled")
    numbers = rows(person, "telephoneNumbers")
    values = {} if enabled is None else {FACTS[0]: enabled}
    if isinstance(person.get("telephoneNumbers"), list) and not numbers:
        values[FACTS[1]] = "none"
    elif "CallingPlan" in words(person, "featureTypes"):
        values[FACTS[1]] = "calling_plan"
    missing = {} if enabled is not None else {FACTS[0]: "Microsoft Graph does not tell"}
    return Findings(
        values=values,
        account={"phone_number": text(numbers[0], "telephoneNumber") if numbers else ""},
        not_checked=missing | {FACTS[1]: "Microsoft Graph does not tell what kind the number is"},
    )


def policy_findings(configuration: Body) -> Findings:
    """Reads the policies that bear on a desk phone; only Microsoft's own names have a known meaning."""
    names: dict[str, str] = {}
    for entry in rows(unwrapped(configuration), "effectivePolicyAssignments"):
        note = _POLICIES.get(text(entry, "policyType").lower())
        if note:
            names[note] = _name(table(entry, "policyAssignment"))
    if not names:
        return Findings(not_checked={FACTS[2]: "Microsoft Graph lists no policy that bears on phones"})
    blocks = any(name.lower() in _BLOCKING for name in names.values())
    if not blocks and not all(names.values()):
        return Findings(
            account=names, not_checked={FACTS[2]: "Microsoft Graph does not name a policy in force"}
        )
    return Findings(values={FACTS[2]: "blocks" if blocks else "ok"}, account=names)


def _name(assignment: Body) -> str:
    """The policy's name; empty when it is none, for a policy without a name may be any."""
    named = (assignment.get("displayName"), assignment.get("policyId"))
    return next((one for one in named if isinstance(one, str) and one), "").removeprefix("Tag:")


def number_findings(assignments: Body, object_id: str) -> Findings:
    """Reads from the number inventory how the person's calls leave for the public network."""
    for row in rows(assignments):
        kind = _NUMBER_TYPES.get(text(row, "numberType").lower())
        if kind and text(row, "assignmentTargetId").lower() == object_id.lower():
            number = {"phone_number": text(row, "telephoneNumber")}
            return Findings(values={FACTS[1]: kind}, account=number)
    return Findings(not_checked={FACTS[1]: "the number inventory has no number of this person"})
