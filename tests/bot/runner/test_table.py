"""`decroche probe` for people: every probe in its place, those that still run too."""

from __future__ import annotations

import io

from rich.console import Console

from bot.domain.probe import Failure, ProbeResult, ProbeSpec, Where
from bot.runner.table import table, target, watched
from tests.support.netservers import HOST, free_port, stay, tcp

DNS = ProbeSpec(prober="dns", host="teams.microsoft.com")
TLS = ProbeSpec(prober="tls", host="2001:db8::1", port=8443)


def _text(*, terminal: bool = False) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=120, force_terminal=terminal, color_system=None), out


def test_a_target_is_written_as_usual() -> None:
    assert [target(DNS), target(TLS)] == ["teams.microsoft.com", "[2001:db8::1]:8443"]


def test_what_runs_and_what_came_are_told_apart() -> None:
    refused = ProbeResult(
        prober="tls",
        host=TLS.host,
        port=TLS.port,
        ok=False,
        ms=12.3,
        failure=Failure.tls_expired,
        at=Where.target,
    )
    console, out = _text()
    console.print(table([DNS, TLS], {1: refused}))
    first, second = out.getvalue().splitlines()
    assert first.split() == ["…", "dns", "teams.microsoft.com"]
    assert second.split() == [
        "FAIL",
        "tls",
        "[2001:db8::1]:8443",
        "12",
        "ms",
        "tls_expired",
        "(at",
        "target)",
    ]


async def test_a_pipe_gets_the_table_once() -> None:
    console, out = _text()
    async with tcp(stay) as port:
        specs = [ProbeSpec(prober="tcp", host=HOST, port=number) for number in (port, free_port())]
        results = await watched(specs, console=console)
    assert [result.ok for result in results] == [True, False]
    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["ok", "FAIL"]


async def test_a_terminal_sees_the_end_of_it() -> None:
    console, out = _text(terminal=True)
    results = await watched([ProbeSpec(prober="tcp", host=HOST, port=free_port())], console=console)
    assert results[0].failure == "connection_refused"
    assert "connection_refused (at target)" in out.getvalue()
