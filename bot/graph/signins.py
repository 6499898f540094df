"""The sign-in log: why the phone's own sign-in fails, if it does.

A phone signs in through Android's authentication broker, mostly without anybody present, so the
non-interactive sign-ins count as much; those of the same person's computer count only where there
are none of a phone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from bot.graph.findings import Findings
from bot.graph.values import Body, rows, table, text

FACT: Final = "account.signin"
LOOK_BACK: Final = timedelta(days=7)


class _Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    apps: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()


class _DeviceCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    protocols: tuple[str, ...]
    policies: tuple[str, ...]


class _Meanings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    noise: frozenset[int]
    plain: frozenset[int]
    codes: dict[str, frozenset[int]]
    words: dict[str, tuple[str, ...]]
    phone: _Marks
    teams: _Marks
    device_code: _DeviceCode


@cache
def _meanings() -> _Meanings:
    text_ = resources.files(__package__).joinpath("signins.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text_), _Meanings)


def known_codes() -> frozenset[int]:
    """Every error code of the table, noise left out."""
    return _meanings().plain.union(*_meanings().codes.values())


def sign_in_filter(object_id: str, now: datetime, *, interactive: bool) -> str:
    """The `$filter` for a person's recent sign-ins; the non-interactive ones exist in beta only."""
    since = (now - LOOK_BACK).strftime("%Y-%m-%dT%H:%M:%SZ")
    whose = f"userId eq '{object_id}' and createdDateTime ge {since}"
    return whose if interactive else f"{whose} and signInEventTypes/any(t: t eq 'nonInteractiveUser')"


def sign_in_findings(lines: Sequence[Body], *, more: bool = False) -> Findings:
    """Judges the newest telling line of `signIn` resources, which may come in any order.

    `more`: the log goes on. Then a phone's refusal may lie behind the good sign-ins of other devices.
    """
    outcomes = [line for line in lines if _code(line) is not None and _code(line) not in _meanings().noise]
    relevant = _of_a_phone(outcomes)
    if not relevant:
        days = LOOK_BACK.days
        return Findings(not_checked={FACT: f"no sign-in in the log of the last {days} days"})
    newest = max(relevant, key=lambda line: text(line, "createdDateTime"))
    if more and meaning(newest) == "ok" and not _marked(newest, _meanings().phone):
        return Findings(not_checked={FACT: f"the newest {len(lines)} sign-ins are of other devices"})
    return Findings(values={FACT: meaning(newest)}, account=_notes(newest))


def meaning(line: Body) -> str:
    """What one sign-in says, in the words of the fact `account.signin`."""
    code = _code(line)
    if code == 0:
        return "ok"
    for value, codes in _meanings().codes.items():
        if code in codes:
            return value
    reason = text(table(line, "status"), "failureReason").lower()
    for value, phrases in _meanings().words.items():
        if any(phrase in reason for phrase in phrases):
            return value
    if text(line, "conditionalAccessStatus").lower() == "failure":
        return "blocked_ca"
    registers = _has(line, "resourceDisplayName", _meanings().phone.resources)
    return "registration_blocked" if registers else "failed"


def _code(line: Body) -> int | None:
    value = table(line, "status").get("errorCode")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _of_a_phone(lines: Sequence[Body]) -> Sequence[Body]:
    marks = _meanings()
    phone = [line for line in lines if _marked(line, marks.phone)]
    return phone or [line for line in lines if _marked(line, marks.teams)] or lines


def _marked(line: Body, marks: _Marks) -> bool:
    return (
        _has(line, "appDisplayName", marks.apps)
        or _has(line, "resourceDisplayName", marks.resources)
        or _has(table(line, "deviceDetail"), "operatingSystem", marks.systems)
    )


def _has(body: Body, key: str, parts: Sequence[str]) -> bool:
    value = text(body, key).lower()
    return any(part in value for part in parts)


def _notes(line: Body) -> dict[str, str]:
    code = _code(line)
    failed = bool(code)
    return {
        "signin_at": text(line, "createdDateTime"),
        "signin_app": text(line, "appDisplayName"),
        "signin_system": text(table(line, "deviceDetail"), "operatingSystem"),
        "signin_error": str(code) if failed else "",
        "signin_reason": text(table(line, "status"), "failureReason") if failed else "",
        "signin_policy": ", ".join(_refusing(line)) if failed else "",
        "signin_flow": "device_code" if failed and _by_code(line) else "",
        "signin_request_id": text(line, "id"),
        "signin_correlation_id": text(line, "correlationId"),
    }


def _refusing(line: Body) -> list[str]:
    """The Conditional Access policies that said no; Graph hides their names from whoever may not read policies."""
    policies = rows(line, "appliedConditionalAccessPolicies")
    refusing = [one for one in policies if text(one, "result").lower() == "failure"]
    return [name for one in refusing if (name := text(one, "displayName") or text(one, "id"))]


def _by_code(line: Body) -> bool:
    """True when somebody typed a code for the phone on another screen, as the log says or a policy's name does."""
    marks = _meanings().device_code
    said = {text(line, key).lower() for key in ("authenticationProtocol", "originalTransferMethod")}
    named = " ".join(_refusing(line)).lower()
    return bool(said & set(marks.protocols)) or any(word in named for word in marks.policies)
