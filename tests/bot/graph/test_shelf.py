from datetime import UTC, datetime, timedelta

from bot.graph.shelf import Kept, Shelf
from tests.support.clock import Clock

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_rows_are_kept_with_their_age() -> None:
    clock = Clock(5.0)
    shelf = Shelf({"health": 60}, clock)
    shelf.put("health", [{"id": "1"}])
    clock.now += 40
    kept = shelf.get("health")
    assert kept == Kept([{"id": "1"}], timedelta(seconds=40))
    assert kept.since(NOW) == NOW - timedelta(seconds=40)


def test_old_rows_are_not_given() -> None:
    clock = Clock(5.0)
    shelf = Shelf({"health": 60}, clock)
    shelf.put("health", [])
    clock.now += 60
    assert shelf.get("health") is None


def test_nothing_is_kept_at_first() -> None:
    assert Shelf().get("subscribed_skus") is None


def test_change_empties_the_shelf() -> None:
    shelf = Shelf({"health": 60})
    shelf.put("health", [])
    shelf.clear()
    assert shelf.get("health") is None
