"""Short ways to put a question to the engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import load
from bot.domain.diagnosis import Diagnosis, Done, Outcome
from bot.domain.fact import Fact, Value

START: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BANNER: Final = "no_internet_banner"

HEALTHY_NETWORK: Final[dict[str, Value]] = {
    "dns": "ok",
    "tcp443": "ok",
    "tls": "ok",
    "udp3478": "ok",
    "ntp": "ok",
    "ntp.offset_s": 0.02,
    "http80": "ok",
    "proxy": "none",
}
HEALTHY_ACCOUNT: Final[dict[str, Value]] = {
    "account.enabled": "yes",
    "account.signin": "ok",
    "licence.teams": "ok",
    "licence.teams_phone": "ok",
    "licence.assigned_by": "user",
    "voice.enabled": "yes",
    "voice.calling": "calling_plan",
    "policy.phone": "ok",
    "service_health.teams": "ok",
}
HEALTHY: Final[dict[str, Value]] = {**HEALTHY_NETWORK, **HEALTHY_ACCOUNT}


def minute(n: float) -> datetime:
    """`n` minutes after the start of the case."""
    return START + timedelta(minutes=n)


def facts(values: dict[str, Value], at: datetime | None = None) -> list[Fact]:
    """Facts from a plain dictionary."""
    return [Fact(id=i, value=value, at=at) for i, value in values.items()]


def ask(values: dict[str, Value], *done: Done, symptom: str | None = BANNER) -> Diagnosis:
    """The built-in playbook's opinion."""
    return diagnose(load(), symptom, facts(values), done)


def did(step: str, outcome: Outcome, at: datetime | None = None) -> Done:
    """A step that was carried out."""
    return Done(step=step, outcome=outcome, at=at)


def step_of(diagnosis: Diagnosis) -> str | None:
    """The id of the next step."""
    return diagnosis.next.step if diagnosis.next else None
