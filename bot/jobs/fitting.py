"""A message that Teams finds too big is said with fewer words, never left unsaid."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Final, Protocol, TypeVar

from bot.domain.conversation import Message
from bot.errors import DeliveryError

T = TypeVar("T")

FEW: Final = 2000  # characters that always fit


class Draw(Protocol):
    """Draws a message; `small` folds all that can be folded."""

    async def __call__(self, *, small: bool = False) -> Message | None:
        """None when there is nothing to say."""


async def fitting(draw: Draw, send: Callable[[Message], Awaitable[T]]) -> tuple[Message | None, T | None]:
    """Sends a message in the largest form that is taken; gives it, and what `send` gave.

    Raises what `send` raises, `DeliveryError` 413 included when even a sentence is too big.
    """
    refused: DeliveryError | None = None
    async for message in _forms(draw):
        try:
            return message, await send(message)
        except DeliveryError as exc:
            if exc.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            refused = exc
    if refused is not None:
        raise refused
    return None, None


async def _forms(draw: Draw) -> AsyncIterator[Message]:
    """As it is, folded, and as a plain sentence."""
    whole = await draw()
    if whole is None:
        return
    yield whole
    small = await draw(small=True)
    if small is not None and small != whole:
        yield small
    words = whole.summary if whole.card else whole.text
    yield Message(text=words if len(words) <= FEW else f"{words[: FEW - 1]}…")
