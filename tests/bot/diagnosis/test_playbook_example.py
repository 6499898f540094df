"""The example of docs/playbook.md is real: it loads, it is sound, and a case is diagnosed and guided with it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.diagnosis.ask import answer
from bot.diagnosis.check import check
from bot.diagnosis.explain import explain
from bot.diagnosis.fill import Filler
from bot.diagnosis.playbook import load, restricted
from bot.domain.diagnosis import Diagnosis
from bot.domain.fact import Fact, Value
from bot.escalation.template import fill
from bot.escalation.titles import PlaybookTitles
from dialogs.draft import Rules
from tests.support.cases import CaseBuilder
from tests.support.dialogue import LYON, PORTO, Dialogue, sites
from tests.support.house import ROOT

EXAMPLE = ROOT / "docs/playbook-example"
PAGE = (ROOT / "docs/playbook.md").read_text("utf-8")
FILES = sorted(EXAMPLE.glob("*.toml"))


def ask(site: str, **values: Value) -> Diagnosis:
    names = {"since": "outage.since", "poe": "switch.poe", "firmware": "phone.firmware"}
    facts = [{"id": names[name], "value": value} for name, value in values.items()]
    question = {"symptom": "no_power", "site": site, "model": "mp56", "facts": facts}
    return answer(json.dumps(question).encode(), load(EXAMPLE))


def conversation(site: str) -> Dialogue:
    talk = Dialogue(LYON, PORTO)
    talk.rules = Rules(playbook=load(EXAMPLE), sites=sites(LYON, PORTO))
    talk >> "Bonjour, mon téléphone Yealink MP56 ne s'allume plus"
    return talk.tap("start", site=site, symptom="no_power").looked_up()


def test_example_adds_no_problem() -> None:
    assert [problem for problem in check(load(EXAMPLE)) if problem not in check(load())] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_page_shows_the_very_file(path: Path) -> None:
    shown = f"`playbook-example/{path.name}`:\n\n```toml\n{path.read_text('utf-8')}```\n"
    assert shown in PAGE


def test_page_shows_no_other_file() -> None:
    assert len(re.findall(r"^```toml$", PAGE, re.MULTILINE)) == len(FILES) == 3


def test_page_tells_what_diagnose_says() -> None:
    found = re.search(r"```json\n(.+?)```", PAGE, re.DOTALL)
    assert found
    diagnosis = answer(found[1].encode(), load(EXAMPLE))
    assert diagnosis.next
    assert f"`{diagnosis.verdict}  next: {diagnosis.next.step}`" in PAGE


def test_cause_exists_at_its_site_only() -> None:
    assert ask("lyon", since="morning", poe="disabled").verdict == "power.night_saving"
    elsewhere = ask("porto", since="morning", poe="disabled")
    assert "power.night_saving" not in {cause.id for cause in elsewhere.causes}


def test_own_question_moves_belief() -> None:
    belief = {since: ask("lyon", since=since).causes for since in ("morning", "day")}
    assert belief["morning"][0].id == "power.night_saving"
    assert belief["day"][0].id != "power.night_saving"


@pytest.mark.parametrize(
    ("version", "word"), [("122.15.0.60", "obsolete"), ("122.15.0.77", "old"), ("122.15.0.166", "current")]
)
def test_firmware_is_judged_by_the_model(version: str, word: str) -> None:
    book = restricted(load(EXAMPLE), "mp56", "lyon")
    assert book.bucket(Fact(id="phone.firmware", value=version)) == word


def test_every_step_can_be_read_for_the_phone() -> None:
    book = load(EXAMPLE)
    filler = Filler(model=book.models["mp56"])
    texts = [line for step in book.steps.values() for line in (*step.body.fr, step.title.fr, step.why.fr)]
    assert not [text for text in texts if "{" in filler.fill(text, "fr")]


@pytest.mark.parametrize("said", ["morning", "Avant mon arrivée", "before i arrived"])
def test_own_question_is_asked_and_understood(said: str) -> None:
    talk = conversation("lyon").until("ask.outage_since")
    talk = talk.answer(said) if said == "morning" else talk >> said
    assert talk.fact("outage.since") == "morning"
    assert talk.asked != "ask.outage_since"


def test_own_cause_reaches_its_act() -> None:
    talk = conversation("lyon").until("ask.outage_since").answer("morning").until("act.end_night_saving")
    talk.agent("resolve").until("verify.test_call")


def test_own_question_stays_at_its_site() -> None:
    talk = conversation("porto")
    with pytest.raises(AssertionError, match="never came"):
        talk.until("ask.outage_since")


def test_own_fact_has_words_everywhere() -> None:
    fact = Fact(id="outage.since", value="morning")
    titles = PlaybookTitles(load(EXAMPLE), "fr")
    assert "éteint ce matin" in titles.evidence(fact)
    case = CaseBuilder().opened().fact("outage.since", "morning").case
    assert titles.evidence(fact) in {row.text for row in fill(case, titles, None, "tenant").facts}
    assert "outage.since" in {row["id"] for row in explain(load(EXAMPLE))["facts"]}
