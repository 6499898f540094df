"""Writes the bundle of a case from start to end: the job behind "hand over to Microsoft"."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.diagnosis.playbook import Playbook
from bot.domain.case import Attached, Case
from bot.domain.diagnosis import Locale
from bot.domain.events import BundleWritten
from bot.domain.site import Site
from bot.errors import StateError
from bot.escalation.bundle import Bundle, write
from bot.escalation.template import fill
from bot.escalation.titles import PlaybookTitles
from bot.evidence.store import FileStore

ROOM: Final = 100 * 1024 * 1024
"""Bytes of people's files that a ticket takes."""

_UNSAFE: Final = re.compile(r"[^\w. -]")
_log = logging.getLogger(__name__)


class BundleWriter:
    """Knows the playbook's words, the sites and the tenant; writes into one directory."""

    def __init__(
        self,
        directory: Path,
        playbook: Playbook,
        sites: Mapping[str, Site],
        tenant: str,
        store: FileStore | None = None,
    ) -> None:
        self._store: Final = store
        self._directory: Final = directory
        self._playbook: Final = playbook
        self._sites: Final = sites
        self._tenant: Final = tenant

    async def write(self, job: str, case: Case, locale: Locale) -> BundleWritten:
        """Writes the zip off the event loop; again gives the same file. Raises `BundleError`."""
        sent = await self.sent(case)
        bundle = await asyncio.to_thread(self.bundle, case, locale, "", sent)
        return BundleWritten(
            at=datetime.now(UTC), job=job, name=bundle.name, sha256=bundle.sha256, missing=bundle.missing
        )

    async def sent(self, case: Case) -> dict[str, bytes]:
        """The files that people sent, by their name in the zip, as many as there is room for; the ticket lists them all."""
        found: dict[str, bytes] = {}
        room = ROOM
        for entry in case.all(Attached) if self._store else ():
            if self._store is None or not entry.file or entry.size > room:
                continue
            try:
                found[f"files/{entry.n}-{_safe(entry.name)}"] = await self._store.read(case.id, entry.file)
            except StateError as exc:
                _log.warning("a file is not in the ticket: %s", exc)
            room -= entry.size
        return found

    def bundle(
        self, case: Case, locale: Locale, name: str = "", sent: Mapping[str, bytes] | None = None
    ) -> Bundle:
        """The same for a caller that waits, such as `decroche escalate`. Raises `BundleError`."""
        ticket = fill(case, PlaybookTitles(self._playbook, locale), self._site(case), self._tenant)
        return write(case, ticket, self._directory, name, sent)

    def _site(self, case: Case) -> Site | None:
        return self._sites.get(case.site or "")


def _safe(name: str) -> str:
    """A name that every system can unpack."""
    return _UNSAFE.sub("_", name).lstrip(". ")
