"""Fetches what somebody sent and keeps it with their case; what came of it is told in any event.

A file's address soon ends, so patience does too. Twice does no harm: the file takes its own place in the store,
and the case takes the news once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.domain.events import FetchFile, FileCame, FileFailed
from bot.domain.file import SentFile
from bot.errors import DeliveryError, FileRefused
from bot.evidence.sniff import named
from bot.evidence.store import FileStore
from bot.jobs.desk import Desk
from bot.state.outbox import Item

PATIENCE: Final = timedelta(minutes=3)


class Downloads(Protocol):
    """Fetches files from where people's clients put them."""

    def fetch(self, file: SentFile, service_url: str) -> AsyncIterator[bytes]:
        """The bytes as they come; raises `FileRefused`, or `DeliveryError` when it may be tried again."""
        ...


class Fetching:
    """Carries out `FetchFile`."""

    def __init__(
        self, desk: Desk, downloads: Downloads, store: FileStore, clock: Callable[[], datetime]
    ) -> None:
        self._desk = desk
        self._downloads = downloads
        self._store = store
        self._clock = clock

    async def fetch(self, item: Item, effect: FetchFile) -> None:
        """Fetches, keeps, and lets the case know. Raises `DeliveryError` while it is worth trying again."""
        file = effect.file
        service_url = item.conversation.service_url if item.conversation else ""
        try:
            kept = await self._store.keep(item.case, file.id, self._downloads.fetch(file, service_url))
        except FileRefused as exc:
            await self._failed(item.case, effect, exc)
            return
        except DeliveryError:
            if self._clock() - effect.sent < PATIENCE:
                raise
            await self._failed(item.case, effect, FileRefused("not_fetched"))
            return
        came = FileCame(
            at=self._clock(),
            file=file.id,
            name=file.name or f"image.{kept.type.ending}",
            sha256=kept.sha256,
            size=kept.size,
            what=kept.what,
            by=effect.by,
            sent=effect.sent,
            named=not file.name or named(file.name, kept.type),
        )
        await self._desk.apply(item.case, came)

    async def _failed(self, case: str, effect: FetchFile, refused: FileRefused) -> None:
        lost = FileFailed(
            at=self._clock(), file=effect.file.id, name=effect.file.name, why=refused.why, by=effect.by
        )
        await self._desk.apply(case, lost)
