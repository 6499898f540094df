from datetime import timedelta

from bot.simulator.quirks import Limit, Trouble, distorted, first_trouble, real_limits


def test_trouble_ends_after_its_times() -> None:
    trouble = Trouble(1, path="/Users", status=503)
    assert not trouble.takes("/subscribedSkus")
    assert [trouble.takes("/users/x"), trouble.takes("/users/x")] == [True, False]
    assert trouble.words()[0] == "ServiceUnavailable"


def test_rate_refuses_what_is_too_much() -> None:
    limit = Limit("/auditLogs", 2, timedelta(seconds=10))
    found = [limit.trouble("/auditLogs/signIns") for _ in range(3)]
    assert found[:2] == [None, None]
    assert found[2] is not None
    assert found[2].retry_after == "10"
    assert limit.trouble("/users/x") is None
    assert limit.refused == 1


def test_rate_forgets_what_is_old() -> None:
    limit = Limit("", 1, timedelta(), tells=False)
    assert limit.trouble("/a") is None
    assert limit.trouble("/a") is None


def test_silent_rate_names_no_time() -> None:
    limit = Limit("", 0, timedelta(seconds=1), tells=False)
    limit.calls = 1
    assert limit.trouble("/a") is None
    found = limit.trouble("/a")
    assert found is not None
    assert found.retry_after is None


def test_first_trouble_takes_the_call() -> None:
    limit = real_limits()[0]
    trouble = Trouble(1, status=500)
    assert first_trouble([trouble], [limit], "/auditLogs/signIns") is trouble
    assert [first_trouble([], [limit], "/auditLogs/signIns") for _ in range(5)] == [None] * 5
    assert first_trouble([], [limit], "/auditLogs/signIns") is not None


def test_distortion_reaches_every_depth() -> None:
    body = {"value": [{"status": "ok", "name": "a", "in": {"name": "b"}}], "status": 3}
    assert distorted(body, {"name"}, {"status"}) == {
        "value": [{"status": "unknownFutureValue", "name": None, "in": {"name": None}}],
        "status": 3,
    }
