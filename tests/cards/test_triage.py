from __future__ import annotations

import msgspec
import pytest

from cards.elements import walk
from cards.plain import clean
from cards.render import render
from tests.support.drawn import buttons, draw, titles, words
from tests.support.triage_views import triage


def test_most_urgent_comes_first() -> None:
    shown = words(draw(triage("en")))
    parts = (
        "Emergency calls",
        "To be done by",
        "Possible causes",
        "Facts for",
        "Contradictions",
        "Already tried",
    )
    order = [shown.index(part) for part in parts]
    assert order == sorted(order)


def test_everything_in_the_view_is_shown() -> None:
    view = triage("fr")
    shown = words(draw(view))
    facts = [fact.text for fact in (*view.evidence_for, *view.against)]
    causes = [cause.title for cause in view.causes]
    said = (
        view.who,
        view.upn,
        view.where,
        view.phone,
        view.owner,
        view.asked,
        *view.asked_body,
    )
    expected = (*said, *facts, *causes, *(item.text for item in view.tried))
    assert [text for text in expected if clean(text) not in shown] == []


def test_running_jobs_are_said_in_words() -> None:
    assert "Measuring the site’s network" in words(draw(triage("en")))


def test_buttons_name_the_act_asked_for() -> None:
    drawn = buttons(draw(triage("fr")))
    assert [button["title"] for button in drawn] == [
        "Je prends", "Réparé", "Toujours en panne", "Transmettre à Microsoft",
    ]  # fmt: skip
    assert {button["data"]["step"] for button in drawn} == {"act.fix_dns"}


def test_closed_case_has_no_buttons_left() -> None:
    card = draw(msgspec.structs.replace(triage("en"), closed=True))
    assert not titles(card)
    assert "To be done" not in words(card)
    assert "Emergency calls" not in words(card)


@pytest.mark.parametrize(("told", "said"), [(True, "has been told"), (False, "has not been told yet")])
def test_card_says_whether_the_employee_knows(told: bool, said: str) -> None:
    assert said in words(draw(msgspec.structs.replace(triage("en"), told=told)))


def test_case_without_lead_says_so() -> None:
    card = draw(msgspec.structs.replace(triage("en"), causes=(), asked="", owner=""))
    assert "No lead yet." in words(card)
    assert "Taken by: nobody yet" in words(card)
    assert titles(card)


def test_outcome_in_words_is_kept() -> None:
    tried = msgspec.structs.replace(triage("en").tried[0], outcome="half mended")
    shown = words(draw(msgspec.structs.replace(triage("en"), tried=(tried,))))
    assert "half mended, 22 Nov at 09:26, no. 20" in shown


def test_no_input_stands_on_the_card() -> None:
    assert not [node for node in walk(draw(triage("fr"))) if node["type"].startswith("Input.")]


def test_summary_names_case_person_and_act() -> None:
    assert (
        render(triage("en")).summary
        == "D-1042, Jeanne Martin, Lyon Part-Dieu: Restart the name server 10.20.0.53"
    )


def test_silent_employee_is_said_to_be_so() -> None:
    view = msgspec.structs.replace(triage("en"), nonce="", asked="", mark="m4rk", silent=triage("en").since)
    shown = words(draw(view))
    assert "has not answered the check" in shown
    assert titles(draw(view))[:1] != []


def test_older_case_is_cited() -> None:
    assert "Fait suite à\u00a0: D-1031" in words(
        draw(msgspec.structs.replace(triage("fr"), earlier="D-1031"))
    )
    assert "Fait suite" not in words(draw(triage("fr")))
