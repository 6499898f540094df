"""`decroche doctor`: what of this installation works, and what to do about the rest."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

if TYPE_CHECKING:
    from bot.doctor.finding import Finding


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Checks settings, logins, permissions, Redis, channel, runners and files; exit 1 when something fails."""
    from bot.doctor.examination import examine_environment, healthy

    found = asyncio.run(examine_environment())
    if as_json:
        shown = {"ok": healthy(found), "findings": found}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode() + "\n")
    else:
        for line in lines(found):
            typer.echo(line)
    if not healthy(found):
        raise typer.Exit(1)


def lines(findings: tuple[Finding, ...]) -> list[str]:
    """The report to read: a line each, under it what to do, and a sum at the end."""
    shown = []
    for finding in findings:
        shown.append(f"{finding.state:8} {finding.area:9} {finding.what}: {finding.says}".rstrip(": "))
        if finding.todo:
            shown.append(f"{'':18} → {finding.todo}")
    states = [finding.state.value for finding in findings]
    counts = ", ".join(
        f"{states.count(name)} {name}" for name in ("fails", "warning", "ok", "off") if name in states
    )
    return [*shown, "", counts]
