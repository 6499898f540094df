from __future__ import annotations

import pytest
from obstore.store import MemoryStore
from redis.asyncio import Redis

from bot.domain.events import FetchFile, Tell, UploadFile
from bot.domain.file import SentFile
from bot.evidence.store import FileStore
from bot.jobs.fetching import Fetching
from bot.jobs.filing import Filing
from bot.state.outbox import Item
from tests.support.rig import CHAT, NOW, Rig


def filing(rig: Rig) -> Filing:
    return Filing(Fetching(rig.desk, rig.fakes, FileStore(MemoryStore()), rig.clock), rig.offering)


async def test_files_come_in_and_go_out(redis: Redis) -> None:
    rig = Rig(redis)
    case = await rig.report()
    file = SentFile(id="f1", name="x.log", url="https://x/1")
    fetch = FetchFile(job="file-f1", file=file, by="user", sent=NOW)
    await filing(rig).do(Item(id="1", queue="job:1", case=case.id, effect=fetch, conversation=CHAT))
    assert rig.fakes.asked[-1] == "fetch https://x/1"
    upload = UploadFile(job="upload-1", values={}, instead="m1", locale="fr", at=NOW)
    await filing(rig).do(Item(id="2", queue="job:2", effect=upload, conversation=CHAT))
    await rig.deliver()
    assert rig.teams.taken[-1].message.text == "say.file_not_sent"


async def test_nothing_else_is_file_work(redis: Redis) -> None:
    with pytest.raises(TypeError):
        await filing(Rig(redis)).do(Item(id="1", queue="x", effect=Tell(to="employee", text="say.x")))
