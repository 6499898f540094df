"""The SDK's `Storage` on our Redis records: plain JSON, and ETags that work.

The shipped storages pickle through jsonpickle, which runs code from the database, and let the last
writer win. Here an item is its JSON data plus `e_tag`; a stale one raises `Conflict`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from botbuilder.core import Storage, StoreItem

ANY: Final = "*"
_TAG: Final = "e_tag"


class Record(Protocol):
    """What was read: its data and the tag of that version."""

    @property
    def etag(self) -> str:
        """Changes with every write."""
        ...

    @property
    def data(self) -> dict[str, Any]:
        """Plain JSON."""
        ...


class Records(Protocol):
    """Where the data is kept (`bot.state.records`)."""

    async def read(self, keys: Sequence[str], /) -> Mapping[str, Record]:
        """The records that exist."""
        ...

    async def write(self, changes: Mapping[str, tuple[dict[str, Any], str | None]], /) -> object:
        """Writes all or nothing; raises `Conflict` unless each record has the tag expected."""
        ...

    async def delete(self, keys: Sequence[str], /) -> object:
        """Deletes records; one that does not exist is no error."""
        ...


class RedisStorage(Storage):
    """Storage for the SDK's state classes over `records`."""

    def __init__(self, records: Records) -> None:
        super().__init__()
        self._records = records

    async def read(self, keys: list[str]) -> dict[str, Any]:
        """The items that exist, each a new dictionary with its `e_tag`."""
        if not keys:
            return {}
        found = await self._records.read(keys)
        return {key: {**record.data, _TAG: record.etag} for key, record in found.items()}

    async def write(self, changes: Mapping[str, Any]) -> None:
        """Writes dictionaries or `StoreItem`s, all or nothing.

        An item without `e_tag`, or with "*", replaces whatever is there. Raises `Conflict` when
        an item was changed since it was read.
        """
        if changes:
            await self._records.write({key: _split(item) for key, item in changes.items()})

    async def delete(self, keys: list[str]) -> None:
        """Deletes items; one that does not exist is no error."""
        if keys:
            await self._records.delete(keys)


def _split(item: object) -> tuple[dict[str, Any], str]:
    data = _plain(item)
    tag = data.pop(_TAG, None)
    return data, ANY if tag is None else str(tag)


def _plain(item: object) -> dict[str, Any]:
    """A copy of the item's data. Raises `TypeError` for what is neither dictionary nor `StoreItem`."""
    if isinstance(item, Mapping):
        return dict(item)
    to_json = getattr(item, "store_item_to_json", None)
    if to_json is not None:
        return dict(to_json())
    if isinstance(item, StoreItem):
        return dict(vars(item))
    raise TypeError(f"{type(item).__name__} cannot be stored as plain JSON")
