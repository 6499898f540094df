import pytest

from bot.simulator.calls import Call, Problem
from bot.simulator.directory import make_directory
from bot.simulator.resources import RESOURCES


def _call(query: dict[str, str], page_size: int = 2) -> Call:
    return Call(make_directory("tenant"), "v1.0", (), query, None, page_size, "http://graph/v1.0/things")


def test_last_page_has_no_link() -> None:
    rows = [{"n": number} for number in range(3)]
    first = _call({"$expand": "issues"}).page(rows)
    assert first["value"] == rows[:2]
    assert first["@odata.nextLink"] == "http://graph/v1.0/things?$top=2&$skiptoken=2&$expand=issues"
    assert _call({"$skiptoken": "2"}).page(rows) == {"value": rows[2:]}


def test_top_cannot_exceed_page_size() -> None:
    rows = [{"n": number} for number in range(9)]
    assert len(_call({"$top": "5"}).page(rows)["value"]) == 2
    assert len(_call({"$top": "1"}).page(rows)["value"]) == 1


def test_selection_refuses_unknown_property() -> None:
    assert _call({"$select": "a, b"}).select({"a": 1, "b": 2, "c": 3}, "thing") == {"a": 1, "b": 2}
    with pytest.raises(Problem, match="property named 'z'"):
        _call({"$select": "z"}).select({"a": 1}, "thing")


def test_every_resource_wants_a_permission() -> None:
    assert all(resource.permissions for resource in RESOURCES)


@pytest.mark.parametrize(
    ("path", "captured"),
    [
        ("/users/a@b.example", ("a@b.example",)),
        ("/users('a@b.example')", ("a@b.example",)),
        ("/USERS/a@b.example/LicenseDetails", ("a@b.example",)),
        ("/admin/teams/userConfigurations/1", ("1",)),
    ],
)
def test_paths_name_person_either_way(path: str, captured: tuple[str, ...]) -> None:
    reads = [resource for resource in RESOURCES if resource.method == "GET"]
    matches = [match for resource in reads if (match := resource.pattern.fullmatch(path))]
    assert [match.groups() for match in matches] == [captured]
