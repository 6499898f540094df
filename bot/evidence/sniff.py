"""What a file is, by its first bytes: names and declared types are only what somebody claims.

The few types that help with a phone are known by their signatures (libmagic's); a library of hundreds would
have to be narrowed down to these, and knows neither an old tar nor a log.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from bot.domain.file import FileKind

HEAD: Final = 4096
"""Bytes by which a file is judged; a shorter file is judged whole."""

_TAR_BLOCK: Final = 512
_HEIF: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_CAPTURE: Final = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class FileType(msgspec.Struct, frozen=True):
    """A type that is accepted: its kind, its usual ending, and others that it may have."""

    kind: FileKind
    ending: str
    also: tuple[str, ...] = ()


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _heif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _tar(head: bytes) -> bool:
    """By the checksum of the first header (POSIX ustar), which archives older than "ustar" have as well."""
    block = head[:_TAR_BLOCK]
    stored = block[148:156].strip(b" \0")
    if len(block) < _TAR_BLOCK or not stored or not set(stored) <= set(b"01234567"):
        return False
    return int(stored, 8) == sum(block) - sum(block[148:156]) + 8 * ord(" ")


def _text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b"\x00\x00" not in head[2:]
    return bool(head.strip()) and _BINARY.search(head) is None


_TYPES: Final[tuple[tuple[Callable[[bytes], bool], FileType], ...]] = (
    (_starts(b"\x89PNG\r\n\x1a\n"), FileType("image", "png")),
    (_starts(b"\xff\xd8\xff"), FileType("image", "jpg", ("jpeg", "jpe", "jfif"))),
    (_starts(b"GIF87a", b"GIF89a"), FileType("image", "gif")),
    (_webp, FileType("image", "webp")),
    (_heif, FileType("image", "heic", ("heif", "avif"))),
    (_starts(b"PK\x03\x04", b"PK\x05\x06"), FileType("archive", "zip")),
    (_starts(b"\x1f\x8b\x08"), FileType("archive", "gz", ("tgz",))),
    (_tar, FileType("archive", "tar")),
    (_starts(*_CAPTURE), FileType("capture", "pcap", ("cap", "dmp"))),
    (_starts(b"\x0a\x0d\x0d\x0a"), FileType("capture", "pcapng")),
    (_text, FileType("text", "log", ("txt", "csv", "cfg", "conf", "xml", "json", "html", "htm", "md"))),
)
_ENDINGS: Final = {name: kind for _, kind in _TYPES for name in (kind.ending, *kind.also)}


def sniff(head: bytes) -> FileType | None:
    """The type of a file that begins with `head` (its first `HEAD` bytes); None for one that is not accepted."""
    return next((kind for matches, kind in _TYPES if matches(head)), None)


def named(name: str, found: FileType) -> bool:
    """False when the name's ending claims another of the accepted types than was found."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return _ENDINGS.get(ending, found) is found
