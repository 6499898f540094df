from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.graph.calling import FACTS, number_findings, policy_findings, unwrapped, voice_findings

Json = dict[str, Any]
NUMBER = {"telephoneNumber": "+33478420017", "assignmentCategory": "primary"}


def policy(kind: str, name: str) -> Json:
    return {"policyType": kind, "policyAssignment": {"displayName": name, "policyId": "x"}}


@pytest.mark.parametrize("wrap", [lambda b: b, lambda b: {"value": b}, lambda b: {"value": [b]}])
def test_answer_may_be_wrapped_or_not(wrap: Any) -> None:
    body = {"isEnterpriseVoiceEnabled": True, "telephoneNumbers": [NUMBER]}
    assert unwrapped(wrap(body)) == body
    assert voice_findings(wrap(body)).values == {"voice.enabled": "yes"}


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ({"isEnterpriseVoiceEnabled": True}, {"voice.enabled": "yes"}),
        ({"isEnterpriseVoiceEnabled": False}, {"voice.enabled": "no"}),
        ({"isEnterpriseVoiceEnabled": None}, {}),
        ({"isEnterpriseVoiceEnabled": "true"}, {}),
        ({"telephoneNumbers": []}, {"voice.calling": "none"}),
        ({"telephoneNumbers": None}, {}),
        (
            {"telephoneNumbers": [NUMBER], "featureTypes": ["Teams", "CallingPlan"]},
            {"voice.calling": "calling_plan"},
        ),
        ({}, {}),
    ],
)
def test_voice_is_read_or_not_checked(body: Json, values: dict[str, str]) -> None:
    found = voice_findings(body)
    assert found.values == values
    assert {FACTS[0], FACTS[1]} <= set(found.values) | set(found.not_checked)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([policy("TeamsCallingPolicy", "AllowCalling")], "ok"),
        ([policy("TeamsCallingPolicy", "DisallowCalling")], "blocks"),
        ([policy("TeamsCallingPolicy", "Tag:DisallowCalling")], "blocks"),
        ([policy("TeamsIPPhonePolicy", "Global")], "ok"),
        ([policy("TeamsMeetingPolicy", "DisallowCalling")], None),
        ([], None),
        (None, None),
    ],
)
def test_policies_allow_or_block(policies: list[Json] | None, expected: str | None) -> None:
    found = policy_findings({"effectivePolicyAssignments": policies})
    assert found.values.get("policy.phone") == expected
    assert ("policy.phone" in found.not_checked) == (expected is None)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("directRouting", "direct_routing"),
        ("callingPlan", "calling_plan"),
        ("operatorConnect", "operator_connect"),
        ("unknownFutureValue", None),
        (None, None),
    ],
)
def test_number_kind_tells_way_out(kind: str | None, expected: str | None) -> None:
    row = {"numberType": kind, "assignmentTargetId": "ME", "telephoneNumber": "+331"}
    assert number_findings({"value": [row]}, "me").values.get("voice.calling") == expected


def test_numbers_of_others_are_ignored() -> None:
    row = {"numberType": "callingPlan", "assignmentTargetId": "other"}
    assert number_findings({"value": [row]}, "me").values == {}


_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "value",
                    "telephoneNumbers",
                    "featureTypes",
                    "effectivePolicyAssignments",
                    "policyAssignment",
                    "policyType",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["value", "telephoneNumbers", "featureTypes"]), _JSON, max_size=3))
def test_no_configuration_can_crash_it(body: Json) -> None:
    assert set(voice_findings(body).values) <= set(FACTS)
    assert set(policy_findings(body).values) <= set(FACTS)
    assert set(number_findings(body, "me").values) <= set(FACTS)
