"""Settings and files of this machine: whole, readable, writable."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bot.bootstrap import read_playbook, read_sites
from bot.doctor.checking import Check
from bot.doctor.finding import Area, Finding
from bot.settings import Settings, on_loopback

AREA: Final = Area("settings")


def checks(settings: Settings) -> list[Check]:
    """What can be seen without asking anybody."""

    async def told() -> Iterable[Finding]:
        return list(together(settings))

    async def kept() -> Iterable[Finding]:
        return [await asyncio.to_thread(data_dir, settings.data_dir)]

    async def known() -> Iterable[Finding]:
        return [await asyncio.to_thread(sites, settings.sites)]

    async def judged() -> Iterable[Finding]:
        return [await asyncio.to_thread(playbook, settings.playbook)]

    return [
        Check(AREA, "settings", told),
        Check(AREA, "data directory", kept),
        Check(AREA, "sites", known),
        Check(AREA, "playbook", judged),
    ]


def together(settings: Settings) -> Iterator[Finding]:
    """Settings that are right each for itself, but not together."""
    count = len(settings.model_fields_set)
    yield AREA.ok("settings", f"{count} set, every name and value can be used")
    yield _identity(settings)
    if settings.public_url is None:
        yield AREA.off(
            "public address",
            "not set: tickets and files cannot be fetched by a link",
            "Set DECROCHE_PUBLIC_URL to the https address at which Teams reaches the bot.",
        )
    elif on_loopback(settings.public_url):
        yield AREA.warning(
            "public address",
            f"{settings.public_url} is this machine: Teams cannot reach it",
            "Set DECROCHE_PUBLIC_URL to an https address, through a proxy or tunnel.",
        )
    if settings.helpdesk_channel is None:
        yield AREA.warning(
            "helpdesk channel",
            "not set: no triage cards, no hand-over",
            "Set DECROCHE_HELPDESK_CHANNEL: the 19:…@thread.tacv2 in the channel's link.",
        )
    if settings.approver_group is None:
        yield AREA.off("approvers", "no group is set: nobody may approve a change", "")


def _identity(settings: Settings) -> Finding:
    if settings.app_id is None:
        return AREA.warning(
            "identity",
            "no app id: only `serve --dev` runs, on this machine",
            "Set DECROCHE_APP_ID, DECROCHE_APP_SECRET and DECROCHE_TENANT_ID.",
        )
    if settings.app_secret is None or settings.tenant_id is None:
        return AREA.fails(
            "identity",
            "an app id without its secret or tenant: the bot does not start",
            "Set DECROCHE_APP_SECRET and DECROCHE_TENANT_ID as well.",
        )
    return AREA.ok("identity", f"application {settings.app_id} of tenant {settings.tenant_id}")


def data_dir(path: Path) -> Finding:
    """Whether it can be written."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"x")
    except OSError as exc:
        return AREA.fails(
            "data directory",
            f"{path} cannot be written: {exc.strerror}",
            f"Give user {os.getuid()} the right to write there, or set DECROCHE_DATA_DIR.",
        )
    return AREA.ok("data directory", f"{path} can be written")


def sites(path: Path | None) -> Finding:
    """Whether the file can be read. Raises `SitesInvalid`."""
    found = read_sites(path)
    if not found:
        return AREA.warning(
            "sites",
            "none are described: nothing can be measured",
            "Write a sites.toml and set DECROCHE_SITES.",
        )
    return AREA.ok("sites", f"{len(found)}: {', '.join(sorted(found))}")


def playbook(path: Path | None) -> Finding:
    """Whether it can be used. Raises `PlaybookInvalid`."""
    book = read_playbook(path)
    return AREA.ok("playbook", f"{path or 'the built-in one'}, {len(book.causes)} causes")
