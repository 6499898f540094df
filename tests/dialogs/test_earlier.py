from __future__ import annotations

from bot.domain.case import Case, Stage
from bot.domain.views import IntakeView
from dialogs import earlier
from tests.support.cases import CaseBuilder
from tests.support.dialogue import LYON, PORTO
from tests.support.owntalk import OwnTalk


def closed(name: str, site: str = "lyon", **phone: str) -> Case:
    """An older case about a phone."""
    built = CaseBuilder(name).opened().known("site", id=site)
    return (built.known("phone", **phone) if phone else built).moved(Stage.fixed).case


DESK = closed("D-31", label="4217", mac="64:16:7F:00:00:01", model="Poly CCX 500")
HALL = closed("D-20", "porto", label="4300", mac="64:16:7F:00:00:02")


def come_back(*past: Case, text: str = "Bonjour, mon téléphone affiche « No internet »") -> OwnTalk:
    return OwnTalk(LYON, PORTO, past=past) >> text


def intake(talk: OwnTalk) -> IntakeView:
    offered = talk.case.offer()
    view = talk.view(f"intake:{offered.n}") if offered else None
    assert isinstance(view, IntakeView)
    return view


def test_phone_and_site_are_filled_in() -> None:
    view = intake(come_back(DESK, HALL))
    assert [(c.value, c.title) for c in view.phones] == [
        ("D-31", "4217 · Lyon · Poly CCX 500"),
        ("D-20", "4300 · Porto"),
    ]
    assert (view.earlier, view.site, view.phone, view.symptom) == ("D-31", "lyon", "", "no_internet_banner")


def test_one_tap_begins_the_checks() -> None:
    talk = come_back(DESK)
    talk.tap("start", symptom="no_internet_banner", site="lyon", earlier="D-31", phone="")
    talk.sees("start probes")
    assert talk.case.known("phone")["mac"] == "64:16:7F:00:00:01"
    assert talk.case.site == "lyon"
    assert intake_answered(talk) == "4217"


def intake_answered(talk: OwnTalk) -> str:
    number = next(e.n for e in talk.case.ledger if getattr(e, "step", "") == "intake")
    view = talk.view(f"intake:{number}")
    assert isinstance(view, IntakeView)
    return view.phone


def test_other_phone_brings_its_own_site() -> None:
    talk = come_back(DESK, HALL)
    talk.tap("start", symptom="no_internet_banner", site="lyon", earlier="D-20", phone="")
    assert (talk.case.site, talk.case.known("phone")["label"]) == ("porto", "4300")


def test_site_chosen_anew_counts_more() -> None:
    talk = come_back(DESK, HALL)
    talk.tap("start", symptom="no_internet_banner", site="porto", earlier="D-31", phone="")
    assert talk.case.site == "porto"


def test_typed_phone_counts_more_than_the_list() -> None:
    talk = come_back(DESK)
    talk.tap("start", symptom="no_internet_banner", site="lyon", earlier="D-31", phone="4999")
    assert talk.case.known("phone")["label"] == "4999"
    assert "mac" not in talk.case.known("phone")


def test_sticker_names_phone_and_site() -> None:
    talk = come_back(text="téléphone 4500 MAC 64:16:7F:00:00:09 site porto")
    view = intake(talk)
    assert (view.phone, view.site, view.earlier, view.symptom) == ("4500", "porto", "", None)
    assert talk.case.known("phone")["mac"] == "64:16:7F:00:00:09"


def test_sticker_of_known_phone_is_recognised() -> None:
    assert intake(come_back(DESK, HALL, text="phone MAC 64-16-7f-00-00-02")).earlier == "D-20"


def test_same_phone_is_listed_once() -> None:
    talk = come_back(DESK, closed("D-30", label="4217", mac="64:16:7f:00:00:01"), closed("D-29"))
    assert list(earlier.phones(talk.case)) == ["D-31"]


def test_site_that_is_gone_is_not_assumed() -> None:
    talk = come_back(closed("D-31", "nowhere", label="4217"))
    assert talk.case.site is None
    assert intake(talk).earlier == "D-31"


def test_ledger_says_where_it_comes_from() -> None:
    talk = come_back(DESK)
    assert {e.by for e in talk.case.ledger if getattr(e, "topic", "") in {"site", "phone:D-31"}} == {
        "case:D-31"
    }


def test_person_wanted_at_once_knows_the_phone() -> None:
    talk = come_back(DESK, HALL, text="parler à quelqu'un")
    assert talk.case.known("phone")["label"] == "4217"
    assert talk.case.site == "lyon"
