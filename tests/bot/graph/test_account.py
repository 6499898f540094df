import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.graph.account import FACT, PROPERTIES, account_findings
from bot.simulator import bodies
from bot.simulator.directory import make_directory


def test_account_is_read_into_notes() -> None:
    found = account_findings(bodies.user(make_directory("tenant").users[0]))
    assert found.values == {FACT: "yes"}
    assert found.account["display_name"] == "Camille Fournier"
    assert found.account["upn"] == "camille.fournier@bellecour.example"
    assert found.account["office"] == "Lyon Part-Dieu"
    assert all(isinstance(value, str) for value in found.account.values())


@pytest.mark.parametrize(("value", "expected"), [(True, "yes"), (False, "no")])
def test_enabled_is_yes_or_no(value: bool, expected: str) -> None:
    assert account_findings({"accountEnabled": value}).values == {FACT: expected}


@pytest.mark.parametrize("value", [None, "true", 1])
def test_unreadable_state_is_not_checked(value: object) -> None:
    found = account_findings({"accountEnabled": value})
    assert found.values == {}
    assert FACT in found.not_checked


def test_asked_properties_exist_in_graph() -> None:
    known = bodies.user(make_directory("tenant").users[0])
    assert set(PROPERTIES.split(",")) <= set(known)


@given(
    st.dictionaries(
        st.sampled_from(["accountEnabled", "id", "onPremisesSyncEnabled"]),
        st.none() | st.text() | st.lists(st.integers()) | st.integers(),
    )
)
def test_no_account_can_crash_it(user: dict[str, object]) -> None:
    found = account_findings(user)
    assert found.values == {}
    assert all(isinstance(note, str) for note in found.account.values())
