"""Who is on call: a short list that agents change, mentioned with every new case."""

from __future__ import annotations

from typing import Final

import msgspec

from bot.domain.people import Person
from bot.state.records import Records

RECORD: Final = "on_call"
MOST: Final = 20


class OnCall:
    """The list, in the order in which people were added."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def people(self) -> tuple[Person, ...]:
        """Who is on call now."""
        return (await self._read())[0]

    async def add(self, person: Person) -> None:
        """Puts somebody on call; raises `Conflict` when two agents change the list at once."""
        people, etag = await self._read()
        others = [one for one in people if one.key != person.key]
        await self._write([*others, person][-MOST:], etag)

    async def remove(self, person: Person) -> None:
        """Takes somebody off; raises `Conflict` as `add`."""
        people, etag = await self._read()
        await self._write([one for one in people if one.key != person.key], etag)

    async def _read(self) -> tuple[tuple[Person, ...], str | None]:
        found = (await self._records.read([RECORD])).get(RECORD)
        if found is None:
            return (), None
        return msgspec.convert(found.data["people"], tuple[Person, ...]), found.etag

    async def _write(self, people: list[Person], etag: str | None) -> None:
        await self._records.write({RECORD: ({"people": msgspec.to_builtins(people)}, etag)})
