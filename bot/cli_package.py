"""`decroche manifest`: writes the Teams app package."""

from __future__ import annotations

import uuid
from importlib.metadata import version
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.errors import ConfigurationError


def manifest(
    out: Annotated[Path, typer.Option(help="The zip to write.")],
    app_id: Annotated[
        str | None, typer.Option(help="The bot's Entra application id; DECROCHE_APP_ID by default.")
    ] = None,
    developer: Annotated[str, typer.Option(help="Who offers the app, at most 32 characters.")] = "Décroche",
    website: Annotated[
        str | None, typer.Option(help="Their page (https); DECROCHE_PUBLIC_URL by default.")
    ] = None,
    hear_all: Annotated[
        bool, typer.Option("--hear-all", help="Hear replies in a case's thread that do not mention the bot.")
    ] = False,
) -> None:
    """The Teams app package, to upload in the Teams admin centre (docs/teams-app.md)."""
    from bot.settings import load_settings
    from bot.teamsapp.manifest import App
    from bot.teamsapp.package import package

    settings = load_settings()
    app = App(
        app_id=_guid(app_id or settings.app_id),
        version=version("decroche"),
        developer=_named(developer),
        website=_page(website or settings.public_url),
        public_url=settings.public_url,
        hears_all=hear_all,
    )
    try:
        out.write_bytes(package(app))
    except OSError as exc:
        raise ConfigurationError(f"{out} cannot be written: {exc.strerror}", "Name another file.") from exc
    typer.echo(out)


def _guid(app_id: str | None) -> str:
    try:
        return str(uuid.UUID(app_id or ""))
    except ValueError:
        raise ConfigurationError(
            "no application id" if app_id is None else "the application id is no GUID",
            "Set DECROCHE_APP_ID or give --app-id: the Application (client) ID in Entra.",
        ) from None


def _named(developer: str) -> str:
    if not 0 < len(developer) <= 32:
        raise ConfigurationError(
            "the developer's name is empty or too long", "Teams takes 1 to 32 characters."
        )
    return developer


def _page(website: str | None) -> str:
    parts = urlsplit(website or "")
    if parts.scheme != "https" or not parts.hostname:
        raise ConfigurationError(
            "Teams wants an https page of whoever offers the app",
            "Give --website, for example your intranet's page about it, or set DECROCHE_PUBLIC_URL.",
        )
    return parts.geturl()
