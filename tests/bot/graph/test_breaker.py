import contextlib

import pytest

from bot.graph.breaker import OPEN, Breaker
from bot.graph.errors import GraphError
from bot.graph.limits import BreakerLimits
from tests.support.clock import Clock

NUMBERS = BreakerLimits(failures=3, pause_s=10, longest_s=30)


@pytest.fixture
def clock() -> Clock[float]:
    return Clock(100.0)


@pytest.fixture
def broken(clock: Clock[float]) -> Breaker:
    """A breaker just opened by three failures."""
    breaker = Breaker(NUMBERS, clock)
    for _ in range(3):
        breaker.check()
        breaker.bad()
    return breaker


def refused(breaker: Breaker) -> bool:
    with contextlib.suppress(GraphError):
        breaker.check()
        return False
    return True


def test_refusal_says_what_happened(broken: Breaker) -> None:
    with pytest.raises(GraphError, match="does not answer") as caught:
        broken.check()
    assert caught.value.code == OPEN


def test_failures_in_a_row_open_it(broken: Breaker) -> None:
    assert refused(broken)


def test_success_between_keeps_it_closed(clock: Clock[float]) -> None:
    breaker = Breaker(NUMBERS, clock)
    for outcome in (breaker.bad, breaker.bad, breaker.good, breaker.bad, breaker.bad):
        outcome()
    assert not refused(breaker)


def test_one_call_tries_after_pause(broken: Breaker, clock: Clock[float]) -> None:
    clock.now += 10
    assert not refused(broken)
    assert refused(broken)


def test_good_trial_closes_it(broken: Breaker, clock: Clock[float]) -> None:
    clock.now += 10
    broken.check()
    broken.good()
    assert not refused(broken)
    assert not refused(broken)


def test_bad_trials_wait_ever_longer(broken: Breaker, clock: Clock[float]) -> None:
    for pause in (10, 20, 30, 30):
        clock.now += pause - 0.1
        assert refused(broken)
        clock.now += 0.1
        broken.check()
        broken.bad()


def test_stragglers_do_not_lengthen_pause(broken: Breaker, clock: Clock[float]) -> None:
    for _ in range(20):
        broken.bad()
    clock.now += 10
    assert not refused(broken)


def test_trial_without_outcome_is_repeated(broken: Breaker, clock: Clock[float]) -> None:
    clock.now += 10
    broken.check()
    clock.now += 10
    assert not refused(broken)


def test_published_numbers_are_used() -> None:
    assert not refused(Breaker())
