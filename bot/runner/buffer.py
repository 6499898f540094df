"""Results on disk until the bot has them: a runner that is killed, or cut off, loses no work.

One file a job, of JSON lines: the job, then results as they came. The file is locked while its job is in hand,
so that a file without a lock is what a dead process left. Writes reach the kernel, not the platter: a killed
process loses nothing, a power cut may lose the last lines.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from bot.domain.probe import ProbeJob, ProbeResult

MOST_JOBS: Final = 512
MOST_BYTES: Final = 16 * 1024 * 1024

_SUFFIX: Final = ".jsonl"
_job = msgspec.json.Decoder(ProbeJob)
_results = msgspec.json.Decoder(dict[int, ProbeResult])
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
log = logging.getLogger(__name__)

Results = Mapping[int, ProbeResult]


class Page:
    """The file of one job; without one (disk full, read-only) everything works, and nothing survives."""

    def __init__(self, buffer: Buffer, path: Path, file: BinaryIO | None) -> None:
        self._buffer = buffer
        self._path = path
        self._file = file

    def begin(self, job: ProbeJob) -> None:
        """Keeps what is to be done."""
        self._write(msgspec.json.encode(job))

    def add(self, results: Results) -> None:
        """Keeps results that came."""
        if results:
            self._write(msgspec.json.encode(dict(results)))

    def done(self) -> None:
        """The bot has everything, or wants nothing: the file goes."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Leaves the file, if there is one, to whoever comes next."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, line: bytes) -> None:
        if self._file is None:
            return
        try:
            self._file.write(line + b"\n")
            self._file.flush()
        except OSError as exc:
            log.warning("results cannot be kept on disk: %s", exc.strerror)
            self.done()
        else:
            self._buffer.trim(self._path)


class Left(msgspec.Struct, frozen=True):
    """A job that a dead process had in hand, and its results so far."""

    job: ProbeJob
    results: dict[int, ProbeResult]


def read_page(data: bytes) -> Left | None:
    """What a file holds; a torn last line is left out. None when there is not even a job."""
    first, *lines = data.split(b"\n")
    try:
        job = _job.decode(first)
    except _UNREADABLE:
        return None
    results: dict[int, ProbeResult] = {}
    for line in lines:
        try:
            results.update(_results.decode(line))
        except _UNREADABLE:
            break
    return Left(job, {index: result for index, result in results.items() if 0 <= index < len(job.probes)})


class Buffer:
    """The files of a folder, at most so many and so large: the oldest go first."""

    def __init__(self, folder: Path | None, most_jobs: int = MOST_JOBS, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_jobs = most_jobs
        self._most_bytes = most_bytes

    def open(self, job: ProbeJob) -> Page:
        """Begins the file of a job; one that another process has in hand is left alone."""
        path = (self._folder or Path()) / (hashlib.sha256(job.id.encode()).hexdigest()[:32] + _SUFFIX)
        page = Page(self, path, self._locked(path))
        page.begin(job)
        return page

    def left(self) -> list[tuple[Page, Left]]:
        """What dead processes left, now in our hands; files that cannot be read are thrown away."""
        found = []
        for path in self._paths():
            file = self._locked(path, anew=False)
            if file is None:
                continue
            page, kept = Page(self, path, file), read_page(file.read())
            if kept is None:
                page.done()
            else:
                found.append((page, kept))
        return found

    def trim(self, spare: Path) -> None:
        """Throws the oldest files away until the rest fits; never `spare`."""
        paths = self._paths()
        sizes = {path: _size(path) for path in paths}
        total = sum(sizes.values())
        for number, path in enumerate(paths):
            if len(paths) - number <= self._most_jobs and total <= self._most_bytes:
                return
            if path != spare:
                log.warning("too many results wait for the bot: the oldest (%s) are dropped", path.name)
                path.unlink(missing_ok=True)
                total -= sizes[path]

    def _paths(self) -> list[Path]:
        """The files, oldest first."""
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(self._folder.glob(f"*{_SUFFIX}"), key=_age)

    def _locked(self, path: Path, *, anew: bool = True) -> BinaryIO | None:
        """The file, held until it is closed; None when it cannot be had. `anew` empties it."""
        if self._folder is None:
            return None
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        except OSError as exc:
            log.warning("results cannot be kept in %s: %s", self._folder, exc.strerror)
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return None
        if anew:
            file.truncate()
        return file


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
