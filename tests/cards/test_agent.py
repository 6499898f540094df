from __future__ import annotations

import msgspec

from bot.domain.standing import Remark, Standing
from bot.domain.views import Ranked
from cards.agent import FOLD
from cards.elements import walk
from cards.render import MAX_BYTES, size
from tests.support.desk_samples import tools
from tests.support.drawn import buttons, draw, words
from tests.support.triage_views import triage
from tests.support.view_parts import NINE, later


def test_clock_is_said_in_words() -> None:
    shown = words(draw(tools("en")))
    assert "Priority: high" in shown or "Priority:" in shown
    assert "this time has passed" in shown
    calm = msgspec.structs.replace(tools("en"), standing=Standing(priority="normal", due=later(60)))
    assert "this time has passed" not in words(draw(calm))


def test_remarks_are_cited_newest_first() -> None:
    noted = tuple(Remark(text=f"constat {n}", by="Samir", at=NINE, n=n) for n in (4, 9))
    view = msgspec.structs.replace(tools("fr"), standing=Standing(priority="normal", due=NINE, remarks=noted))
    shown = words(draw(view))
    assert shown.index("constat 9") < shown.index("constat 4")
    assert "nº 9" in shown.replace("\u00a0", " ")


def test_tools_wait_behind_one_button() -> None:
    nodes = list(walk(draw(tools("fr"))))
    (box,) = [node for node in nodes if node.get("id") == FOLD]
    assert box["isVisible"] is False
    inside = [button["verb"] for button in buttons(box)]
    assert inside == ["check", "priority", "assign", "ask", "finding"]
    assert {node["id"] for node in walk(box) if node["type"].startswith("Input.")} == {
        "priority", "agent", "assign", "ask", "finding",
    }  # fmt: skip


def test_people_are_picked_or_typed() -> None:
    (picker,) = [node for node in walk(draw(tools("fr"))) if "choices.data" in node]
    assert picker["choices.data"]["dataset"] == "graph.microsoft.com/users?scope=currentContext"
    assert picker["choices"] == []


def test_no_input_stands_in_the_way_of_another() -> None:
    inputs = [node for node in walk(draw(tools("fr"))) if node["type"].startswith("Input.")]
    assert not any(node.get("isRequired") for node in inputs)


def test_closed_case_has_no_tools() -> None:
    closed = draw(msgspec.structs.replace(tools("fr"), closed=True))
    assert not [node for node in walk(closed) if node.get("id") == FOLD]
    assert not [node for node in walk(draw(triage("fr"))) if node.get("id") == FOLD]


def test_largest_card_with_tools_stays_small() -> None:
    view, text = tools("fr"), "Une très longue explication avec des accents éàü ; " * 20
    fact, try_ = view.evidence_for[0], view.tried[0]
    noted = tuple(Remark(text=text, by="Samir Benali", at=NINE, n=n) for n in range(40))
    large = msgspec.structs.replace(
        view,
        standing=Standing(priority="urgent", due=NINE, overdue=True, remarks=noted),
        causes=tuple(Ranked(text, n) for n in range(21)),
        evidence_for=(msgspec.structs.replace(fact, text=text),) * 60,
        against=(msgspec.structs.replace(fact, text=text),) * 60,
        tried=(msgspec.structs.replace(try_, text=text),) * 40,
        asked_body=(text,) * 30,
    )
    assert MAX_BYTES // 2 < size(draw(large)) < MAX_BYTES
