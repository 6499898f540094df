from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore

from bot.errors import ConfigurationError, DeliveryError, FileRefused, StateError
from bot.evidence.store import PART, FileStore, open_store
from tests.support.sentfiles import BAD, LOG, PNG, tar


async def pieces(*chunks: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if then is not None:
        raise then


def lying(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(st.lists(st.binary(max_size=3000), max_size=8))
async def test_file_is_kept_as_it_came(chunks: list[bytes]) -> None:
    store, data = FileStore(MemoryStore()), LOG + b"".join(c.hex().encode() for c in chunks)
    kept = await store.keep("D-1", "f1", pieces(LOG, *(c.hex().encode() for c in chunks)))
    assert await store.read("D-1", "f1") == data
    assert (kept.size, kept.sha256, kept.what) == (len(data), hashlib.sha256(data).hexdigest(), "text")


async def test_type_is_told_from_tiny_pieces() -> None:
    data = tar()
    kept = await FileStore(MemoryStore()).keep(
        "D-1", "f1", pieces(*(data[i : i + 1] for i in range(len(data))))
    )
    assert (kept.type.ending, kept.size) == ("tar", len(data))


async def test_big_file_streams_in_parts(tmp_path: Path) -> None:
    chunk = b"x" * (1024 * 1024)
    store = open_store(None, tmp_path)
    kept = await store.keep("D-1", "f1", pieces(PNG, *[chunk] * 12))
    assert kept.size == 12 * len(chunk) + len(PNG) > 2 * PART
    assert len(await store.read("D-1", "f1")) == kept.size


@pytest.mark.parametrize(
    ("chunks", "why"),
    [
        ((), "empty"),
        ((b"", b""), "empty"),
        ((BAD["setup.exe"],), "wrong_type"),
        ((PNG, b"x" * 100), "too_big"),
        ((PNG * 5,), "too_big"),
    ],
)
async def test_refused_file_leaves_nothing(tmp_path: Path, chunks: tuple[bytes, ...], why: str) -> None:
    open_store(None, tmp_path)
    store = FileStore(open_store(None, tmp_path)._store, most=len(PNG) + 50)
    with pytest.raises(FileRefused) as caught:
        await store.keep("D-1", "f1", pieces(*chunks))
    assert caught.value.why == why
    assert lying(tmp_path) == []


@pytest.mark.parametrize("size", [10, 8 * 1024 * 1024])
async def test_broken_download_leaves_nothing(tmp_path: Path, size: int) -> None:
    with pytest.raises(DeliveryError, match="broke"):
        await open_store(None, tmp_path).keep(
            "D-1", "f1", pieces(PNG, b"x" * size, then=DeliveryError("it broke"))
        )
    assert lying(tmp_path) == []


async def test_same_file_takes_its_own_place(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    for words in (b"first\n", b"second\n"):
        await store.keep("D-1", "f1", pieces(words))
    assert await store.read("D-1", "f1") == b"second\n"


async def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError):
        await open_store(None, tmp_path).read("D-1", "nothing")


async def test_store_that_cannot_be_written(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    (tmp_path / "files" / "D-1").write_text("in the way")
    with pytest.raises(StateError):
        await store.keep("D-1", "f1", pieces(LOG))


def test_folder_is_private(tmp_path: Path) -> None:
    open_store(None, tmp_path)
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


async def test_address_may_name_a_folder(tmp_path: Path) -> None:
    await open_store(f"file://{tmp_path}", tmp_path / "unused").keep("D-1", "f1", pieces(LOG))
    assert (tmp_path / "D-1" / "f1").read_bytes() == LOG
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("url", ["nonsense://x", "no address", "az://container/x"])
def test_unusable_address_is_refused(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(ConfigurationError) as caught:
        open_store(url, tmp_path)
    assert url not in str(caught.value)
