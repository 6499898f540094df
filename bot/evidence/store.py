"""Where the files of cases lie: a local folder by default, or S3 or Azure by address.

Nothing is kept in memory whole: size, checksum and type are found while a file streams in, and one that
is refused on the way leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from bot.domain.file import FileKind
from bot.errors import ConfigurationError, FileRefused, StateError
from bot.evidence.sniff import HEAD, FileType, sniff

MOST: Final = 100 * 1024 * 1024
PART: Final = 5 * 1024 * 1024


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept; `size` in bytes."""

    sha256: str
    size: int
    type: FileType

    @property
    def what(self) -> FileKind:
        """Its kind."""
        return self.type.kind


class FileStore:
    """Files by case and id; `most` bytes each."""

    def __init__(self, store: ObjectStore, most: int = MOST) -> None:
        self._store = store
        self._most = most

    async def keep(self, case: str, file: str, chunks: AsyncIterator[bytes]) -> Kept:
        """Stores a file as it comes in; the same file again takes the place of the first.

        Raises `FileRefused` when it is empty, too big or of a type that is not accepted, `StateError` when
        the store cannot be written, and the `DeliveryError` that `chunks` raises.
        """
        reading = _Reading(chunks, self._most)
        found = await reading.begin()
        try:
            await obstore.put_async(self._store, _path(case, file), reading, chunk_size=PART)
        except BaseError as exc:
            raise StateError(f"a file cannot be stored: {exc}", "Check DECROCHE_FILES_URL.") from exc
        return Kept(sha256=reading.sha256, size=reading.size, type=found)

    async def read(self, case: str, file: str) -> bytes:
        """The whole of a file. Raises `StateError` when it cannot be had."""
        try:
            result = await obstore.get_async(self._store, _path(case, file))
            return bytes(await result.bytes_async())
        except (BaseError, FileNotFoundError) as exc:
            raise StateError(f"{case}: a file cannot be read: {exc}") from exc


class _Reading:
    """Chunks on their way to the store, measured."""

    def __init__(self, chunks: AsyncIterator[bytes], most: int) -> None:
        self._chunks = chunks
        self._most = most
        self._head = b""
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Of all that passed."""
        return self._digest.hexdigest()

    async def begin(self) -> FileType:
        """Reads as much as tells the type. Raises `FileRefused`."""
        async for chunk in self._chunks:
            self._head += chunk
            if len(self._head) >= HEAD:
                break
        if not self._head:
            raise FileRefused("empty")
        found = sniff(self._head[:HEAD])
        if found is None:
            raise FileRefused("wrong_type")
        return found

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._measured(self._head)
        async for chunk in self._chunks:
            yield self._measured(chunk)

    def _measured(self, chunk: bytes) -> bytes:
        self.size += len(chunk)
        if self.size > self._most:
            raise FileRefused("too_big")
        self._digest.update(chunk)
        return chunk


def open_store(url: str | None, data_dir: Path) -> FileStore:
    """The store at `url` (`s3://`, `az://`, `file://` …; credentials as in its own environment variables), else a folder.

    Raises `ConfigurationError`.
    """
    try:
        if url is None:
            folder = data_dir / "files"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return FileStore(obstore.store.LocalStore(folder))
        return FileStore(from_url(url))
    except (BaseError, ValueError, OSError) as exc:
        raise ConfigurationError(
            "DECROCHE_FILES_URL cannot be used",
            "docs/settings.md says what it takes, and which variables go with it.",
        ) from exc


def _path(case: str, file: str) -> str:
    return f"{case}/{file}"
