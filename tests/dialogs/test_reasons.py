from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.case import Case, Known, Noted
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.events import LookedUp
from bot.domain.fact import UNKNOWN, VOCABULARY, Fact, Source
from bot.domain.people import Role
from bot.domain.views import ChecksView, TriageView
from bot.graph.account import account_findings
from bot.graph.findings import merged
from bot.graph.licences import licence_findings
from bot.graph.signins import known_codes, meaning, sign_in_findings
from dialogs.reasons import outdated, read_at, table, why, with_reason
from tests.support.cases import START, CaseBuilder
from tests.support.dialogue import Dialogue
from tests.support.golden import assert_golden
from tests.support.situations import SITUATIONS

GOLDEN = Path(__file__).parent / "golden"
ROLES: tuple[Role, ...] = ("employee", "helpdesk")
FINE = {"ok", "yes", UNKNOWN}
LICENCES = ("licence.teams", "licence.teams_phone")
POLICY = "Bloquer le code d’appareil"


def sentences(account: dict[str, str], fact: str, value: str) -> dict[str, str]:
    return {
        f"{role}.{locale}": why(account, fact, value, role, locale) for role in ROLES for locale in LOCALES
    }


def situation(name: str) -> dict[str, dict[str, str]]:
    """Every fact of a situation that is not as it should be, with its sentences."""
    details, user, _ = SITUATIONS[name]
    found = merged([licence_findings(details, user), account_findings({"accountEnabled": True} | user)])
    bad = {fact: value for fact, value in found.values.items() if value not in FINE}
    return {
        f"{fact}={value}": sentences(found.account, fact, value)
        for fact, value in bad.items()
        if fact in (*LICENCES, "account.enabled")
    }


def refused(code: int, policy: str = "") -> dict[str, str]:
    """The particulars after such a sign-in."""
    policies = [{"displayName": policy, "result": "failure"}] if policy else []
    line = {
        "createdDateTime": "2026-11-22T09:00:00Z",
        "appDisplayName": "Microsoft Authentication Broker",
        "status": {"errorCode": code, "failureReason": "Other."},
        "appliedConditionalAccessPolicies": policies,
    }
    return sign_in_findings([line]).account


def signin(code: int, policy: str = "") -> dict[str, str]:
    value = meaning({"status": {"errorCode": code}})
    return sentences(refused(code, policy), "account.signin", value)


def as_toml(table_: dict[str, Any]) -> bytes:
    """Readable, and the same for the same content."""
    return b"".join(
        b"\n["
        + msgspec.json.encode(name)
        + b"]\n"
        + b"".join(_line(key, value) for key, value in rows.items())
        for name, rows in table_.items()
    )


def _line(key: str, value: str) -> bytes:
    return msgspec.json.encode(key) + b" = " + msgspec.json.encode(value) + b"\n"


def test_every_situation_has_its_sentences() -> None:
    said = {f"{name}: {fact}": texts for name in SITUATIONS for fact, texts in situation(name).items()}
    assert len(SITUATIONS) >= 40
    assert all(all(texts.values()) for texts in said.values())
    assert_golden(GOLDEN / "situations.toml", as_toml(said))
    assert tomllib.loads((GOLDEN / "situations.toml").read_text("utf-8")) == said


def test_every_code_has_its_sentences() -> None:
    said = {str(code): signin(code) for code in sorted(known_codes())}
    said["53003 with a policy"] = signin(53003, POLICY)
    assert len(said) >= 25
    assert all(all(texts.values()) for texts in said.values())
    assert_golden(GOLDEN / "signins.toml", as_toml(said))


def test_every_code_is_explained_by_itself() -> None:
    assert {str(code) for code in known_codes()} <= table().signin.keys()
    agents = [table().signin[str(code)].agent.fr for code in known_codes()]
    assert len(set(agents)) >= 25


def test_every_value_has_words_without_a_code() -> None:
    for value in set(VOCABULARY["account.signin"].values) - {"ok"}:
        assert all(sentences({}, "account.signin", value).values())


def test_person_and_agent_are_never_mixed_up() -> None:
    for cause in (*table().signin.values(), *table().licence.values()):
        assert cause.user in table().user


@pytest.mark.parametrize("word", ["MFA", "Entra", "Intune", "jeton", "token", "SKU", "policy", "stratégie"])
def test_person_reads_no_jargon(word: str) -> None:
    for text in table().user.values():
        assert word.lower() not in f"{text.fr} {text.en}".lower()


def test_blocking_policy_is_named_to_the_agent() -> None:
    texts = signin(53003, POLICY)
    assert f"la stratégie « {POLICY} » bloque" in texts["helpdesk.fr"]
    assert "device code" in texts["helpdesk.en"]
    assert "53003" in texts["helpdesk.en"]
    assert POLICY not in texts["employee.fr"]


def test_hidden_policy_is_said_to_be_hidden() -> None:
    assert "Policy.Read.ConditionalAccess" in signin(53003)["helpdesk.en"]


@pytest.mark.parametrize(
    ("account", "fact", "value", "says"),
    [
        ({"service_issue": "TM1: Phones"}, "service_health.teams", "outage", "TM1: Phones."),
        ({"calling_policy": "DisallowCalling"}, "policy.phone", "blocks", "“DisallowCalling”"),
        ({"synchronised": "yes"}, "account.enabled", "no", "Active Directory"),
        ({"synchronised": "no"}, "account.enabled", "no", "managed in Entra"),
        ({"licence_kind": "room", "licences": "MTR"}, "licence.teams", "ok", "Room licence (MTR)"),
        ({"calling_plan_why": "missing"}, "voice.calling", "calling_plan", "no calling plan"),
    ],
)
def test_agent_reads_particulars(account: dict[str, str], fact: str, value: str, says: str) -> None:
    assert says in why(account, fact, value, "helpdesk", "en")


SEAT = {"teams_phone_why": "none", "seat_sku": "1", "seat_name": "MCOEV", "seats_free": "3"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "MCOEV: 3 free."),
        ({"seats_free": "0"}, "none left"),
        ({"seat_group": "g", "seat_group_name": "Phones"}, "through the group “Phones”"),
        ({"seat_obstacle": "dynamic_group"}, "dynamic"),
        ({"seat_obstacle": "synchronised_group"}, "on-premises"),
        ({"seat_obstacle": "group_not_read"}, "could not be read"),
        ({"seat_obstacle": "no_usage_location"}, "usage location is empty"),
        ({"seat_obstacle": "already_in_group"}, "already in that group"),
        ({"seat_obstacle": "assignment_failed"}, "given already"),
        ({"seat_obstacle": "no_product", "seat_sku": ""}, "no product"),
        ({"seat_obstacle": "stock_not_read", "seat_sku": ""}, "could not be read"),
    ],
)
def test_agent_reads_what_can_be_had(more: dict[str, str], says: str) -> None:
    assert says in why({**SEAT, **more}, "licence.teams_phone", "missing", "helpdesk", "en")


@pytest.mark.parametrize("fact", ["account.signin", "licence.teams", "policy.phone", "service_health.teams"])
@pytest.mark.parametrize("value", ["ok", UNKNOWN])
def test_nothing_is_added_to_good_news(fact: str, value: str) -> None:
    assert set(sentences(refused(53003) | SEAT, fact, value).values()) == {""}


def noted(fact: str, value: str, **account: str) -> tuple[Case, Noted]:
    """A case that knows this, and the entry."""
    builder = CaseBuilder().opened().add(Noted, "graph", fact=fact, value=value, source=Source.looked_up)
    case = builder.add(Known, "graph", topic="account", data=account).case
    return case, next(case.all(Noted))


def test_reason_follows_the_fact() -> None:
    case, entry = noted("account.signin", "blocked_ca", **refused(53003, POLICY))
    text = with_reason(case, entry, "Bloqué", "helpdesk", "fr")
    assert text.startswith("Bloqué. Accès conditionnel")


def blocked() -> Dialogue:
    talk = Dialogue().reported()
    facts = (Fact(id="account.signin", value="blocked_ca"),)
    return talk.happens(
        LookedUp(at=talk.now, job=talk.job("lookup"), facts=facts, account=refused(53003, POLICY))
    )


def test_agents_card_names_the_policy() -> None:
    view = blocked().view("triage")
    assert isinstance(view, TriageView)
    assert any(POLICY in line.text for line in view.evidence_for)


def test_persons_card_says_what_to_expect() -> None:
    view = blocked().view("checks")
    assert isinstance(view, ChecksView)
    (row,) = (row for row in view.rows if row.id == "account.signin")
    assert table().user["rule"].fr in row.detail
    assert POLICY not in row.detail


def test_older_fact_keeps_its_words_alone() -> None:
    case, entry = noted("account.signin", "blocked_ca", **refused(53003, POLICY))
    later = Noted(n=case.version + 1, at=START, by="graph", fact=entry.fact, value="ok", source=entry.source)
    newer = msgspec.structs.replace(case, ledger=(*case.ledger, later))
    assert with_reason(newer, entry, "Bloqué", "helpdesk", "fr") == "Bloqué"


def test_health_is_as_old_as_it_was_read() -> None:
    before = START - timedelta(minutes=1)
    case, entry = noted("service_health.teams", "ok", service_health_at=before.isoformat())
    assert read_at(case, entry) == before
    case, entry = noted("licence.teams", "ok", service_health_at=before.isoformat())
    assert read_at(case, entry) == entry.at


@pytest.mark.parametrize("told", ["", "soon", "2026-01-01T00:00:00", "2999-01-01T00:00:00+00:00"])
def test_unreadable_time_changes_nothing(told: str) -> None:
    case, entry = noted("service_health.teams", "ok", service_health_at=told)
    assert read_at(case, entry) == entry.at


def test_what_is_told_no_more_is_emptied() -> None:
    known = {"signin_error": "53003", "seat_sku": "1", "seats_free": "2", "upn": "a@b", "teams_why": ""}
    assert outdated(known, {"seat_sku": "1"}) == {"signin_error": "", "seats_free": ""}


_WORD = st.text(max_size=12) | st.sampled_from(["{upn}", "{", "53003", "none", "no_product"])


@given(
    st.dictionaries(st.sampled_from(["signin_error", "signin_policy", "teams_why", "seat_obstacle"]), _WORD),
    st.sampled_from([*LICENCES, "account.signin", "policy.phone", "service_health.teams", "scope"]),
    _WORD,
    st.sampled_from(ROLES),
    st.sampled_from(LOCALES),
)
def test_no_particulars_can_crash_it(
    account: dict[str, str], fact: str, value: str, role: Role, locale: Locale
) -> None:
    assert isinstance(why(account, fact, value, role, locale), str)
