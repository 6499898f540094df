"""The lines of a case's thread: one for each milestone, none for anything else, none before there is a thread."""

from __future__ import annotations

import pytest

from bot.domain.case import Case, Moved, Prioritised, Stage
from bot.domain.events import Tell, Wake
from dialogs import service
from dialogs.draft import Rules
from dialogs.trail import follow
from tests.support.cases import SAMIR, CaseBuilder
from tests.support.dialogue import NOOR, Dialogue

NOBODYS = Rules(playbook=Dialogue().rules.playbook)


def posted() -> CaseBuilder:
    return CaseBuilder().opened().offered("act.fix_dns", "helpdesk")


def lines(case: Case, was: int) -> list[str]:
    return [one.text for one in follow(case, was, NOBODYS, "fr") if isinstance(one, Tell)]


def last(talk: Dialogue, was: int) -> list[tuple[str, dict[str, str]]]:
    found = follow(talk.case, was, talk.rules, "fr")
    return [(one.text, one.values) for one in found if isinstance(one, Tell)]


def test_nothing_is_written_before_there_is_a_thread() -> None:
    case = CaseBuilder().opened().claimed().moved(Stage.fixed).case
    assert follow(case, 1, NOBODYS, "fr") == ()


def test_card_itself_tells_what_came_with_it() -> None:
    case = CaseBuilder().opened().judged("network.dns", 0.9).offered("act.fix_dns", "helpdesk").case
    assert follow(case, 1, NOBODYS, "fr") == (service.wake(case),)


def test_claim_and_assignment_are_told_apart() -> None:
    claimed = posted().claimed(SAMIR)
    assert lines(claimed.case, 2) == ["trail.claimed"]
    given = claimed.add(type(claimed.case.ledger[-1]), "agent:Samir Benali", agent=NOOR)
    (line,) = (one for one in follow(given.case, 3, NOBODYS, "fr") if isinstance(one, Tell))
    assert (line.text, line.values) == ("trail.assigned", {"name": "Samir Benali", "agent": "Noor"})
    assert line.mentions == (NOOR,)


def test_priority_starts_another_clock() -> None:
    case = posted().add(Prioritised, "agent:Noor", priority="urgent").case
    line, wake = follow(case, 2, NOBODYS, "fr")
    assert line == Tell(to="helpdesk", text="ranked.urgent", values={"name": "Noor"})
    assert wake == Wake(key="due:urgent", due=service.due(case))


@pytest.mark.parametrize(
    ("stage", "line"),
    [
        (Stage.fixed, ["trail.fixed"]),
        (Stage.withdrawn, ["trail.withdrawn"]),
        (Stage.verifying, ["trail.verifying"]),
        (Stage.microsoft, []),
        (Stage.guiding, []),
    ],
)
def test_stages_that_matter_are_told(stage: Stage, line: list[str]) -> None:
    assert lines(posted().moved(stage).case, 2) == line


def test_reopening_is_told() -> None:
    case = posted().moved(Stage.fixed).add(Moved, to=Stage.helpdesk).case
    assert lines(case, 3) == ["trail.reopened"]


def test_measurements_are_told_in_words() -> None:
    talk = Dialogue().checked(dns="fail")
    talk.agent("check")
    was = talk.case.version
    talk.looked_up()
    assert last(talk, was) == []
    was = talk.case.version
    talk.probes(dns="fail", ntp="fail")
    ((text, values),) = last(talk, was)
    assert text == "trail.measured"
    assert len(values["what"]) > 10
    was = talk.agent("check").case.version
    talk.looked_up().probes()
    assert ("trail.measured_good", {}) in last(talk, was)
    was = talk.agent("check").case.version
    talk.looked_up().lost("probes")
    assert [text for text, _ in last(talk, was)] == ["trail.not_measured"]


def test_verdict_is_told_with_its_certainty() -> None:
    case = posted().judged("network.dns", 0.998).case
    (line,) = follow(case, 2, NOBODYS, "en")
    assert isinstance(line, Tell)
    assert line.values["percent"] == "99"
    assert lines(posted().judged("undetermined", 0.0).case, 2) == []


def test_ordinary_talk_leaves_no_line() -> None:
    case = (
        posted()
        .said("toujours rien")
        .fact("scope", "one")
        .stepped("act.fix_dns")
        .known("phone", mac="x")
        .case
    )
    assert follow(case, 2, NOBODYS, "fr") == ()


def test_nothing_new_means_no_line() -> None:
    case = posted().claimed().case
    assert follow(case, case.version, NOBODYS, "fr") == ()
