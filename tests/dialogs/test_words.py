from __future__ import annotations

import pytest

from bot.diagnosis.engine import diagnose
from bot.diagnosis.playbook import load
from bot.domain.case import Noted, Stage, Stepped
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.fact import Fact, Source
from dialogs.filling import Filled
from dialogs.words import acts, cited, contradictions, evidence, running, time_zone, tried
from tests.support.cases import START, CaseBuilder
from tests.support.dialogue import PORTO

BOOK = load()
FR, EN = (Filled(book=BOOK, locale=locale) for locale in LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_id_has_a_title(locale: Locale) -> None:
    for known in (*BOOK.steps, *BOOK.causes, *BOOK.facts, *BOOK.symptoms):
        assert Filled(book=BOOK, locale=locale).title(known) != known


def test_id_that_is_gone_is_shown() -> None:
    assert FR.title("act.gone") == "act.gone"


def test_fact_cites_its_entry() -> None:
    entry = Noted(n=7, at=START, by="runner:lyon", fact="dns", value="fail", source=Source.measured)
    line = evidence(EN, entry)
    assert (line.n, line.source, line.outcome, line.by) == (7, Source.measured, None, "lyon")
    assert line.text


def test_only_runners_are_named() -> None:
    entry = Noted(n=7, at=START, by="graph", fact="licence.teams", value="ok", source=Source.looked_up)
    assert evidence(EN, entry).by == ""


def test_act_shows_its_outcome() -> None:
    entry = Stepped(n=8, at=START, by="user", step="act.restart_phone", outcome="not_fixed")
    assert evidence(EN, entry).outcome == "not_fixed"


def test_citations_that_lead_nowhere_are_left_out() -> None:
    case = CaseBuilder().opened().measured("dns", "fail").case
    assert [line.n for line in cited(FR, case, (2, 1, 0, -1, 99))] == [2]


def test_tried_is_what_was_done() -> None:
    case = (
        CaseBuilder().opened().stepped("ask.scope", "answered").stepped("act.restart_phone").stepped(
            "act.fix_clock", "refused"
        ).stepped("verify.test_call", "fixed")
    ).case  # fmt: skip
    assert [line.n for line in tried(FR, case)] == [3, 5]


def test_contradiction_names_both_values() -> None:
    facts = [Fact(id="scope", value="one"), Fact(id="scope", value="site")]
    (line,) = contradictions(EN, diagnose(BOOK, None, facts))
    assert " ≠ " in line


def test_closed_case_waits_for_no_work() -> None:
    builder = CaseBuilder().opened().started(what="lookup")
    assert running(builder.case) == ("lookup",)
    assert running(builder.moved(Stage.withdrawn).case) == ()


def test_clock_is_read_at_the_site() -> None:
    assert time_zone(PORTO) == "Europe/Lisbon"
    assert time_zone(None) == "Europe/Paris"


def test_ticket_is_first_for_the_helpdesk() -> None:
    steps = load().steps
    assert acts(steps["escalate.microsoft"]) == "agent"
    assert acts(steps["act.fix_dns"]) == "network"
    assert acts(None) is None


def test_ports_are_for_engineers() -> None:
    entry = Noted(n=7, at=START, by="runner:lyon", fact="tcp443", value="fail", source=Source.measured)
    for language in (FR, EN):
        assert "443" not in evidence(language, entry).text
        assert evidence(language, entry, role="helpdesk").text.endswith(" (TCP 443)")
