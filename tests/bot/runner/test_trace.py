"""Notes of one probe: short, bounded, its own."""

from __future__ import annotations

import asyncio

from bot.runner.trace import LINES, WIDTH, Phases, Trace, begin, note


def test_lines_are_bounded() -> None:
    trace = Trace()
    for number in range(1000):
        trace.note(f"{number} " + "x" * 1000)
    assert len(trace.lines) == LINES
    assert max(map(len, trace.lines)) <= WIDTH
    assert trace.lines[-1] == f"({1000 - LINES + 1} more)"


def test_control_characters_are_replaced() -> None:
    trace = Trace()
    trace.note("a\r\nb\x1b[31m")
    assert trace.lines[0].endswith("a��b�[31m")


def test_outside_a_probe_nothing_happens() -> None:
    note("nobody listens")


async def test_each_probe_has_its_own() -> None:
    async def run(name: str) -> list[str]:
        trace = begin()
        note(name)
        await asyncio.create_task(_later(name))
        return trace.lines

    first, second = await asyncio.gather(run("first"), run("second"))
    assert [line.rpartition(" ")[2] for line in first] == ["first", "first"]
    assert [line.rpartition(" ")[2] for line in second] == ["second", "second"]


async def _later(name: str) -> None:
    await asyncio.sleep(0)
    note(name)


def test_phases_add_up() -> None:
    phases = Phases()
    phases.lap("dns_ms")
    phases.lap("connect_ms")
    told = phases.details()
    assert list(told) == ["dns_ms", "connect_ms"]
    assert abs(sum(told.values()) - phases.total_ms) < 0.02
