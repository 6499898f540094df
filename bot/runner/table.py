"""The table of `decroche probe`: filled while the probes run, and what remains of it when they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bot.domain.probe import ProbeResult, ProbeSpec
from bot.probes.options import Endpoint, port_of
from bot.runner.local import run_specs
from bot.runner.switch.credentials import Keys

WORDS: Final = {True: ("ok", "green"), False: ("FAIL", "red"), None: ("?", "yellow")}
_PER_SECOND: Final = 8
_COLUMNS: Final = ("", "probe", "target", "took", "why")


def target(spec: ProbeSpec) -> str:
    """Host and port as people write them."""
    port = port_of(spec)
    return str(Endpoint(spec.host, port)) if port else spec.host


def row(spec: ProbeSpec, result: ProbeResult | None) -> tuple[Text, str, str, str, str]:
    """What the table says of a probe; without a result it still runs."""
    if result is None:
        return Text("…", "dim"), spec.prober, target(spec), "", ""
    took = f"{result.ms:.0f} ms" if result.ms is not None else ""
    why = f"{result.failure} (at {result.at})" if result.failure else ""
    return Text(*WORDS[result.ok]), spec.prober, target(spec), took, why


def table(specs: Sequence[ProbeSpec], results: Mapping[int, ProbeResult]) -> Table:
    """All probes, in their order."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    for name in _COLUMNS:
        drawn.add_column(name, justify="right" if name == "took" else "left", overflow="fold")
    for index, spec in enumerate(specs):
        drawn.add_row(*row(spec, results.get(index)))
    return drawn


async def watched(
    specs: Sequence[ProbeSpec], keys: Keys | None = None, console: Console | None = None
) -> list[ProbeResult]:
    """Runs the probes and shows them; where nobody watches (a file, a pipe), once at the end."""
    results: dict[int, ProbeResult] = {}
    console = console or Console()
    if not console.is_terminal:
        done = await run_specs(specs, keys)
        console.print(table(specs, dict(enumerate(done))))
        return done
    with Live(console=console, refresh_per_second=_PER_SECOND, get_renderable=lambda: table(specs, results)):
        return await run_specs(specs, keys, results.__setitem__)
