import pytest

from bot.simulator.calls import Call, Problem, bad, missing, resource
from bot.simulator.directory import LICENCE_GROUP, make_directory


def _call(*match: str, query: dict[str, str] | None = None) -> Call:
    return Call(make_directory("tenant"), "v1.0", match, query or {}, None, 2, "http://graph/v1.0/things")


@pytest.mark.parametrize("top", ["0", "-1", "1000", "many", "²"])
def test_senseless_page_size_is_refused(top: str) -> None:
    with pytest.raises(Problem, match="Invalid page size"):
        _call(query={"$top": top}).page([])


def test_groups_are_found_in_either_case() -> None:
    assert _call(LICENCE_GROUP.upper()).group() == LICENCE_GROUP
    with pytest.raises(Problem, match="does not exist"):
        _call("none").group()


def test_quotes_in_names_are_doubled() -> None:
    call = _call("o''neill@bellecour.example")
    call.directory.users[0].upn = "o'neill@bellecour.example"
    assert call.person() is call.directory.users[0]


@pytest.mark.parametrize(
    ("refusal", "code", "words"),
    [
        ("Authorization_RequestDenied", "Authorization_RequestDenied", "Insufficient privileges"),
        ("Forbidden", "Forbidden", "Forbidden"),
        ("Authentication_MSGraphPermissionMissing", "Authentication_MSGraphPermissionMissing", "A.Read"),
    ],
)
def test_each_api_forbids_in_its_words(refusal: str, code: str, words: str) -> None:
    problem = resource("GET", "/a", "A.Read B.Read", lambda _: None, refusal).forbidden()
    assert (problem.status, problem.code) == (403, code)
    assert words in problem.message


def test_refusals_carry_graphs_codes() -> None:
    assert (missing("x").status, missing("x").code) == (404, "Request_ResourceNotFound")
    assert (bad("no").status, bad("no").code) == (400, "Request_BadRequest")
