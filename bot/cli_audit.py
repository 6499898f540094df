"""`decroche audit`: who looked whom up, for whoever has to answer for it."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from bot.cli_site import logged_settings
from bot.errors import RedisUnavailable

if TYPE_CHECKING:
    from bot.settings import Settings

LIMIT = 1000


def audit(
    about: Annotated[
        str, typer.Argument(metavar="[PERSON]", help="Sign-in name or object id; all by default.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest lines.")] = LIMIT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Who looked a person up: when, about whom, for which case or why; the newest last."""
    from bot.bootstrap import open_redis
    from bot.state.audit import Audit, AuditLine

    async def read() -> list[AuditLine]:
        async with open_redis(logged_settings()) as redis:
            return await Audit(redis).lines(limit, about)

    lines = asyncio.run(read())
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(lines), indent=2).decode() + "\n")
        return
    for line in lines:
        who = f"{line.by} {line.by_name}".strip()
        reason = " ".join(filter(None, (line.case, line.why)))
        typer.echo(
            f"{line.at:%Y-%m-%d %H:%M:%S} UTC  {line.what:8}  {line.about:40}  by {who}  {reason}".rstrip()
        )


def _user() -> str:
    """Who is at the keyboard; a container's user need not have a name."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return str(os.getuid())


async def on_record(settings: Settings, about: str) -> None:
    """Puts an operator's own look-up of a person on record; says so when it cannot."""
    from bot.bootstrap import open_redis
    from bot.state.audit import Audit, AuditLine

    line = AuditLine(
        at=datetime.now(UTC),
        what="account",
        by=f"operator:{_user()}",
        about=about,
        why="decroche licence",
    )
    try:
        async with open_redis(settings) as redis:
            await Audit(redis).note(line)
    except RedisUnavailable as exc:
        typer.echo(f"this look-up could not be put on record: {exc}", err=True)
