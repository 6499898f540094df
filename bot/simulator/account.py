"""The employee's account, as what a fault breaks and an act mends."""

from __future__ import annotations

from typing import Final

from bot.simulator.directory import LICENCE_GROUP, PHONE_SKU, TEAMS_SKU, Directory

REGISTRATION: Final = "Device Registration Service"
BLOCKING_POLICY: Final = "DisallowCalling"

# How the phone's sign-in is refused: error code, reason, Conditional Access policy, resource.
SIGN_INS: Final = {
    "session_expired": (50173, "The provided grant has expired due to it being revoked.", "", ""),
    "blocked_ca": (
        53003,
        "Access has been blocked by Conditional Access policies.",
        "Bloquer le code d’appareil",
        "",
    ),
    "blocked_mfa": (50076, "Multi-factor authentication is required.", "", ""),
    "device_limit": (
        50155,
        "Device authentication failed: the user has reached the maximum number of devices.",
        "",
        "",
    ),
    "registration_blocked": (50155, "Device authentication failed.", "", REGISTRATION),
}


class Account:
    """One person's account; raises `ValueError` for a damage that nobody knows."""

    def __init__(self, directory: Directory, who: str) -> None:
        self.directory, self.who = directory, who
        self._refused = ""
        self._outage = False

    def damage(self, how: str) -> None:
        """Breaks it: one of `SIGN_INS`, or by name as below."""
        user = self.directory.find(self.who)
        match how:
            case "disabled":
                self.directory.disable(self.who)
            case "no_teams_licence":
                self.directory.remove_licence(self.who, TEAMS_SKU)
            case "no_phone_licence":
                self.directory.remove_licence(self.who, PHONE_SKU)
            case "licence_pending":
                self.directory.provision(self.who, "TEAMS1", "PendingActivation")
            case "no_number":
                user.voice_enabled, user.number = False, None
            case "policy_blocks":
                user.policies["TeamsCallingPolicy"] = BLOCKING_POLICY
            case "teams_outage":
                self.directory.declare("serviceInterruption")
                self._outage = True
            case _:
                self._refuse(how)

    def _refuse(self, how: str) -> None:
        if how not in SIGN_INS:
            raise ValueError(f"unknown damage {how!r}")
        code, reason, policy, resource = SIGN_INS[how]
        line = self.directory.log(self.who, code, reason, policy=policy)
        line.resource = resource or line.resource
        self._refused = how

    def repair(self) -> None:
        """Makes it whole again."""
        user = self.directory.find(self.who)
        if not user.enabled:
            self.directory.enable(self.who)
        if self._refused:
            self.directory.log(self.who)
        if self._outage:
            self.directory.all_clear()
        self._refused, self._outage = "", False
        self._license()
        user.voice_enabled, user.number = True, user.number or "+33478420017"
        user.policies["TeamsCallingPolicy"] = "Global"

    def _license(self) -> None:
        user = self.directory.find(self.who)
        user.suspended_plans.clear()
        held = {licence.sku for licence in user.licences}
        if TEAMS_SKU not in held:
            self.directory.join(LICENCE_GROUP, self.who)
        if PHONE_SKU not in held:
            self.directory.assign(self.who, PHONE_SKU)
        self.directory.provision(self.who, "TEAMS1", "Success")

    def enabled(self) -> bool:
        """True when the person may sign in."""
        return self.directory.find(self.who).enabled

    def signed_in(self) -> bool:
        """True when the phone's sign-in is accepted."""
        return self.enabled() and not self._refused and self.directory.find(self.who).has_plan("TEAMS1")

    def can_call(self) -> bool:
        """True when the account has all that calls from a desk phone need, and Teams is up."""
        user = self.directory.find(self.who)
        voice = bool(user.voice_enabled and user.number) and user.has_plan("MCOEV")
        allowed = user.policies["TeamsCallingPolicy"] != BLOCKING_POLICY
        return self.signed_in() and voice and allowed and not self._outage

    def seen_by_admin(self) -> dict[str, str]:
        """What the admin centre shows, in the words of the fact vocabulary."""
        user = self.directory.find(self.who)
        refused = "expired" if self._refused == "session_expired" else self._refused
        return {
            "account.enabled": "yes" if user.enabled else "no",
            "account.signin": (refused or "ok") if user.enabled else "failed",
            "licence.teams": self._plan("TEAMS1"),
            "licence.teams_phone": self._plan("MCOEV"),
            "voice.calling": "direct_routing" if user.number else "none",
        }

    def _plan(self, plan: str) -> str:
        states = [
            licence.plans[plan] for licence in self.directory.find(self.who).licences if plan in licence.plans
        ]
        if "Success" in states:
            return "ok"
        return "pending" if "PendingActivation" in states else "missing"

    def up(self) -> bool:
        """True unless Microsoft has an outage: then it fails on every device."""
        return not self._outage
