import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.graph.answer import Answer, Part, batch_step, part_answer, read_answer
from bot.graph.errors import GraphError

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_ROW = st.dictionaries(st.sampled_from(["id", "status", "headers", "body", "error"]), _JSON, max_size=5)


@given(st.none() | _ROW)
def test_no_part_can_crash_it(row: dict[str, object] | None) -> None:
    answer = part_answer(row)
    assert isinstance(answer.body, dict)
    assert isinstance(answer.code + answer.trace, str)


@given(
    st.integers(300, 599), st.binary(max_size=40), st.dictionaries(st.text(max_size=5), st.text(max_size=5))
)
def test_no_refusal_can_crash_it(status: int, raw: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(GraphError):
        read_answer(status, raw, headers).value()


def test_empty_success_is_an_empty_body() -> None:
    assert read_answer(204, b"", {}).value() == {}


def test_request_id_is_found_in_the_error() -> None:
    raw = b'{"error": {"code": "X", "message": "m", "innerError": {"request-id": "r-1"}}}'
    assert read_answer(400, raw, {}).trace == " (request-id r-1)"
    assert read_answer(400, raw, {"request-id": "r-2"}).request_id == "r-2"


def test_part_has_the_id_of_its_batch() -> None:
    assert part_answer({"id": "0", "status": 200, "body": {}}, "r-3").request_id == "r-3"


def test_untraced_answer_claims_nothing() -> None:
    assert Answer(status=500).trace == ""


def test_part_with_body_says_its_type() -> None:
    step = batch_step(3, Part(path="/x", params={"$top": "1"}, method="POST", body={"a": 1}))
    assert step == {
        "id": "3",
        "method": "POST",
        "url": "/x?$top=1",
        "body": {"a": 1},
        "headers": {"Content-Type": "application/json"},
    }
