import pytest

from bot.graph.client import Answer
from bot.graph.findings import Findings, merged, not_checked, reason


def test_found_fact_counts_as_checked() -> None:
    parts = [not_checked(["a", "b"], "why"), Findings(values={"a": "yes"}, account={"x": "", "y": "1"})]
    assert merged(parts) == Findings(values={"a": "yes"}, account={"y": "1"}, not_checked={"b": "why"})


def test_empty_note_hides_no_other() -> None:
    parts = [Findings(account={"phone": "1"}), Findings(account={"phone": ""})]
    assert merged(parts).account == {"phone": "1"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(status=403), "lacks the permission X.Read"),
        (
            Answer(status=403, body={"error": {"code": "Authentication_RequestFromNonPremiumTenant"}}),
            "Entra ID P1",
        ),
        (Answer(status=404), "nothing about this person"),
        (Answer(status=429), "too busy (429)"),
        (Answer(status=0, message="broken wire"), "broken wire"),
        (Answer(status=500, body={"error": {"code": "Oops"}}), "answered 500 Oops"),
    ],
)
def test_reason_is_a_plain_sentence(answer: Answer, says: str) -> None:
    assert says in reason(answer, "X.Read")
