from __future__ import annotations

import pytest

from bot.domain.conversation import Message
from bot.errors import DeliveryError
from bot.jobs.fitting import FEW, Draw, fitting

WHOLE = Message(card={"rows": 50}, summary="Dossier D-1001")
SMALL = Message(card={"rows": 1}, summary="Dossier D-1001")


class Teams:
    """Takes nothing but what it is told to take."""

    def __init__(self, *takes: Message, status: int = 413) -> None:
        self.takes, self.status = takes, status
        self.tried: list[Message] = []

    async def __call__(self, message: Message) -> str:
        self.tried.append(message)
        if message not in self.takes:
            raise DeliveryError("no", self.status)
        return "m1"


def drawing(whole: Message | None, small: Message | None = None) -> Draw:
    async def draw(*, small: bool = False, _small: Message | None = small) -> Message | None:
        return _small if small else whole

    return draw


async def test_whole_message_is_enough() -> None:
    teams = Teams(WHOLE, SMALL)
    assert await fitting(drawing(WHOLE, SMALL), teams) == (WHOLE, "m1")
    assert teams.tried == [WHOLE]


async def test_card_too_big_is_folded() -> None:
    assert await fitting(drawing(WHOLE, SMALL), Teams(SMALL)) == (SMALL, "m1")


async def test_folded_card_too_big_becomes_words() -> None:
    words = Message(text="Dossier D-1001")
    teams = Teams(words)
    assert await fitting(drawing(WHOLE, SMALL), teams) == (words, "m1")
    assert teams.tried == [WHOLE, SMALL, words]


async def test_long_words_are_cut() -> None:
    long = Message(text="x" * 200_000)
    sent, _ = await fitting(drawing(long, long), teams := Teams(Message(text="x" * (FEW - 1) + "…")))
    assert sent is not None
    assert len(sent.text) == FEW
    assert len(teams.tried) == 2


async def test_nothing_to_say_says_nothing() -> None:
    assert await fitting(drawing(None), Teams()) == (None, None)


async def test_hopeless_size_is_an_error() -> None:
    with pytest.raises(DeliveryError) as caught:
        await fitting(drawing(WHOLE, SMALL), Teams())
    assert caught.value.status == 413


async def test_other_refusals_pass_through() -> None:
    teams = Teams(status=403)
    with pytest.raises(DeliveryError):
        await fitting(drawing(WHOLE, SMALL), teams)
    assert teams.tried == [WHOLE]
