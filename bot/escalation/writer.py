"""Writes the bundle of a case from start to end: the job behind "hand over to Microsoft"."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.diagnosis.playbook import Playbook
from bot.domain.case import Case
from bot.domain.diagnosis import Locale
from bot.domain.events import BundleWritten
from bot.domain.site import Site
from bot.escalation.bundle import Bundle, write
from bot.escalation.template import fill
from bot.escalation.titles import PlaybookTitles


class BundleWriter:
    """Knows the playbook's words, the sites and the tenant; writes into one directory."""

    def __init__(self, directory: Path, playbook: Playbook, sites: Mapping[str, Site], tenant: str) -> None:
        self._directory: Final = directory
        self._playbook: Final = playbook
        self._sites: Final = sites
        self._tenant: Final = tenant

    async def write(self, job: str, case: Case, locale: Locale) -> BundleWritten:
        """Writes the zip off the event loop; again gives the same file. Raises `BundleError`."""
        bundle = await asyncio.to_thread(self.bundle, case, locale)
        return BundleWritten(
            at=datetime.now(UTC), job=job, name=bundle.name, sha256=bundle.sha256, missing=bundle.missing
        )

    def bundle(self, case: Case, locale: Locale, name: str = "") -> Bundle:
        """The same for a caller that waits, such as `decroche escalate`. Raises `BundleError`."""
        ticket = fill(case, PlaybookTitles(self._playbook, locale), self._site(case), self._tenant)
        return write(case, ticket, self._directory, name)

    def _site(self, case: Case) -> Site | None:
        return self._sites.get(case.site or "")
