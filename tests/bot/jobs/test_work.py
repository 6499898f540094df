from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot import keys
from bot.domain.case import Case, Claimed, Denied, JobEnded, JobStarted, NotChecked, Stage
from bot.domain.conversation import Incoming
from bot.domain.events import Expire, StartLookup, StartProbes, Tell, WriteBundle
from bot.errors import BundleError, DeliveryError, DirectoryError
from bot.jobs.work import BUNDLE_TAKES, GRACE, LOOKUP_TAKES, PROBES_TAKE, RIGHTS_TAKE, WATCH
from bot.state.outbox import Item
from tests.support.rig import ANNE, BANNER, NOW, SAMIR, Rig, said, tapped, thread_of


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


async def begun(rig: Rig, verb: str = "") -> tuple[Case, JobStarted]:
    """A case with its newest job, of which nothing was done yet."""
    await rig.desk.receive(said(BANNER))
    case = await rig.case()
    if verb == "start":
        offered = case.offer()
        assert offered is not None
        await rig.desk.receive(tapped("start", nonce=offered.nonce, values={"site": "lyon"}))
    if verb == "escalate":
        await rig.roster.learn(SAMIR.key, True)
        await rig.desk.receive(as_agent(case, verb))
    case = await rig.case()
    return case, case.running()[-1]


def as_agent(case: Case, verb: str, activity: str = "agent-1") -> Incoming:
    return tapped(verb, activity, conversation=thread_of(case), person=SAMIR, case=case.id)


def lookup(case: Case, job: JobStarted) -> Item:
    return Item(id="1", queue="job:1", case=case.id, effect=StartLookup(job=job.job))


def probes(case: Case, job: JobStarted, site: str = "lyon") -> Item:
    effect = StartProbes(job=job.job, site=site, plan="network")
    return Item(id="1", queue="job:1", case=case.id, effect=effect)


def bundle(case: Case, job: JobStarted) -> Item:
    return Item(id="1", queue="job:1", case=case.id, effect=WriteBundle(job=job.job, locale="fr"))


async def reminder(rig: Rig, job: JobStarted) -> Item:
    entry = await rig.outbox.head(f"expire:{job.job}")
    assert entry is not None
    return entry.item


def ended(case: Case, job: JobStarted) -> JobEnded | None:
    return next((entry for entry in case.all(JobEnded) if entry.job == job.job), None)


async def test_lookup_tells_the_case(rig: Rig) -> None:
    case, job = await begun(rig)
    await rig.work.do(lookup(case, job))
    after = ended(await rig.case(), job)
    assert after is not None
    assert after.how == "done"
    assert rig.fakes.asked == [f"look up {ANNE.key}"]


async def test_lookup_done_twice_counts_once(rig: Rig) -> None:
    case, job = await begun(rig)
    await rig.work.do(lookup(case, job))
    once = await rig.case()
    await rig.work.do(lookup(case, job))
    assert await rig.case() == once
    assert len(rig.fakes.asked) == 1


async def test_failed_lookup_says_not_checked(rig: Rig) -> None:
    case, job = await begun(rig)
    rig.fakes.failures.append(DirectoryError("Graph answered 503"))
    await rig.work.do(lookup(case, job))
    after = await rig.case()
    end = ended(after, job)
    assert end is not None
    assert (end.how, end.detail) == ("failed", "Graph answered 503")
    assert {entry.why for entry in after.all(NotChecked)} == {"Graph answered 503"}
    assert after.facts() == case.facts()


async def test_lookup_of_no_case_is_over(rig: Rig) -> None:
    case, job = await begun(rig)
    await rig.work.do(replace(lookup(case, job), case="D-9"))
    assert rig.fakes.asked == []


@pytest.mark.parametrize(
    ("verb", "make", "takes"),
    [
        ("", lookup, LOOKUP_TAKES),
        ("start", probes, PROBES_TAKE + GRACE),
        ("escalate", bundle, BUNDLE_TAKES),
    ],
)
async def test_every_job_has_its_reminder(
    rig: Rig,
    verb: str,
    make: object,
    takes: timedelta,
) -> None:
    assert callable(make)
    case, job = await begun(rig, verb)
    await rig.work.do(make(case, job))
    late = await reminder(rig, job)
    assert late.effect == Expire(job=job.job)
    assert late.not_before == NOW + takes


async def test_crashing_lookup_ends_in_time(rig: Rig) -> None:
    """Whatever is wrong with the work, the case goes on without it; a late answer changes nothing."""
    case, job = await begun(rig)
    rig.fakes.failures.append(RuntimeError("a fault of ours"))
    with pytest.raises(RuntimeError):
        await rig.work.do(lookup(case, job))
    await rig.work.do(await reminder(rig, job))
    after = await rig.case()
    end = ended(after, job)
    assert end is not None
    assert end.how == "expired"
    await rig.work.do(lookup(case, job))
    assert await rig.case() == after


async def test_reminder_of_ended_job_changes_nothing(rig: Rig) -> None:
    case, job = await begun(rig)
    await rig.work.do(lookup(case, job))
    once = await rig.case()
    await rig.work.do(await reminder(rig, job))
    assert await rig.case() == once


async def test_probes_go_to_the_runners(rig: Rig) -> None:
    case, job = await begun(rig, "start")
    await rig.work.do(probes(case, job))
    assert [(p.id, p.case, p.site, p.deadline) for p in rig.fakes.jobs] == [
        (job.job, case.id, "lyon", NOW + PROBES_TAKE)
    ]
    assert ended(await rig.case(), job) is None


async def test_silent_site_is_offline(rig: Rig) -> None:
    case, job = await begun(rig, "start")
    rig.fakes.why_not = "no_runner"
    await rig.work.do(probes(case, job))
    end = ended(await rig.case(), job)
    assert end is not None
    assert (end.how, end.detail) == ("offline", "no_runner")
    assert await rig.outbox.head(f"expire:{job.job}") is None


async def watches(rig: Rig, job: JobStarted) -> list[Item]:
    entries = await rig.redis.lrange(keys.outbox_queue(f"expire:{job.job}:silent"), 0, -1)
    return [msgspec.json.decode(line, type=Item) for line in entries]


async def test_a_site_that_falls_silent_is_told_soon(rig: Rig) -> None:
    case, job = await begun(rig, "start")
    await rig.work.do(probes(case, job))
    looks = await watches(rig, job)
    assert [look.not_before for look in looks] == [NOW + after for after in WATCH]
    await rig.work.do(looks[0])
    assert ended(await rig.case(), job) is None
    rig.fakes.why_not = "no_runner_since 2026-11-22T09:14+00:00"
    await rig.work.do(looks[1])
    end = ended(await rig.case(), job)
    assert end is not None
    assert (end.how, end.detail) == ("offline", rig.fakes.why_not)
    once = await rig.case()
    await rig.work.do(looks[2])
    assert await rig.case() == once


async def test_unknown_site_is_offline(rig: Rig) -> None:
    case, job = await begun(rig, "start")
    await rig.work.do(probes(case, job, site="atlantis"))
    end = ended(await rig.case(), job)
    assert end is not None
    assert (end.how, end.detail) == ("offline", "no_site")
    assert rig.fakes.asked == []


async def test_written_bundle_hands_over(rig: Rig) -> None:
    case, job = await begun(rig, "escalate")
    assert job.what == "bundle"
    await rig.work.do(bundle(case, job))
    assert (await rig.case()).stage is Stage.microsoft
    await rig.work.do(bundle(case, job))
    assert len(rig.fakes.asked) == 1


async def test_bundle_that_fails_ends_its_job(rig: Rig) -> None:
    case, job = await begun(rig, "escalate")
    rig.fakes.failures.append(BundleError("disk full"))
    await rig.work.do(bundle(case, job))
    end = ended(await rig.case(), job)
    assert end is not None
    assert (end.how, end.detail) == ("failed", "disk full")


async def test_agent_is_asked_about_once(rig: Rig) -> None:
    case = await rig.report()
    rig.fakes.asked.clear()
    for activity in ("a1", "a2", "a3"):
        await rig.desk.receive(as_agent(case, "claim", activity))
    await rig.deliver()
    assert rig.fakes.asked == [f"rights of {SAMIR.key}"]
    assert len(list((await rig.case()).all(Claimed))) == 1


async def test_outsider_is_denied_for_the_record(rig: Rig) -> None:
    case = await rig.report()
    rig.fakes.helpdesk.clear()
    await rig.desk.receive(as_agent(case, "escalate"))
    await rig.deliver()
    after = await rig.case()
    assert [(entry.person, entry.verb) for entry in after.all(Denied)] == [(SAMIR, "escalate")]
    assert after.running() == ()
    known = await rig.roster.known(SAMIR.key)
    assert known is not None
    assert (known.helpdesk, known.approver) == (False, False)


async def test_outsider_is_told_in_the_thread(rig: Rig) -> None:
    case = await rig.report()
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    rig.fakes.helpdesk.clear()
    for activity in ("a1", "a2"):
        await rig.desk.receive(as_agent(case, "escalate", activity))
    await rig.deliver()
    told = [sent.message.text for sent in rig.teams.taken if "say.refused" in sent.message.text]
    assert len(told) == 1


@pytest.mark.parametrize("failure", [DirectoryError("away"), DeliveryError("away", 503)])
async def test_unanswered_question_is_asked_again(rig: Rig, failure: Exception) -> None:
    case = await rig.report()
    rig.fakes.failures.extend([failure, failure])
    await rig.desk.receive(as_agent(case, "claim"))
    await rig.deliver()
    after = await rig.case()
    assert after.owner == SAMIR
    assert after.last(Denied) is None


async def test_question_never_answered_means_no(rig: Rig) -> None:
    case = await rig.report()
    await rig.desk.receive(as_agent(case, "claim"))
    rig.clock.forward(RIGHTS_TAKE.total_seconds())
    rig.fakes.failures.append(DirectoryError("away"))
    await rig.deliver()
    after = await rig.case()
    assert after.owner is None
    assert after.last(Denied) is not None


async def test_message_is_no_work(rig: Rig) -> None:
    with pytest.raises(TypeError, match="Tell is no work"):
        await rig.work.do(Item(id="1", queue="q", effect=Tell(to="employee", text="x")))
