"""Agents' orders, from what they type to what is written there, on a real Redis."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from bot import keys
from bot.domain.events import Consult, LookedUp, ProbesReported, Tell
from bot.domain.fact import Fact, Source
from bot.domain.order import Order
from bot.domain.people import Person
from bot.domain.probe import Failure, ProbeResult
from bot.errors import DirectoryError
from bot.jobs.asking import TAKES, copy_slot
from bot.state.outbox import Item
from tests.support.agents import (
    BOB,
    GROUP,
    NOOR,
    POST,
    PRIVATE,
    desk,
    handed_over,
    order,
    press,
    typed,
    words,
)
from tests.support.rig import ANNE, NOW, SAMIR, Rig, said


@pytest.fixture
async def rig(redis: Redis) -> Rig:
    return await desk(redis)


@pytest.mark.parametrize("text", ["queue", "File d'attente", "/queue"])
async def test_queue_lists_open_cases(rig: Rig, text: str) -> None:
    case, _ = await handed_over(rig)
    (message,) = await order(rig, text)
    assert f"{case.id} · Anne Martin" in words(message)


async def test_empty_queue_says_so(rig: Rig) -> None:
    (message,) = await order(rig, "queue")
    assert "Aucun dossier" in words(message)


async def test_queue_is_filtered_by_words(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    assert case.id not in words((await order(rig, "queue lyon"))[0])
    assert case.id not in words((await order(rig, "file d'attente à moi"))[0])
    await order(rig, f"je prends {case.id}")
    assert case.id in words((await order(rig, "file d'attente à moi"))[0])


async def test_filtered_queue_takes_the_cards_place(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    await order(rig, "queue")
    card = next(sent for sent in rig.teams.taken if sent.conversation == POST.id)
    await press(rig, "queue", POST, reply_to=card.activity, values={"mine": "true"})
    last = rig.teams.taken[-1]
    assert (last.how, last.activity) == ("update", card.activity)
    assert f"{case.id} ·" not in words(last.message)


@pytest.mark.parametrize("where", [POST, PRIVATE])
async def test_case_is_shown_here_and_kept_true(rig: Rig, where: object) -> None:
    case, thread = await handed_over(rig)
    place = POST if where is POST else PRIVATE
    shown = await order(rig, f"dossier {case.id[2:]}", place)
    assert [message.card and message.card["slot"] for message in shown] == [copy_slot(place.id)]
    placed = await rig.placements.get(case.id, copy_slot(place.id))
    assert placed is not None
    await order(rig, "je prends", thread)
    updated = [sent.activity for sent in rig.teams.taken if sent.how == "update"]
    assert placed.activity in updated


async def test_button_of_a_copy_in_private_counts(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    await order(rig, case.id, PRIVATE)
    placed = await rig.placements.get(case.id, copy_slot(PRIVATE.id))
    assert placed is not None
    await press(rig, "claim", PRIVATE, case, reply_to=placed.activity)
    assert (await rig.case()).owner == SAMIR


async def test_unknown_case_is_named(rig: Rig) -> None:
    assert [words(m) for m in await order(rig, "dossier 4711")] == ["say.no_such_case D-4711"]
    assert [words(m) for m in await order(rig, "claim D-4711")] == ["say.no_such_case D-4711"]
    assert [words(m) for m in await order(rig, "claim")] == ["say.which_case "]


async def test_order_from_elsewhere_shows_its_case(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    shown = await order(rig, f"priorité {case.id} urgente", PRIVATE)
    assert [message.card and message.card["slot"] for message in shown] == [copy_slot(PRIVATE.id)]


async def test_order_for_a_closed_case_shows_it(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    await rig.desk.receive(said("annuler", "x"))
    closed = await rig.cases.load(case.id)
    shown = await order(rig, f"claim {case.id}")
    assert [message.card and message.card["slot"] for message in shown] == [copy_slot(POST.id)]
    assert await rig.cases.load(case.id) == closed


async def test_employee_gets_no_agents_answer(rig: Rig) -> None:
    case, _ = await handed_over(rig)
    before = await rig.cases.load(case.id)
    await rig.roster.learn(BOB.key, False)
    hers = replace(PRIVATE, id="a:bob")
    for text in ("queue", f"dossier {case.id}", "licence anne@contoso.fr", f"claim {case.id}", "sonder lyon"):
        assert not any(case.id in words(m) or "Anne" in words(m) for m in await order(rig, text, hers, BOB))
    assert await rig.cases.load(case.id) == before
    assert not any(asked.startswith(("look up anne@", "probe")) for asked in rig.fakes.asked)


async def test_unknown_agent_in_private_is_asked_about(rig: Rig) -> None:
    claire = Person(id="29:claire", name="Claire", aad="aad-claire")
    rig.fakes.helpdesk.add(claire.key)
    (message,) = await order(rig, "queue", replace(PRIVATE, id="a:claire"), claire)
    assert "Aucun dossier" in words(message)
    assert rig.fakes.asked == [f"rights of {claire.key}"]


async def test_outsider_in_a_channel_is_refused_and_recorded(rig: Rig) -> None:
    await rig.roster.learn(BOB.key, False)
    told = await order(rig, "licence anne@contoso.fr", POST, BOB)
    assert [words(m) for m in told] == ["say.orders_refused Bob"]
    (line,) = await rig.asked.audit.lines(10)
    assert (line.what, line.by, line.about, line.why) == ("refused", BOB.key, "anne@contoso.fr", "licence")
    assert not any(asked.startswith("look up") for asked in rig.fakes.asked)


async def test_outsider_in_a_thread_is_denied(rig: Rig) -> None:
    _, thread = await handed_over(rig)
    await rig.roster.learn(BOB.key, False)
    await order(rig, "je prends", thread, BOB)
    assert (await rig.case()).owner is None
    assert [entry.by for entry in (await rig.case()).ledger][-1] == "teams"


async def test_group_of_agents_may_read(rig: Rig) -> None:
    rig.teams.people = (SAMIR, NOOR)
    assert "Aucun dossier" in words((await order(rig, "queue", GROUP))[0])


@pytest.mark.parametrize("readers", [(SAMIR, BOB), ()])
async def test_group_with_others_may_not(rig: Rig, readers: tuple[Person, ...]) -> None:
    rig.teams.people = readers
    for text in ("queue", "licence anne@contoso.fr", "D-1001", "astreinte"):
        assert [words(m) for m in await order(rig, text, GROUP)] == ["say.only_among_agents"]
    assert not any(asked.startswith("look up") for asked in rig.fakes.asked)


def looked_up(**values: Any) -> LookedUp:
    return LookedUp(at=NOW, job="", **values)


async def test_licence_is_looked_up_and_on_record(rig: Rig) -> None:
    facts = (Fact(id="licence.teams", value="missing", source=Source.looked_up),)
    rig.fakes.found = looked_up(facts=facts, account={"display_name": "Anne Martin"})
    (message,) = await order(rig, "licence anne.martin@contoso.fr", PRIVATE)
    assert "anne.martin@contoso.fr" in words(message)
    assert "Compte de Anne Martin" in words(message)
    assert "Teams" in words(message)
    assert "look up anne.martin@contoso.fr" in rig.fakes.asked
    (line,) = await rig.asked.audit.lines(10)
    assert (line.what, line.by, line.by_name, line.about) == (
        "account", SAMIR.key, SAMIR.name, "anne.martin@contoso.fr",
    )  # fmt: skip


async def test_case_lookup_is_on_record(rig: Rig) -> None:
    case = await rig.report()
    (line,) = await rig.asked.audit.lines(10)
    assert (line.what, line.by, line.about, line.case) == ("account", "bot", ANNE.key, case.id)


async def test_silent_directory_is_said(rig: Rig) -> None:
    rig.fakes.failures.append(DirectoryError("away"))
    assert [words(m) for m in await order(rig, "licence a@b.fr")] == ["say.directory_failed"]


@pytest.mark.parametrize(
    ("why", "said_so"),
    [("no_such_person", "say.no_such_person a@b.fr"), ("graph_not_configured", "say.no_directory")],
)
async def test_person_not_found_is_said(rig: Rig, why: str, said_so: str) -> None:
    rig.fakes.found = looked_up(not_checked=dict.fromkeys(("account.enabled", "licence.teams"), why))
    assert [words(m) for m in await order(rig, "licence a@b.fr")] == [said_so]


async def measured(rig: Rig, job: str) -> None:
    result = ProbeResult(prober="dns", host="x", port=None, ok=False, failure=Failure.dns_timeout)
    event = ProbesReported(
        at=NOW,
        job=job,
        runner="lyon-1",
        results={0: result},
        facts=(Fact(id="dns", value="fail", source=Source.measured), Fact(id="tcp443", value="ok")),
        done=True,
    )
    await rig.asking.measured(job, replace(event, done=False))
    await rig.asking.measured(job, event)
    await rig.asking.measured(job, event)
    await rig.deliver()


@pytest.mark.parametrize("text", ["probe lyon", "sonder Lyon"])
async def test_site_is_measured_without_a_case(rig: Rig, text: str) -> None:
    assert [words(m) for m in await order(rig, text)] == ["say.measuring Lyon"]
    (job,) = rig.fakes.jobs
    assert (job.site, job.case, job.plan) == ("lyon", "", "network")
    await measured(rig, job.id)
    answers = [sent.message for sent in rig.teams.taken if sent.conversation == POST.id][1:]
    assert len(answers) == 1
    assert "lyon-1" in words(answers[0])
    assert "En panne" in words(answers[0])
    await rig.hurry()
    rig.clock.forward(TAKES.total_seconds())
    await rig.deliver()
    assert len([sent for sent in rig.teams.taken if sent.conversation == POST.id]) == 2


async def test_measurement_that_never_comes_is_said(rig: Rig) -> None:
    await order(rig, "probe lyon")
    rig.clock.forward(TAKES.total_seconds())
    await rig.hurry()
    await rig.deliver()
    last = [sent.message for sent in rig.teams.taken if sent.conversation == POST.id][-1]
    assert "Aucun résultat" in words(last)
    await measured(rig, rig.fakes.jobs[0].id)
    assert len([sent for sent in rig.teams.taken if sent.conversation == POST.id]) == 2


async def test_silent_or_unknown_site_is_said(rig: Rig, redis: Redis) -> None:
    assert [words(m) for m in await order(rig, "probe atlantis")] == ["say.no_such_site Lyon"]
    rig.fakes.why_not = "no_runner"
    assert [words(m) for m in await order(rig, "probe lyon")] == ["say.no_runner Lyon"]
    assert await redis.keys(keys.asked("*")) == []


async def test_on_call_list_is_kept(rig: Rig) -> None:
    assert "Personne" in words((await order(rig, "astreinte"))[0])
    assert "Noor Haddad" in words((await order(rig, "astreinte ajouter @Noor Haddad"))[0])
    assert "Samir" in words((await order(rig, "on call add me"))[0])
    assert [person.key for person in await rig.asked.on_call.people()] == [NOOR.key, SAMIR.key]
    await order(rig, "on call remove noor.haddad@contoso.fr")
    assert [person.key for person in await rig.asked.on_call.people()] == [SAMIR.key]
    assert [words(m) for m in await order(rig, "on call add Bob")] == ["say.no_such_agent"]


async def test_commands_are_listed(rig: Rig) -> None:
    (message,) = await order(rig, "aide")
    assert all(word in words(message) for word in ("licence", "escalader", "constat", "sonder"))


async def test_order_carried_out_twice_answers_once(rig: Rig) -> None:
    effect = Consult(order=Order(name="queue"), incoming=typed("queue"))
    item = Item(id="o1", queue="order:x", effect=effect, conversation=POST)
    await rig.asking.answer(item)
    await rig.asking.answer(item)
    await rig.deliver()
    assert len(rig.teams.taken) == 1


async def test_other_effect_is_no_order(rig: Rig) -> None:
    with pytest.raises(TypeError, match="Tell is no order"):
        await rig.asking.answer(Item(id="1", queue="q", effect=Tell(to="employee", text="x")))
