"""The zip that an administrator uploads: manifest, translation, icons. The same bytes for the same app."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import msgspec

from bot.teamsapp.icons import colour_icon, outline_icon
from bot.teamsapp.manifest import COLOUR, ENGLISH, OUTLINE, App, english, manifest

_BORN: Final = (2026, 1, 1, 0, 0, 0)


def package(app: App) -> bytes:
    """The app package."""
    parts = {
        "manifest.json": _json(manifest(app)),
        ENGLISH: _json(english()),
        COLOUR: colour_icon(),
        OUTLINE: outline_icon(),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _BORN), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
