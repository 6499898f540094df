from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot.domain.conversation import Incoming
from bot.errors import DeliveryError, FileRefused
from bot.jobs.offering import CONSENT, INFO, PATIENCE
from tests.support.rig import CHAT, Rig, tapped

NAME = "D-1001-9.zip"
UPLOAD = {
    "uploadUrl": "https://contoso-my.sharepoint.com/up",
    "contentUrl": "https://contoso-my.sharepoint.com/personal/x/D-1001-9.zip",
    "uniqueId": "u1",
    "fileType": "zip",
    "name": NAME,
}


@pytest.fixture
def rig(redis: Redis, tmp_path: Path) -> Rig:
    (tmp_path / NAME).write_bytes(b"PK a ticket")
    return Rig(redis, bundles=tmp_path)


def offered(rig: Rig) -> dict[str, Any]:
    message = rig.offering.offer(NAME, "fr")
    assert message is not None
    assert message.attachment is not None
    return message.attachment


def answer(rig: Rig, verb: str = "file_accept", **values: str) -> Incoming:
    context = offered(rig)["content"]["acceptContext"]
    return tapped(verb, invoke=True, reply_to="m7", values={**UPLOAD, **context, **values})


def shown(rig: Rig) -> list[tuple[str, str, Any]]:
    return [
        (sent.how, sent.activity, sent.message.attachment or sent.message.text) for sent in rig.teams.taken
    ]


def test_offer_says_name_and_size(rig: Rig) -> None:
    offer = offered(rig)
    assert (offer["contentType"], offer["name"], offer["content"]["sizeInBytes"]) == (CONSENT, NAME, 11)
    assert set(offer["content"]["acceptContext"]) == {"file", "until", "sign"}


@pytest.mark.parametrize("name", ["D-1001-10.zip", "../secret", ""])
def test_missing_file_is_not_offered(rig: Rig, name: str) -> None:
    assert rig.offering.offer(name, "fr") is None


async def test_accepted_file_is_uploaded_once(rig: Rig) -> None:
    for _ in range(2):
        assert await rig.offering.answered(answer(rig))
        await rig.deliver()
    assert rig.fakes.uploaded == {UPLOAD["uploadUrl"]: b"PK a ticket"}
    assert rig.fakes.asked == [f"upload {UPLOAD['uploadUrl']}"]
    ((how, activity, card),) = shown(rig)
    assert (how, activity) == ("update", "m7")
    assert card == {
        "contentType": INFO,
        "contentUrl": UPLOAD["contentUrl"],
        "name": NAME,
        "content": {"uniqueId": "u1", "fileType": "zip"},
    }


async def test_declined_file_stays_here(rig: Rig) -> None:
    assert await rig.offering.answered(answer(rig, "file_decline"))
    await rig.deliver()
    assert rig.fakes.asked == []
    assert shown(rig) == [("update", "m7", "say.file_kept_here")]


async def test_other_taps_are_not_answers(rig: Rig) -> None:
    assert not await rig.offering.answered(tapped("fixed", values={"file": NAME}))
    assert await rig.queued() == {}


@pytest.mark.parametrize(
    "forged", [{"sign": "0" * 64}, {"file": "D-1001-10.zip"}, {"until": "99999999999"}, {"sign": ""}], ids=str
)
async def test_forged_answer_gets_no_file(rig: Rig, forged: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "D-1001-10.zip").write_bytes(b"another's")
    await rig.offering.answered(answer(rig, **forged))
    await rig.deliver()
    assert rig.fakes.uploaded == {}
    assert shown(rig) == [("update", "m7", "say.file_not_sent")]


async def test_old_offer_is_no_longer_good(rig: Rig) -> None:
    late = answer(rig)
    rig.clock.forward(5 * 86_400)
    await rig.offering.answered(late)
    await rig.deliver()
    assert rig.fakes.uploaded == {}


@pytest.mark.parametrize("failure", [FileRefused("untrusted"), FileRefused("not_fetched")])
async def test_refused_upload_is_told(rig: Rig, failure: Exception) -> None:
    rig.fakes.failures.append(failure)
    await rig.offering.answered(answer(rig))
    await rig.deliver()
    assert shown(rig) == [("update", "m7", "say.file_not_sent")]


async def test_broken_upload_is_tried_again(rig: Rig) -> None:
    rig.fakes.failures.append(DeliveryError("broke"))
    await rig.offering.answered(answer(rig))
    await rig.deliver()
    assert len(rig.fakes.asked) == 2
    assert rig.fakes.uploaded != {}


async def test_patience_with_uploads_ends(rig: Rig) -> None:
    rig.fakes.failures.append(DeliveryError("broke"))
    await rig.offering.answered(replace(answer(rig), at=rig.clock() - PATIENCE))
    await rig.deliver()
    assert shown(rig) == [("update", "m7", "say.file_not_sent")]
    assert rig.teams.taken[0].conversation == CHAT.id
