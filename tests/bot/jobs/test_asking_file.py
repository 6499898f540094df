"""The ticket for Microsoft, as an agent asks for it: offered in private, a card with its link among colleagues."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.case import Case
from bot.domain.events import BundleWritten
from bot.jobs.offering import CONSENT
from bot.state.roster import Agent
from tests.support.agents import POST, PRIVATE, handed_over, order, typed
from tests.support.rig import ANNE, CHAT, NOW, SAMIR, Rig, said


@pytest.fixture
async def rig(redis: Redis, tmp_path: Path) -> Rig:
    made = Rig(redis, bundles=tmp_path)
    await made.roster.learn_all((Agent(person=SAMIR, helpdesk=True),))
    return made


async def escalated(rig: Rig, folder: Path) -> Case:
    """A case whose ticket lies ready."""
    case, thread = await handed_over(rig)
    await rig.desk.receive(typed(f"escalader {case.id}", thread))
    (job,) = [job.job for job in (await rig.case()).running() if job.what == "bundle"]
    await rig.desk.apply(case.id, BundleWritten(at=NOW, job=job, name=f"{case.id}-9.zip", sha256="ab" * 32))
    await rig.deliver()
    (folder / f"{case.id}-9.zip").write_bytes(b"PK a ticket")
    return await rig.case()


@pytest.mark.parametrize("text", ["fichier {}", "file {}", "Envoie-moi le fichier {}"])
async def test_ticket_is_offered_in_private(rig: Rig, tmp_path: Path, text: str) -> None:
    case = await escalated(rig, tmp_path)
    (message,) = await order(rig, text.format(case.id), PRIVATE)
    assert message.attachment is not None
    assert message.attachment["contentType"] == CONSENT
    assert message.attachment["name"].startswith(case.id)


async def test_ticket_has_its_card_in_the_channel(rig: Rig, tmp_path: Path) -> None:
    case = await escalated(rig, tmp_path)
    (message,) = await order(rig, f"fichier {case.id}", POST)
    assert message.card is not None
    assert message.card["slot"].startswith("bundle:")


async def test_case_without_ticket_says_so(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    assert [m.text for m in await order(rig, f"fichier {case.id}", PRIVATE)] == [f"say.no_file {case.id}"]
    assert [m.text for m in await order(rig, "fichier D-4711", PRIVATE)] == ["say.no_such_case D-4711"]


async def test_employee_gets_nobodys_file(rig: Rig, tmp_path: Path) -> None:
    case = await escalated(rig, tmp_path)
    before = len(rig.teams.taken)
    await rig.desk.receive(said(f"fichier {case.id}", "x", person=ANNE, conversation=CHAT))
    await rig.deliver()
    assert [sent for sent in rig.teams.taken[before:] if sent.message.attachment] == []
