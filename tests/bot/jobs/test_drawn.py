from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Placement
from bot.jobs.drawn import REMEMBERED, Drawn
from tests.support.clock import Clock
from tests.support.rig import CHAT

CARD = Placement(conversation=CHAT, activity="m1")


def test_card_is_known_by_its_look() -> None:
    drawn = Drawn()
    assert not drawn.same(CARD, "x")
    drawn.remember(CARD, "x")
    assert drawn.same(CARD, "x")
    assert not drawn.same(CARD, "y")
    assert not drawn.same(Placement(conversation=CHAT, activity="m2"), "x")


@given(st.lists(st.floats(0, 4), min_size=3, max_size=80))
def test_updates_are_few_but_soon(gaps: list[float]) -> None:
    """Whenever a change comes: it waits two seconds at most, and 30 s see 30 updates at most."""
    clock, times = Clock(0.0), list[float]()
    drawn = Drawn(clock)
    for gap in gaps:
        clock.now += gap
        wait = drawn.wait_s(CARD)
        assert 0 <= wait <= 2 + 1e-9
        clock.now += wait
        drawn.remember(CARD, str(clock.now))
        times.append(clock.now)
    assert all(later - first >= 2 - 1e-9 for first, later in zip(times, times[2:], strict=False))


def test_memory_has_an_end() -> None:
    drawn = Drawn()
    for number in range(REMEMBERED + 1):
        drawn.remember(Placement(conversation=CHAT, activity=str(number)), "x")
    assert not drawn.same(Placement(conversation=CHAT, activity="0"), "x")
    assert drawn.same(Placement(conversation=CHAT, activity=str(REMEMBERED)), "x")
