"""Why an account cannot do what it should, in a sentence: one for the person, a more exact one for the agent.

The directory's particulars (an error code, a product, a policy's name) are kept with the case; the words
for them are data, so that a new code costs two lines and no code.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from bot.diagnosis.spec import Text
from bot.domain.case import Case, Noted
from bot.domain.diagnosis import Locale
from bot.domain.fact import Value
from bot.domain.people import Role

LICENCES: Final = {"licence.teams": "teams", "licence.teams_phone": "teams_phone"}
# Particulars that a look-up tells anew each time: what it leaves out is no longer so.
ANEW: Final = ("signin_", "teams_", "seat_", "seats_", "service_", "licence_", "assignment_", "calling_plan")


class Cause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the agent reads, and the id of what the person reads."""

    user: str
    agent: Text


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    user: dict[str, Text]
    signin: dict[str, Cause]
    licence: dict[str, Cause]
    more: dict[str, Text]
    assignment: dict[str, Text]
    seat: dict[str, Text]


@cache
def table() -> _Table:
    """The words of `reasons.toml`."""
    return msgspec.convert(
        tomllib.loads(files(__package__).joinpath("reasons.toml").read_text("utf-8")), _Table
    )


def outdated(known: Mapping[str, str], fresh: Mapping[str, str]) -> dict[str, str]:
    """Particulars that a new look-up no longer tells, emptied."""
    gone = (name for name, value in known.items() if value and name.startswith(ANEW) and not fresh.get(name))
    return dict.fromkeys(gone, "")


def with_reason(case: Case, entry: Noted, text: str, role: Role, locale: Locale) -> str:
    """The words of a looked-up fact with the reason for it; the particulars are those of the newest look-up only."""
    if not _newest(case, entry):
        return text
    reason = why(case.known("account"), entry.fact, entry.value, role, locale)
    return f"{text.rstrip('.')}. {reason}" if reason else text


def read_at(case: Case, entry: Noted) -> datetime:
    """When Microsoft said so: some answers about the whole organisation are a minute or two old."""
    told = case.known("account").get("service_health_at", "")
    if entry.fact != "service_health.teams" or not told or not _newest(case, entry):
        return entry.at
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return entry.at
    return min(moment, entry.at) if moment.tzinfo else entry.at


def _newest(case: Case, entry: Noted) -> bool:
    noted = (
        later for later in reversed(case.ledger) if isinstance(later, Noted) and later.fact == entry.fact
    )
    return next(noted, entry).n == entry.n


def why(account: Mapping[str, str], fact: str, value: Value, role: Role, locale: Locale) -> str:
    """Why a looked-up fact is as it is; empty when there is nothing to add."""
    makers = _for_agent if role == "helpdesk" else _for_user
    texts = [text.to(locale) for text in makers(account, fact, str(value))]
    return " ".join(said for text in texts if (said := _filled(text, account, fact)))


def _filled(text: str, account: Mapping[str, str], fact: str) -> str:
    """The sentence with its particulars; empty when one of them is not known."""
    names = [name for _, name, _, _ in string.Formatter().parse(text) if name]
    values = {**account, "sku": account.get(f"{LICENCES.get(fact, '')}_sku", "")}
    return text.format_map(values) if all(values.get(name) for name in names) else ""


def _for_user(account: Mapping[str, str], fact: str, value: str) -> Iterator[Text]:
    cause = _cause(account, fact, value)
    plain = {"account.enabled": "account_off", "policy.phone": "calls_off", "service_health.teams": "service"}
    if cause is not None:
        yield table().user[cause.user]
    elif fact in plain and value not in {"ok", "yes", "unknown"}:
        yield table().user[plain[fact]]


def _for_agent(account: Mapping[str, str], fact: str, value: str) -> Iterator[Text]:
    cause = _cause(account, fact, value)
    if cause is not None:
        yield from (
            _signin(account, cause, value) if fact == "account.signin" else _licence(account, cause, fact)
        )
    yield from _besides(account, fact, value)


def _cause(account: Mapping[str, str], fact: str, value: str) -> Cause | None:
    if value in {"ok", "unknown"}:
        return None
    if fact == "account.signin":
        known = table().signin
        return known.get(account.get("signin_error", "")) or known.get(value)
    return _licence_cause(account, LICENCES[fact]) if fact in LICENCES else None


def _licence_cause(account: Mapping[str, str], name: str) -> Cause | None:
    reason, known = account.get(f"{name}_why", ""), table().licence
    return known.get(reason) or known.get(f"{reason}_{name}")


def _signin(account: Mapping[str, str], cause: Cause, value: str) -> Iterator[Text]:
    more = table().more
    yield more["policy"] if account.get("signin_policy") else cause.agent
    if account.get("signin_policy") and cause.agent != table().signin["blocked_ca"].agent:
        yield cause.agent
    if value == "blocked_ca" and not account.get("signin_policy"):
        yield more["policy_hidden"]
    if account.get("signin_flow") == "device_code":
        yield more["device_code"]
    yield more["code_of" if account.get("signin_app") else "code"]


def _licence(account: Mapping[str, str], cause: Cause, fact: str) -> Iterator[Text]:
    yield cause.agent
    if account.get(f"{LICENCES[fact]}_why") == "assignment_failed":
        known = table().assignment
        yield known.get(account.get("assignment_error", ""), known["Other"])
    yield from _seat(account)


def _seat(account: Mapping[str, str]) -> Iterator[Text]:
    seat, obstacle = table().seat, account.get("seat_obstacle", "")
    if account.get("seat_sku"):
        yield seat["none_left" if account.get("seats_free") == "0" else "free"]
        yield seat["group"]
    if obstacle in seat:
        yield seat[obstacle]


def _besides(account: Mapping[str, str], fact: str, value: str) -> Iterator[Text]:
    more = table().more
    if fact == "account.enabled" and value == "no":
        yield more["synchronised" if account.get("synchronised") == "yes" else "cloud"]
    if fact == "policy.phone" and value == "blocks":
        yield more["policies" if account.get("phone_policy") else "calling_policy"]
    if fact == "service_health.teams" and value in {"degraded", "outage"}:
        yield more["issue"]
    if fact == "licence.teams" and account.get("licence_kind") in {"shared_device", "room"}:
        yield more[account["licence_kind"]]
    if fact == "voice.calling" and account.get("calling_plan_why"):
        yield more["calling_plan"]
