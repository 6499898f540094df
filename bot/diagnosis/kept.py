"""A playbook as bytes: an open case is judged by the version with which it was opened, whatever stands in the files today."""

from __future__ import annotations

import zlib
from typing import Final

import msgspec

from bot.diagnosis.playbook import Playbook

LARGEST: Final = 20_000_000
"""Bytes, unpacked: a hundred times the built-in playbook."""

_decoder = msgspec.json.Decoder(Playbook)


def pack(playbook: Playbook) -> bytes:
    """The playbook, complete."""
    return zlib.compress(msgspec.json.encode(playbook))


def unpack(data: bytes) -> Playbook | None:
    """The inverse of `pack`; None for what this version of the code cannot read."""
    try:
        return _decoder.decode(zlib.decompressobj().decompress(data, LARGEST))
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError):
        return None
