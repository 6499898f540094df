from __future__ import annotations

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.case import Attached, NotAttached
from bot.domain.file import SentFile
from bot.errors import DeliveryError, FileRefused
from bot.jobs.fetching import PATIENCE
from tests.support.rig import BANNER, CHAT, Rig, said
from tests.support.sentfiles import BAD, GZ, LOG, PNG

FILE = SentFile(id="f1", name="journal.log", url="https://x/1")


@pytest.fixture
def rig(redis: Redis) -> Rig:
    made = Rig(redis)
    made.fakes.files[FILE.url] = [LOG]
    return made


async def send(rig: Rig, *files: SentFile, text: str = BANNER) -> None:
    await rig.desk.receive(said(text, files=files))
    await rig.deliver()


async def attached(rig: Rig) -> Attached:
    found = (await rig.case()).last(Attached)
    assert found is not None
    return found


async def test_file_is_kept_and_acknowledged(rig: Rig) -> None:
    await send(rig, FILE)
    entry = await attached(rig)
    assert (entry.name, entry.size, entry.what, entry.file) == ("journal.log", len(LOG), "text", "f1")
    assert f"say.file_received journal.log {len(LOG)}\u00a0octets" in rig.teams.said
    assert await rig.queued() == {}


async def test_file_alone_opens_and_joins_a_case(rig: Rig) -> None:
    await send(rig, FILE, text="")
    assert (await attached(rig)).name == "journal.log"
    assert [slot.partition(":")[0] for slot in rig.teams.said[:2]] == ["safety", "intake"]


async def test_nameless_image_gets_a_name(rig: Rig) -> None:
    rig.fakes.files["https://x/2"] = [PNG[:5], PNG[5:]]
    await send(rig, SentFile(id="f2", name="", url="https://x/2", inline=True))
    assert (await attached(rig)).name == "image.png"


async def test_false_name_is_told(rig: Rig) -> None:
    rig.fakes.files[FILE.url] = [GZ]
    await send(rig, FILE)
    assert any(words.startswith("say.file_is_archive journal.log") for words in rig.teams.said)


@pytest.mark.parametrize(("chunks", "why"), [([BAD["setup.exe"]], "wrong_type"), ([], "empty")])
async def test_unwanted_file_is_told(rig: Rig, chunks: list[bytes], why: str) -> None:
    rig.fakes.files[FILE.url] = chunks
    await send(rig, FILE)
    entry = (await rig.case()).last(NotAttached)
    assert entry is not None
    assert entry.why == why
    assert f"say.file_{why} journal.log" in rig.teams.said


async def test_refused_download_is_told(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.deliver()
    rig.fakes.failures.append(FileRefused("untrusted"))
    await rig.desk.receive(said("", "2", files=(FILE,)))
    await rig.deliver()
    assert rig.teams.said[-1] == "say.file_untrusted journal.log"


async def test_broken_download_is_tried_again(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.deliver()
    rig.fakes.failures.append(DeliveryError("broke"))
    await rig.desk.receive(said("", "2", files=(FILE,)))
    await rig.deliver()
    assert (await attached(rig)).name == "journal.log"
    assert rig.fakes.asked.count("fetch https://x/1") == 2


async def test_patience_has_an_end(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.deliver()
    rig.fakes.failures.append(DeliveryError("broke"))
    rig.clock.forward(PATIENCE.total_seconds())
    await rig.desk.receive(said("", "2", files=(FILE,)))
    await rig.deliver()
    assert rig.teams.said[-1] == "say.file_not_fetched journal.log"


async def test_agents_image_joins_the_case(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    begun = next(sent for sent in rig.teams.taken if sent.how == "thread")
    await rig.roster.learn("aad-samir", True)
    thread = replace(CHAT, id=begun.conversation, kind="channel")
    person = replace(said("x").person, id="29:samir", name="Samir", aad="aad-samir")
    await rig.desk.receive(said("", "3", conversation=thread, person=person, files=(FILE,)))
    await rig.deliver()
    assert (await attached(rig)).by == "agent:Samir"
    assert rig.teams.to(begun.conversation)[-1].startswith("say.file_received")
