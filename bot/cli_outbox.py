"""`decroche outbox`: what could not be delivered, and a way to have it tried again."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from bot.cli_site import logged_settings

if TYPE_CHECKING:
    from bot.state.aside import Refused
    from bot.state.waiting import Waiting


def outbox(
    again: Annotated[
        bool, typer.Option("--again", help="Put what Teams refused for good back into its queue.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """What waits to be sent and does not get on, and what Teams refused for good; exit code 1 if there is any."""
    from bot.bootstrap import open_redis
    from bot.state.aside import Aside
    from bot.state.outbox import Outbox
    from bot.state.waiting import waiting

    async def look() -> tuple[list[Waiting], list[Refused], int]:
        async with open_redis(logged_settings()) as redis:
            aside = Aside(redis)
            sent = await aside.again(Outbox(redis)) if again else 0
            return await waiting(redis), await aside.all(), sent

    stuck, refused, sent = asyncio.run(look())
    if as_json:
        found = {"waiting": stuck, "refused": refused, "again": sent}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
    else:
        _tell(stuck, refused, sent)
    raise typer.Exit(int(bool(stuck or refused)))


def _tell(stuck: list[Waiting], refused: list[Refused], sent: int) -> None:
    for queue in stuck:
        what = f"{type(queue.first.effect).__name__} {queue.first.case}".rstrip()
        typer.echo(
            f"waiting  {queue.queue}: {what}, {queue.items} in all, tried {queue.attempts} times, "
            f"again at {queue.due:%Y-%m-%d %H:%M:%S} UTC"
        )
    for item in refused:
        what = f"{type(item.item.effect).__name__} {item.item.case}".rstrip()
        typer.echo(f"refused  {item.item.queue}: {what}, {item.at:%Y-%m-%d %H:%M:%S} UTC: {item.why}")
    if sent:
        typer.echo(f"{sent} put back into the outbox; a running bot sends them now")
    if not (stuck or refused or sent):
        typer.echo("nothing is stuck")
