from __future__ import annotations

from msgspec.structs import replace
from redis.asyncio import Redis

from bot.jobs.talks import Talk, Talks
from tests.support.rig import ANNE, BANNER, CHAT, Rig, said


async def test_personal_chat_is_remembered(redis: Redis) -> None:
    rig = Rig(redis)
    await rig.desk.receive(said(BANNER))
    assert await Talks(rig.stores.records).of(ANNE.key) == Talk(conversation=CHAT, person=ANNE, locale="fr")


async def test_known_chat_is_not_written_again(redis: Redis) -> None:
    rig = Rig(redis)
    await rig.desk.receive(said(BANNER))
    talks = Talks(rig.stores.records)
    assert await talks.changed(said("encore"), "fr") == {}
    assert await talks.changed(said("again"), "en") != {}


async def test_channel_is_nobodys_chat(redis: Redis) -> None:
    channel = replace(CHAT, id="19:help@thread.tacv2", kind="channel")
    assert (
        await Talks(Rig(redis).stores.records).changed(replace(said("x"), conversation=channel), "fr") == {}
    )
