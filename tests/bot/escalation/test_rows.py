"""The tables of the ticket."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.case import Case
from bot.domain.probe import Failure
from bot.escalation import rows
from bot.escalation.book import Book
from tests.support.cases import CaseBuilder
from tests.support.tickets import IdTitles, full_case


def book(case: Case) -> Book:
    return Book(case, IdTitles("en"), None, "")


def test_only_the_employee_is_quoted() -> None:
    case = CaseBuilder().opened().said("en panne").said("je regarde", "helpdesk").said("\n").case
    assert [(quote.text, quote.entry) for quote in rows.said(book(case))] == [("en panne", 2)]


def test_questions_and_intake_are_no_actions() -> None:
    builder = CaseBuilder().opened().stepped("intake", "answered").stepped("ask.scope", "answered")
    tried = rows.tried(book(builder.stepped("act.restart_phone").stepped("verify.test_call").case))
    assert [row.step for row in tried] == ["act.restart_phone", "verify.test_call"]
    assert tried[0].outcome_title == "still failing"


def test_expected_actions_not_tried_are_named() -> None:
    assert "act.factory_reset" in rows.untried(book(CaseBuilder().opened().case))
    assert rows.untried(book(full_case())) == ()


@pytest.mark.parametrize(
    ("details", "addresses"),
    [
        ({"addresses": ["1.1.1.1", "2.2.2.2"]}, ("1.1.1.1", "2.2.2.2")),
        ({"address": "1.1.1.1"}, ("1.1.1.1",)),
        ({"addresses": []}, ()),
        ({}, ()),
    ],
)
def test_tested_addresses_are_found(details: dict[str, Any], addresses: tuple[str, ...]) -> None:
    case = CaseBuilder().opened().probed("tcp", "x", 443, **details).case
    assert rows.tests(book(case))[0].addresses == addresses


def test_test_says_who_measured_what() -> None:
    case = CaseBuilder().opened().probed("dns", "x", 53, Failure.dns_timeout, runner="brest", rcode="-").case
    test = rows.tests(book(case))[0]
    assert (test.runner, test.result, test.details) == ("brest", "DNS: no reply", {"rcode": "-"})


def test_nested_details_are_left_to_the_ledger() -> None:
    case = CaseBuilder().opened().probed("tls", "x", 443, phases={"tcp_ms": 3}, issuer="CA").case
    assert rows.tests(book(case))[0].details == {"issuer": "CA"}


def test_contradicting_facts_both_appear() -> None:
    case = CaseBuilder().opened().fact("scope", "one").fact("scope", "site").fact("scope", "unknown").case
    assert [row.value for row in rows.facts(book(case))] == ["one", "site"]


def test_unchecked_facts_keep_their_latest_reason() -> None:
    builder = CaseBuilder().opened().not_checked("dns", "offline").not_checked("dns", "expired")
    assert [(row.fact, row.why) for row in rows.not_checked(book(builder.case))] == [
        ("dns", "no answer in time")
    ]
    assert rows.not_checked(book(builder.measured("dns", "ok").case)) == ()


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        (
            "no_runner_since 2026-03-10T08:00+00:00",
            "the site's runner has been silent since 2026-03-10T08:00:00Z",
        ),
        ("403 Forbidden", "403 Forbidden"),
    ],
)
def test_reason_is_in_words(why: str, shown: str) -> None:
    case = CaseBuilder().opened().not_checked("dns", why).case
    assert [row.why for row in rows.not_checked(book(case))] == [shown]


def test_unknown_value_counts_as_unchecked() -> None:
    case = CaseBuilder().opened().looked_up("account.signin", "unknown").case
    assert [row.fact for row in rows.not_checked(book(case))] == ["account.signin"]


def test_verdict_keeps_only_existing_evidence() -> None:
    verdict, _ = rows.verdicts(book(CaseBuilder().opened().judged("time.clock", 0.9, 1, 99).case))
    assert verdict is not None
    assert (verdict.cause, verdict.percent, verdict.evidence_for) == ("time.clock", 90, (1,))


def test_earlier_causes_are_those_given_up() -> None:
    builder = CaseBuilder().opened().judged("network.dns", 0.85).judged("undetermined", 0.2)
    verdict, earlier = rows.verdicts(book(builder.judged("time.clock", 0.9).case))
    assert verdict is not None
    assert (verdict.cause, [row.cause for row in earlier]) == ("time.clock", ["network.dns"])


def test_case_without_verdict_has_none() -> None:
    assert rows.verdicts(book(CaseBuilder().opened().case)) == (None, ())


def test_files_carry_their_checksum() -> None:
    case = CaseBuilder().opened().attached("logs.tar", "ef" * 32, 7).case
    assert [(file.name, file.sha256, file.size) for file in rows.files(book(case))] == [
        ("logs.tar", "ef" * 32, 7)
    ]


def test_limits_of_a_call_are_told_one_by_one() -> None:
    limits = {"loss_pct": 1.0, "jitter_ms": 30.0}
    case = CaseBuilder().opened().probed("quality", "x", 3478, loss_pct=4.0, thresholds=limits).case
    details = {"loss_pct": "4.0", "thresholds.loss_pct": "1.0", "thresholds.jitter_ms": "30.0"}
    assert rows.tests(book(case))[0].details == details


@pytest.mark.parametrize(
    ("details", "result"),
    [
        ({"usual_ms": 4.0, "slower": True}, "passed, 60 ms, usually 4 ms"),
        ({"slow": True, "slow_ms": 50.0}, "passed, 60 ms: slow (at most 50 ms)"),
        ({"usual_ms": 40.0, "slow": False, "slow_ms": 50.0}, "passed"),
    ],
)
def test_a_time_that_stands_out_is_told(details: dict[str, Any], result: str) -> None:
    case = CaseBuilder().opened().probed("dns", "x", 53, ms=60.0, **details).case
    assert rows.tests(book(case))[0].result == result
