"""The append-only file as a record of all that the bot ever meant to send, and where it stood."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from bot import keys
from bot.domain.conversation import Placement
from bot.state.binary import find_server
from bot.state.outbox import Item

_QUEUES: Final = keys.outbox_queue("").encode()
_PLACEMENTS: Final = b":placements"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Items in the order in which they were put; every (case, slot, activity) at which a card was placed."""

    items: tuple[Item, ...]
    placed: tuple[tuple[str, str, str], ...]


def record(data_dir: Path) -> Record:
    """Reads the file while the server runs, or afterwards."""
    items: list[Item] = []
    placed: dict[tuple[str, str, str], None] = {}
    for words in _commands(data_dir):
        name = words[0].upper()
        if name == b"RPUSH" and words[1].startswith(_QUEUES):
            items += [msgspec.json.decode(word, type=Item) for word in words[2:]]
        if name == b"HSET" and words[1].endswith(_PLACEMENTS):
            where = msgspec.json.decode(words[3], type=Placement)
            placed[words[1].decode().split(":")[2], words[2].decode(), where.activity] = None
    return Record(items=tuple(items), placed=tuple(placed))


def damage(data_dir: Path) -> str:
    """What the server's own check says against the file; empty when it is whole."""
    for path in _files(data_dir):
        words = ["valkey-check-aof", str(path)]
        done = subprocess.run(words, executable=find_server(), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"{path.name}: {done.stdout[-300:]}{done.stderr[-300:]}"
    return ""


def _files(data_dir: Path) -> list[Path]:
    return sorted((data_dir / "redis" / "appendonlydir").glob("*.incr.aof"))


def _commands(data_dir: Path) -> Iterator[list[bytes]]:
    """Every whole command of the incremental files (RESP arrays of bulk strings)."""
    for path in _files(data_dir):
        data, at = path.read_bytes(), 0
        while at < len(data):
            words, at = _command(data, at)
            if words:
                yield words


def _command(data: bytes, at: int) -> tuple[list[bytes], int]:
    """One command from `at`, and where the next begins; none from one that was cut off, or a comment."""
    line, at = _line(data, at)
    if not line.startswith(b"*"):
        return [], at
    words: list[bytes] = []
    for _ in range(int(line[1:])):
        size, at = _line(data, at)
        if not size.startswith(b"$"):
            return [], len(data)
        words.append(data[at : at + int(size[1:])])
        at += int(size[1:]) + 2
    return words if at <= len(data) else [], at


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.find(b"\r\n", at)
    return (data[at:end], end + 2) if end >= 0 else (b"", len(data))
