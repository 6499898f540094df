from bot.errors import DirectoryError
from bot.graph.errors import GraphError


def test_error_carries_status_and_code() -> None:
    error = GraphError("no", status=403, code="Forbidden", advice="Grant it.")
    assert isinstance(error, DirectoryError)
    assert (str(error), error.status, error.code, error.advice) == ("no", 403, "Forbidden", "Grant it.")


def test_only_403_means_forbidden() -> None:
    assert GraphError("no", status=403).forbidden
    assert not GraphError("no", status=401).forbidden
    assert not GraphError("no").forbidden
