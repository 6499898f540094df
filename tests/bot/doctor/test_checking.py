import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest
from redis.exceptions import ResponseError

from bot.doctor.checking import Check, carry_out
from bot.doctor.finding import Area, Finding, State
from bot.errors import ConfigurationError

AREA = Area("area")


def raising(error: BaseException) -> Check:
    async def look() -> Iterable[Finding]:
        raise error

    return Check(AREA, "thing", look)


async def _never() -> Iterable[Finding]:
    await asyncio.Event().wait()
    return []


async def test_silent_check_ends_at_its_deadline() -> None:
    async def quick() -> Iterable[Finding]:
        return [AREA.ok("quick")]

    checks = [Check(AREA, "slow", _never), Check(AREA, "quick", quick)]
    slow, fast = await carry_out(checks, timedelta(milliseconds=30))
    assert (slow.state, slow.says) == (State.fails, "no answer within 0.03 s")
    assert fast.state is State.ok


@pytest.mark.parametrize(
    ("error", "says", "todo"),
    [
        (ConfigurationError("wrong", "mend it"), "wrong", "mend it"),
        (ConnectionResetError(), "ConnectionResetError", "Check the address"),
        (ResponseError("NOPERM"), "ResponseError: NOPERM", "Check the address"),
    ],
)
async def test_errors_become_findings(error: BaseException, says: str, todo: str) -> None:
    (finding,) = await carry_out([raising(error)])
    assert (finding.state, finding.what, finding.says) == (State.fails, "thing", says)
    assert finding.todo.startswith(todo)


async def test_mistakes_of_ours_are_not_hidden() -> None:
    with pytest.raises(KeyError):
        await carry_out([raising(KeyError("bug"))])
