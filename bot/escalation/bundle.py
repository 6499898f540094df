"""The zip that is sent to Microsoft: the ticket three times, the ledger behind it, and their checksums."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec

from bot.domain.case import Case, encode_case
from bot.errors import BundleError
from bot.escalation.render import as_json, as_markdown, as_text
from bot.escalation.ticket import Ticket

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)  # the ZIP format knows no earlier time


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle as written; `missing` names what the ticket still lacks, in its own language."""

    path: Path
    name: str
    sha256: str
    missing: tuple[str, ...]


def write(
    case: Case, ticket: Ticket, directory: Path, name: str = "", sent: Mapping[str, bytes] | None = None
) -> Bundle:
    """Writes `directory/name` whole or not at all, and returns what it wrote.

    By default the name is that of the case and its version (`D-1042-57.zip`), so that a later bundle
    replaces none that was already cited. The same ledger gives the same bytes. `sent` are files that people sent, by
    the name in the zip. Raises `BundleError` on an unusable name or folder.
    """
    name = name or f"{case.id}-{case.version}.zip"
    if not _NAME.fullmatch(name):
        raise BundleError(f"not a file name: {name!r}", "Use letters, digits, dot, dash and underscore.")
    data = pack(case, ticket, sent)
    _write_whole(directory, name, data)
    missing = tuple(gap.label for gap in ticket.missing)
    return Bundle(path=directory / name, name=name, sha256=_sha256(data), missing=missing)


def pack(case: Case, ticket: Ticket, sent: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of the zip; times in it are that of the newest ledger entry."""
    files = {
        "ticket.txt": as_text(ticket).encode(),
        "ticket.md": as_markdown(ticket).encode(),
        "ticket.json": as_json(ticket),
        "ledger.json": encode_case(case),
        **(sent or {}),
    }
    files["manifest.json"] = _manifest(ticket, files)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(_info(name, ticket.at), data)
    return buffer.getvalue()


def _manifest(ticket: Ticket, files: dict[str, bytes]) -> bytes:
    sums = {name: _sha256(data) for name, data in files.items()}
    content = {"case": ticket.case, "version": ticket.version, "sha256": sums}
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    info = zipfile.ZipInfo(name, max(stamp, _OLDEST))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, on every platform, or the bytes would differ
    info.external_attr = 0o644 << 16
    return info


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write_whole(directory: Path, name: str, data: bytes) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix=".bundle-") as aside:
            draft = Path(aside, name)
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(directory / name)
    except OSError as exc:
        raise BundleError(
            f"cannot write {directory / name}: {exc.strerror}", "Choose another folder."
        ) from exc
