"""The file work behind a case: what people send comes in, what they asked for goes out."""

from __future__ import annotations

from bot.domain.events import FetchFile, UploadFile
from bot.jobs.fetching import Fetching
from bot.jobs.offering import Offering
from bot.state.outbox import Item


class Filing:
    """Carries out `FetchFile` and `UploadFile`."""

    def __init__(self, fetching: Fetching, offering: Offering) -> None:
        self._fetching = fetching
        self._offering = offering

    async def do(self, item: Item) -> None:
        """One item; raises `DeliveryError` or `StateError` when it must be tried again later."""
        match item.effect:
            case FetchFile():
                await self._fetching.fetch(item, item.effect)
            case UploadFile():
                await self._offering.upload(item, item.effect)
            case _:
                raise TypeError(f"{type(item.effect).__name__} is about no file")
