"""The playbook's words for a ticket."""

from __future__ import annotations

import pytest

from bot.diagnosis.playbook import load
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.fact import VOCABULARY, Fact
from bot.escalation.form import form
from bot.escalation.titles import PlaybookTitles


def test_titles_are_those_of_the_playbook() -> None:
    playbook, titles = load(), PlaybookTitles(load(), "fr")
    assert titles.step("act.restart_phone") == playbook.steps["act.restart_phone"].title.fr
    assert titles.cause("network.dns") == playbook.causes["network.dns"].title.fr
    assert titles.symptom("cannot_call") == playbook.symptoms["cannot_call"].title.fr
    assert titles.fact("dns") == playbook.facts["dns"].title.fr


def test_evidence_is_a_sentence_in_its_language() -> None:
    dns = Fact(id="dns", value="fail")
    assert PlaybookTitles(load(), "en").evidence(dns) == load().facts["dns"].values["fail"].en
    assert PlaybookTitles(load(), "fr").evidence(dns) == load().facts["dns"].values["fail"].fr


@pytest.mark.parametrize("locale", LOCALES)
def test_unknown_ids_stay_readable(locale: Locale) -> None:
    titles = PlaybookTitles(load(), locale)
    for shown in (titles.step("act.gone"), titles.cause("act.gone"), titles.symptom("act.gone")):
        assert shown == "act.gone"
    assert titles.evidence(Fact(id="gone.fact", value="x"))


def test_expected_actions_are_steps_of_the_playbook() -> None:
    assert set(form().tried.expected) <= set(load().steps)


def test_every_fact_can_be_said() -> None:
    titles = PlaybookTitles(load(), "fr")
    assert all(titles.evidence(Fact(id=fact, value="unknown")) for fact in VOCABULARY)
