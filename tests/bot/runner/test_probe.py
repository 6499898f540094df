"""Whatever a prober does, a result comes back."""

from __future__ import annotations

import asyncio

from bot.domain.probe import ProbeSpec
from bot.runner.finding import Finding
from bot.runner.probe import run_probe
from bot.runner.probers import PROBERS
from bot.runner.trace import note
from tests.support.probing import verdict


def _spec(prober: str = "tcp", **options: object) -> ProbeSpec:
    return ProbeSpec(prober=prober, host="127.0.0.1", port=9, options=dict(options))


async def _bug(spec: ProbeSpec, deadline: float) -> Finding:
    raise ZeroDivisionError(f"{spec} {deadline}")


async def _for_ever(spec: ProbeSpec, deadline: float) -> Finding:
    del spec, deadline
    await asyncio.Event().wait()
    raise AssertionError


async def _fine(spec: ProbeSpec, deadline: float) -> Finding:
    del spec
    return Finding(ok=True, details={"left": deadline - asyncio.get_running_loop().time()})


async def test_an_unknown_prober_is_unsupported() -> None:
    result = await run_probe(_spec("gopher"))
    assert verdict(result) == (None, "unsupported", "runner")
    assert result.port == 9


async def test_wrong_options_are_unsupported() -> None:
    result = await run_probe(_spec(timeout_s="soon"))
    assert verdict(result) == (None, "unsupported", "runner")
    assert "timeout_s" in result.details["error"]


async def test_a_bug_is_an_internal_error() -> None:
    result = await run_probe(_spec(), probers={"tcp": _bug})
    assert verdict(result) == (None, "internal_error", "runner")


async def test_a_hanging_prober_is_cut_off() -> None:
    result = await run_probe(_spec(timeout_s=0.05), probers={"tcp": _for_ever})
    assert verdict(result) == (None, "deadline_exceeded", "runner")


async def test_a_past_deadline_runs_nothing() -> None:
    past = asyncio.get_running_loop().time() - 1
    result = await run_probe(_spec(), past, probers={"tcp": _bug})
    assert verdict(result) == (None, "deadline_exceeded", "runner")


async def test_the_nearer_deadline_counts() -> None:
    soon = asyncio.get_running_loop().time() + 0.2
    result = await run_probe(_spec(timeout_s=5), soon, probers={"tcp": _fine})
    assert result.details["left"] <= 0.2


async def test_options_not_understood_are_told() -> None:
    result = await run_probe(_spec(community="public"), probers={"tcp": _fine})
    assert result.details["ignored_options"] == ["community"]


def test_every_prober_is_in_the_table() -> None:
    ours = {"dns", "http", "icmp", "ntp", "quality", "stun", "tcp", "tls"}
    assert ours <= PROBERS.keys()


async def test_the_log_travels_with_the_result() -> None:
    async def speaks(spec: ProbeSpec, deadline: float) -> Finding:
        del spec, deadline
        await asyncio.gather(*(_say(f"line {number}") for number in range(50)))
        return Finding(ok=True)

    log = (await run_probe(_spec(), probers={"tcp": speaks})).details["log"]
    assert len(log) == 20
    assert log[0].endswith(" ms line 0")
    assert log[-1] == "(31 more)"


async def _say(text: str) -> None:
    note(text)
