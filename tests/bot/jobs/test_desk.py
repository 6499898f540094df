from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot import keys
from bot.domain.case import Case, Claimed, Denied, Offered, Opened, Said, Stage, Told
from bot.domain.conversation import Answer, Incoming, Placement
from bot.domain.events import CheckRights, JobLost, LookedUp, ProbesReported, Show, StartLookup, Tell
from bot.domain.fact import Fact, Source
from bot.domain.people import Person
from bot.domain.probe import ProbeResult
from bot.errors import NoSuchCase
from bot.jobs.desk import conversation_key
from bot.state.locks import conversation_lock
from tests.support.rig import ANNE, BANNER, CHAT, NOW, SAMIR, Rig, said, tapped, thread_of
from tests.support.waiting import wait_until

LOOKUP = "D-1001-5"
BOB = Person(id="29:bob", name="Bob", aad="aad-bob")


@pytest.fixture
def rig(redis: Redis) -> Rig:
    return Rig(redis)


async def test_report_opens_one_case(rig: Rig) -> None:
    assert await rig.desk.receive(said(BANNER)) == Answer()
    case = await rig.case()
    assert case.id == "D-1001"
    assert isinstance(case.ledger[0], Opened)
    assert case.opened.conversation == CHAT.id
    assert rig.woken == 1


async def test_turn_itself_sends_nothing(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    assert rig.teams.tries == 0
    assert rig.fakes.asked == []


async def test_safety_is_first_in_the_queue(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    queued = await rig.queued()
    first = queued[CHAT.id][0].effect
    assert first == Show(to="employee", slot="safety", urgency="vital")
    job = (await rig.case()).running()[0].job
    assert [item.effect for item in queued[f"job:{job}"]] == [StartLookup(job=job)]
    assert (await rig.case()).last(Told) is not None


async def test_same_activity_at_once_counts_once(rig: Rig) -> None:
    answers = await asyncio.gather(*(rig.desk.receive(said(BANNER)) for _ in range(3)))
    queued = await rig.queued()
    alone = Rig(rig.redis)
    assert answers == [Answer()] * 3
    assert await rig.cases.open_cases() == ["D-1001"]
    assert len((await rig.case()).ledger) == (await rig.case()).version
    await alone.desk.receive(said(BANNER))
    assert await rig.queued() == queued
    assert rig.woken == 1


async def test_same_activity_without_lock_counts_once(rig: Rig, redis: Redis) -> None:
    """The lock is only courtesy: three processes that all slip past it still agree."""
    thief = asyncio.create_task(_steal(redis, keys.conversation_lock(CHAT.id)))
    await asyncio.gather(*(Rig(redis).desk.receive(said(BANNER)) for _ in range(3)))
    thief.cancel()
    case = await rig.case()
    assert await rig.cases.open_cases() == [case.id]  # its number may be one that the slowest of them drew
    assert [entry.text for entry in case.all(Said)] == [BANNER]
    slots = [e.effect.slot for e in (await rig.queued())[CHAT.id] if isinstance(e.effect, Show)]
    assert len(slots) == len(set(slots)) == 2


async def _steal(redis: Redis, lock: str) -> None:
    while True:
        await redis.delete(lock)


async def test_same_tap_gets_the_same_card(rig: Rig) -> None:
    case = await rig.report()
    tap = intake(case, invoke=True)
    answers = await asyncio.gather(*(rig.desk.receive(tap) for _ in range(3)))
    assert answers[0].card is not None
    assert answers == [answers[0]] * 3
    version = (await rig.case()).version
    assert await rig.desk.receive(tap) == answers[0]
    assert (await rig.case()).version == version


def intake(case: Case, activity: str = "2", **changes: object) -> Incoming:
    """The intake card, filled in and sent off."""
    offered = case.offer()
    assert offered is not None
    values = {"symptom": "no_internet_banner", "site": "lyon", "phone": "12"}
    usual = tapped("start", activity, nonce=offered.nonce, case=case.id, values=values)
    return replace(usual, **changes)


async def test_tapped_card_is_drawn_anew(rig: Rig) -> None:
    case = await rig.report()
    offered = case.offer()
    assert offered is not None
    slot = f"intake:{offered.n}"
    placed = await rig.placements.get(case.id, slot)
    assert placed is not None
    answer = await rig.desk.receive(intake(case, invoke=True, reply_to=placed.activity))
    assert answer.card is not None
    assert (answer.card["slot"], answer.card["answered"]) == (slot, True)


async def test_tapped_card_is_known_by_nonce(rig: Rig) -> None:
    case = await rig.report()
    answer = await rig.desk.receive(intake(case, invoke=True, reply_to="never heard of"))
    assert answer.card is not None
    assert answer.card["slot"].startswith("intake:")


async def test_card_of_no_case_stays_as_it_is(rig: Rig) -> None:
    await rig.desk.receive(said("", kind="installed"))
    await rig.deliver()
    assert rig.teams.said == ["welcome"]
    answer = await rig.desk.receive(tapped("start", invoke=True, reply_to="m1"))
    assert answer == Answer()
    await rig.deliver()
    assert [slot.partition(":")[0] for slot in rig.teams.said[1:]] == ["safety", "intake"]


async def test_tap_without_invoke_gets_no_card(rig: Rig) -> None:
    case = await rig.report()
    assert await rig.desk.receive(intake(case)) == Answer()


async def test_second_message_joins_the_open_case(rig: Rig) -> None:
    await rig.report()
    await rig.desk.receive(said("toujours rien", "2"))
    assert await rig.cases.open_cases() == ["D-1001"]
    assert [entry.text for entry in (await rig.case()).all(Said)] == [BANNER, "toujours rien"]


async def test_two_first_messages_make_one_case(rig: Rig) -> None:
    other = replace(CHAT, id="a:anne-2")
    await asyncio.gather(
        rig.desk.receive(said(BANNER, "1")),
        rig.desk.receive(said("Plus de tonalité", "2", conversation=other)),
    )
    assert len(await rig.cases.open_cases()) == 1
    assert len(list((await rig.case()).all(Said))) == 2


async def test_numbers_are_not_wasted(rig: Rig) -> None:
    await rig.desk.receive(said("aide"))
    await rig.desk.receive(said(BANNER, "2"))
    await rig.desk.receive(said("Bonjour", "3", conversation=replace(CHAT, id="a:bob"), person=BOB))
    await rig.desk.receive(said(BANNER, "4", conversation=replace(CHAT, id="a:bob"), person=BOB))
    assert [(await rig.case()).id, (await rig.case(BOB)).id] == ["D-1001", "D-1002"]


async def test_concurrent_turns_on_one_case_count(rig: Rig) -> None:
    case = await rig.report()
    await rig.roster.learn(SAMIR.key, True)
    claims = tapped("claim", "c", conversation=thread_of(case), person=SAMIR, case=case.id)
    lookup = LookedUp(at=NOW, job=LOOKUP, not_checked={"account.enabled": "x"})
    await asyncio.gather(
        rig.desk.receive(said("il est gris", "m")),
        rig.desk.receive(claims),
        Rig(rig.redis).desk.receive(replace(claims, activity="d", verb="escalate")),
        rig.desk.apply(case.id, lookup),
    )
    after = await rig.case()
    assert [entry.n for entry in after.ledger] == list(range(1, after.version + 1))
    assert after.owner == SAMIR
    assert "il est gris" in [entry.text for entry in after.all(Said)]
    assert [job.what for job in after.running()] == ["bundle"]


async def test_many_turns_at_once_all_count(rig: Rig) -> None:
    await rig.report()
    rooms = [replace(CHAT, id=f"a:anne-{i}") for i in range(8)]
    await asyncio.gather(
        *(rig.desk.receive(said(f"mot {i}", f"x{i}", conversation=room)) for i, room in enumerate(rooms))
    )
    assert {e.text for e in (await rig.case()).all(Said)} >= {f"mot {i}" for i in range(8)}


async def test_turn_waits_for_the_one_before(rig: Rig, redis: Redis) -> None:
    async with conversation_lock(redis, CHAT.id):
        turn = asyncio.create_task(rig.desk.receive(said(BANNER)))
        await wait_until(lambda: len(asyncio.all_tasks()) > 1, "the turn has begun")
        assert await rig.cases.open_cases() == []
        assert not turn.done()
    assert await turn == Answer()
    assert await rig.cases.open_cases() == ["D-1001"]


async def test_broken_turn_leaves_nothing(rig: Rig, redis: Redis) -> None:
    """Cut off anywhere, a turn is stored whole or not at all, and comes again as if it were the first."""
    cut = 0
    while True:
        turn = asyncio.create_task(rig.desk.receive(said(BANNER)))
        for _ in range(cut):
            await asyncio.sleep(0)
        if turn.done():
            break
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
        open_cases = await rig.cases.open_cases()
        seen = await rig.cases.seen(CHAT.id, "1")
        assert (seen is not None) == bool(open_cases) == bool(await rig.queued())
        await redis.delete(keys.conversation_lock(CHAT.id))
        cut += 1
    assert cut > 5
    assert len(await rig.cases.open_cases()) == 1
    assert len([e for e in (await rig.case()).ledger if isinstance(e, Said)]) == 1


async def test_result_of_job_counts_once(rig: Rig) -> None:
    case = await rig.report()
    again = LookedUp(at=NOW, job=LOOKUP, facts=(Fact(id="dns", value="ok", source=Source.looked_up),))
    await rig.desk.apply(case.id, again)
    assert await rig.case() == case
    assert await rig.queued() == {}


async def test_late_or_unknown_result_changes_nothing(rig: Rig) -> None:
    case = await rig.report()
    for event in (
        JobLost(at=NOW, job=LOOKUP, how="expired"),
        JobLost(at=NOW, job="no such job", how="expired"),
        ProbesReported(at=NOW, job="D-1001-99", runner="r", results={}, done=True),
    ):
        await rig.desk.apply(case.id, event)
    assert await rig.case() == case
    assert await rig.queued() == {}


async def test_results_at_once_are_noted_once(rig: Rig) -> None:
    case = await rig.report()
    await rig.desk.receive(intake(case))
    job = next(job.job for job in (await rig.case()).running() if job.what == "probes")
    result = ProbeResult(prober="dns", host="teams.microsoft.com", port=None, ok=True)
    part = ProbesReported(at=NOW, job=job, runner="lyon", results={0: result})
    whole = replace(part, done=True, facts=(Fact(id="dns", value="ok"),))
    await asyncio.gather(
        *(rig.desk.apply(case.id, event) for event in (part, whole, part, whole)),
    )
    after = await rig.case()
    assert [fact.value for fact in after.facts() if fact.id == "dns"] == ["ok"]
    assert len([e for e in after.ledger if e.by == "runner:lyon"]) == 2


async def test_result_for_no_case_is_an_error(rig: Rig) -> None:
    with pytest.raises(NoSuchCase):
        await rig.desk.apply("D-9", JobLost(at=NOW, job="j", how="expired"))


async def test_installation_greets_only_once(rig: Rig) -> None:
    await rig.desk.receive(said("", "i1", kind="installed"))
    await rig.desk.receive(said("", "i2", kind="installed"))
    assert [item.effect for item in (await rig.queued())[CHAT.id]] == [Show(to="employee", slot="welcome")]


async def test_installation_in_a_team_is_quiet(rig: Rig) -> None:
    await rig.desk.receive(said("", kind="installed", conversation=replace(CHAT, id="19:x", kind="channel")))
    assert await rig.queued() == {}


async def test_installation_during_a_case_is_quiet(rig: Rig) -> None:
    case = await rig.report()
    await rig.desk.receive(said("", "i", kind="installed"))
    assert await rig.queued() == {}
    assert await rig.case() == case


async def test_conversation_is_kept_up_to_date(rig: Rig) -> None:
    await rig.desk.receive(said(BANNER))
    moved = replace(CHAT, service_url="https://smba.test/fr/")
    await rig.desk.receive(said("oui", "2", conversation=moved))
    records = await rig.stores.records.read([conversation_key(CHAT.id)])
    data = records[conversation_key(CHAT.id)].data
    assert data["conversation"]["service_url"] == "https://smba.test/fr/"
    assert data["case"] == "D-1001"


async def test_stranger_cannot_use_your_case(rig: Rig) -> None:
    case = await rig.report()
    hers = replace(CHAT, id="a:bob")
    await rig.desk.receive(intake(case, conversation=hers, person=BOB))
    assert await rig.case() == case


async def test_unknown_agent_is_asked_about(rig: Rig) -> None:
    case = await rig.report()
    tap = tapped("claim", "c", conversation=thread_of(case), person=SAMIR, case=case.id, invoke=True)
    answer = await rig.desk.receive(tap)
    assert answer.text
    assert [item.effect for item in (await rig.queued())[f"rights:{SAMIR.key}"]] == [
        CheckRights(incoming=tap)
    ]
    assert await rig.case() == case
    assert await rig.desk.receive(tap) == answer
    await rig.deliver()
    assert (await rig.case()).owner == SAMIR
    assert rig.fakes.asked.count(f"rights of {SAMIR.key}") == 1


async def test_denied_tap_is_recorded_and_told(rig: Rig) -> None:
    case = await rig.report()
    await rig.roster.learn(BOB.key, False)
    tap = tapped("resolve", "c", conversation=thread_of(case), person=BOB, case=case.id, invoke=True)
    answer = await rig.desk.receive(tap)
    after = await rig.case()
    assert "say.not_helpdesk" in answer.text
    assert after.last(Denied) == Denied(n=after.version, at=NOW, by="teams", person=BOB, verb="resolve")
    assert after.last(Claimed) is None


async def test_words_of_outsider_reach_nobody(rig: Rig) -> None:
    case = await rig.report()
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    thread = thread_of(case, next(sent.activity for sent in rig.teams.taken if sent.how == "thread"))
    await rig.roster.learn(BOB.key, False)
    await rig.desk.receive(said("faux conseil", "3", conversation=thread, person=BOB))
    after = await rig.case()
    assert [entry.verb for entry in after.all(Denied)] == ["message"]
    assert "faux conseil" not in [entry.text for entry in after.all(Said)]


async def test_words_of_agent_reach_employee(rig: Rig) -> None:
    case = await rig.report()
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.deliver()
    thread = thread_of(case, next(sent.activity for sent in rig.teams.taken if sent.how == "thread"))
    await rig.roster.learn(SAMIR.key, True)
    await rig.desk.receive(said("Essayez une autre prise", "3", conversation=thread, person=SAMIR))
    tell = (await rig.queued())[CHAT.id][-1].effect
    assert isinstance(tell, Tell)
    assert tell.values == {"name": SAMIR.name, "text": "Essayez une autre prise"}


async def test_card_cannot_take_over_a_thread(rig: Rig) -> None:
    """A button may claim any case; the thread stays with the case for which it was begun."""
    case = await rig.report()
    await rig.desk.receive(said("je veux parler à quelqu’un", "2"))
    await rig.desk.receive(said(BANNER, "b", conversation=replace(CHAT, id="a:bob"), person=BOB))
    await rig.deliver()
    thread = thread_of(case, next(sent.activity for sent in rig.teams.taken if sent.how == "thread"))
    await rig.roster.learn(SAMIR.key, True)
    other = (await rig.case(BOB)).id
    await rig.desk.receive(tapped("claim", "c", conversation=thread, person=SAMIR, case=other))
    await rig.desk.receive(said("à vous ?", "3", conversation=thread, person=SAMIR))
    assert "à vous ?" in [entry.text for entry in (await rig.case(ANNE)).all(Said)]


async def test_closed_case_makes_room_for_next(rig: Rig) -> None:
    first = await rig.report()
    await rig.desk.receive(said("annuler", "2"))
    assert (await rig.cases.load(first.id)).stage is Stage.withdrawn
    await rig.desk.receive(said(BANNER, "3"))
    assert (await rig.case()).id == "D-1002"


async def test_old_card_does_not_reopen_case(rig: Rig) -> None:
    case = await rig.report()
    tap = intake(case)
    await rig.desk.receive(said("annuler", "2"))
    closed = await rig.cases.load(case.id)
    await rig.desk.receive(replace(tap, activity="3"))
    assert await rig.cases.load(case.id) == closed
    assert await rig.cases.open_cases() == []


async def test_placed_card_of_other_case_stays(rig: Rig) -> None:
    case = await rig.report()
    await rig.placements.set("D-7", "safety", Placement(conversation=CHAT, activity="old"))
    assert await rig.desk.receive(intake(case, invoke=True, reply_to="old")) == Answer()


async def test_offer_of_case_keeps_its_nonce(rig: Rig) -> None:
    case = await rig.report()
    offered = case.last(Offered)
    assert offered is not None
    assert offered.nonce != ""
    assert case.id not in offered.nonce
