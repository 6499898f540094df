from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fact import VOCABULARY
from bot.graph.signins import FACT, meaning, sign_in_filter, sign_in_findings

Json = dict[str, Any]


def line(code: object = 0, at: str = "2026-11-22T09:00:00Z", **more: object) -> Json:
    reason = more.pop("reason", "Other.")
    return {
        "createdDateTime": at,
        "appDisplayName": "Microsoft Authentication Broker",
        "status": {"errorCode": code, "failureReason": reason},
    } | more


DRS = "Device Registration Service"


@pytest.mark.parametrize(
    ("sign_in", "expected"),
    [
        (line(), "ok"),
        (line(53003), "blocked_ca"),
        (line(53000), "blocked_ca"),
        (line(50097, conditionalAccessStatus="failure"), "blocked_ca"),
        (line(50076), "blocked_mfa"),
        (line(50076, conditionalAccessStatus="failure"), "blocked_mfa"),
        (line(50173), "expired"),
        (line(50055), "expired"),
        (line(9, reason="User has reached the Maximum number of devices."), "device_limit"),
        (line(50155, resourceDisplayName=DRS), "registration_blocked"),
        (line(53003, resourceDisplayName=DRS), "blocked_ca"),
        (line(50126), "failed"),
        (line(999_999), "failed"),
    ],
)
def test_code_has_its_meaning(sign_in: Json, expected: str) -> None:
    assert meaning(sign_in) == expected
    assert sign_in_findings([sign_in]).values == {FACT: expected}


def test_newest_line_decides_in_any_order() -> None:
    old, new = line(50173, "2026-11-21T09:00:00Z"), line(0, "2026-11-22T09:00:00Z")
    assert sign_in_findings([old, new]).values == {FACT: "ok"}
    assert sign_in_findings([new, old]).values == {FACT: "ok"}


def test_noise_is_no_outcome() -> None:
    lines = [line(50058, "2026-11-22T10:00:00Z"), line(53003, "2026-11-22T09:00:00Z")]
    assert sign_in_findings(lines).values == {FACT: "blocked_ca"}


def test_phone_counts_before_a_computer() -> None:
    computer = line(0, "2026-11-22T10:00:00Z", appDisplayName="Microsoft Teams")
    assert sign_in_findings([computer, line(53003)]).values == {FACT: "blocked_ca"}
    assert sign_in_findings([computer]).values == {FACT: "ok"}


def test_log_that_goes_on_may_hide_the_phone() -> None:
    computer, phone = line(0, appDisplayName="Microsoft Teams"), line(0)
    assert "other devices" in sign_in_findings([computer], more=True).not_checked[FACT]
    assert sign_in_findings([computer, phone], more=True).values == {FACT: "ok"}
    assert sign_in_findings([line(50126, appDisplayName="Outlook")], more=True).values == {FACT: "failed"}


def test_teams_counts_before_other_programs() -> None:
    mail = line(50126, "2026-11-22T10:00:00Z", appDisplayName="Outlook")
    teams = line(0, appDisplayName="Microsoft Teams")
    assert sign_in_findings([mail, teams]).values == {FACT: "ok"}
    assert sign_in_findings([mail]).values == {FACT: "failed"}


@pytest.mark.parametrize("lines", [[], [line(50058)], [line(None)], [{}], [{"status": None}]])
def test_nothing_found_is_not_checked(lines: list[Json]) -> None:
    found = sign_in_findings(lines)
    assert found.values == {}
    assert "no sign-in" in found.not_checked[FACT]


def test_refusing_policy_is_named() -> None:
    policies = [
        {"displayName": "Code d’appareil", "result": "failure"},
        {"displayName": "MFA", "result": "success"},
    ]
    refused = line(53003, reason="Blocked.", appliedConditionalAccessPolicies=policies)
    notes = sign_in_findings([refused]).account
    assert notes["signin_policy"] == "Code d’appareil"
    assert (notes["signin_error"], notes["signin_reason"]) == ("53003", "Blocked.")


def test_success_leaves_no_error_note() -> None:
    notes = sign_in_findings([line()]).account
    assert (notes["signin_error"], notes["signin_reason"]) == ("", "")


def test_filter_asks_for_one_week() -> None:
    now = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    attended = sign_in_filter("id", now, interactive=True)
    assert attended == "userId eq 'id' and createdDateTime ge 2026-11-15T09:30:00Z"
    unattended = sign_in_filter("id", now, interactive=False)
    assert unattended == f"{attended} and signInEventTypes/any(t: t eq 'nonInteractiveUser')"


_SCALAR = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.lists(st.integers(), max_size=2)
)


@given(
    st.lists(
        st.builds(line, _SCALAR, appDisplayName=_SCALAR, resourceDisplayName=_SCALAR, deviceDetail=_SCALAR)
    )
)
def test_no_log_can_crash_it(lines: list[Json]) -> None:
    found = sign_in_findings(lines)
    assert (FACT in found.values) != (FACT in found.not_checked)
    assert all(VOCABULARY[FACT].accepts(value) for value in found.values.values())
