from __future__ import annotations

from bot.diagnosis.playbook import load
from bot.domain.case import Known, Moved, Offered, Stage
from bot.domain.events import Refresh, Tell
from dialogs.draft import Draft, Rules, nonce_of, slot_of
from tests.support.cases import START, CaseBuilder
from tests.support.dialogue import LYON, sites

RULES = Rules(playbook=load(), sites=sites(LYON))


def draft() -> Draft:
    return Draft(CaseBuilder().opened().case, START, RULES)


def test_entries_are_numbered_in_turn() -> None:
    work = draft()
    work.note("scope", "one", "told", "user")  # type: ignore[arg-type]  # an enum of words
    work.step("ask.scope", "answered", "user")
    assert [entry.n for entry in work.case.ledger] == [1, 2, 3]


def test_case_drafted_from_stays_as_it_was() -> None:
    case = CaseBuilder().opened().case
    Draft(case, START, RULES).move(Stage.guiding)
    assert case.version == 1


def test_moving_nowhere_adds_nothing() -> None:
    work = draft()
    work.move(Stage.guiding)
    work.move(Stage.guiding)
    assert len(list(work.case.all(Moved))) == 1


def test_known_particulars_are_noted_once() -> None:
    work = draft()
    work.know("phone", {"label": "Accueil", "mac": ""}, "user")
    work.know("phone", {"label": "Accueil"}, "user")
    assert [entry.data for entry in work.case.all(Known)] == [{"label": "Accueil"}]


def test_offers_of_a_case_are_told_apart() -> None:
    work = draft()
    one, two = work.offer("ask.scope", "employee"), work.offer("ask.scope", "employee")
    assert one.nonce != two.nonce
    assert one.nonce == nonce_of(work.case.id, one.n)


def test_offers_of_cases_are_told_apart() -> None:
    assert nonce_of("D-1", 12) != nonce_of("D-11", 2)


def test_forms_have_their_own_slots() -> None:
    offers = (Offered(n=7, at=START, by="bot", step=step, to="employee", nonce="x") for step in SLOTS)
    assert [slot_of(offered) for offered in offers] == list(SLOTS.values())


SLOTS = {"intake": "intake:7", "details": "details:7", "ask.scope": "step:7", "act.fix_dns": "step:7"}


def test_triage_card_follows_once_it_stands() -> None:
    work = draft()
    work.tell("say.noted")
    assert work.result().effects == (Tell(to="employee", text="say.noted"),)
    work.offer("act.fix_dns", "helpdesk")
    assert work.result().effects[-1] == Refresh(slot="triage")


def test_site_that_is_gone_is_unknown() -> None:
    assert RULES.site(CaseBuilder().opened().known("site", id="closed-down").case) is None
    assert RULES.site(CaseBuilder().opened().known("site", id="lyon").case) == LYON
