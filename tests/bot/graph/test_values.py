from hypothesis import given
from hypothesis import strategies as st

from bot.graph.values import rows, table, text, words, yes_no

_ANY = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.lists(st.none() | st.text(), max_size=3)
)


@given(st.dictionaries(st.just("key"), _ANY | st.dictionaries(st.text(max_size=2), _ANY, max_size=2)))
def test_readers_take_whatever_comes(body: dict[str, object]) -> None:
    assert isinstance(text(body, "key"), str)
    assert isinstance(table(body, "key"), dict)
    assert all(isinstance(row, dict) for row in rows(body, "key"))
    assert all(isinstance(word, str) for word in words(body, "key"))
    assert yes_no(body, "key") in ("yes", "no", None)


def test_readers_give_what_is_there() -> None:
    body = {"n": 5, "t": {"a": 1}, "value": [{"b": 2}, None, "x"], "yes": True, "no": False, "null": None}
    assert (text(body, "n"), text(body, "t"), text(body, "null"), text(body, "none")) == ("5", "", "", "")
    assert (table(body, "t"), table(body, "n")) == ({"a": 1}, {})
    assert (rows(body), words(body, "value")) == ([{"b": 2}], ["x"])
    assert (yes_no(body, "yes"), yes_no(body, "no"), yes_no(body, "n")) == ("yes", "no", None)
