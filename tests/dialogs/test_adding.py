from __future__ import annotations

from bot.domain.case import Said
from bot.domain.own_views import AddingView
from tests.support.owntalk import OwnTalk


def test_button_and_words_open_the_card() -> None:
    talk = OwnTalk().reported()
    talk.tap("detail").expect("show adding")
    (talk >> "ajouter un détail").expect("show adding")


def test_detail_is_heard_like_a_message() -> None:
    talk = OwnTalk().reported().tap("detail", detail="le téléphone est éteint")
    talk.sees("tell say.noted").sees("refresh adding")
    assert talk.fact("phone.power") == "off"
    assert [said.text for said in talk.case.all(Said)][-1] == "le téléphone est éteint"


def test_correction_counts_and_is_named() -> None:
    talk = OwnTalk().reported().tap("detail", detail="le téléphone est éteint")
    talk >> "en fait le téléphone est allumé"
    talk << "tell say.corrected"
    said = talk.told("say.corrected")
    assert said["was"] != said["now"]
    assert talk.fact("phone.power") == "on"


def test_card_lists_what_was_told() -> None:
    talk = OwnTalk().reported().tap("detail", detail="le téléphone est éteint")
    talk.tap("detail", detail="en fait le téléphone est allumé")
    view = talk.view("adding")
    assert isinstance(view, AddingView)
    assert len([line for line in view.told if "allum" in line or "éteint" in line]) <= 1
    assert view.told


def test_contradiction_stays_on_the_record() -> None:
    talk = OwnTalk().reported().tap("detail", detail="le téléphone est éteint")
    talk >> "en fait le téléphone est allumé"
    assert [f.value for f in talk.case.facts() if f.id == "phone.power"] == ["off", "on"]


def test_detail_reaches_whoever_has_the_case() -> None:
    talk = OwnTalk().reported()
    talk >> "parler à quelqu'un"
    talk.tap("detail", detail="le bureau est fermé à clé").sees("helpdesk: tell say.employee_wrote!")


def test_empty_detail_only_asks_again() -> None:
    talk = OwnTalk().reported()
    talk.tap("detail", detail="  ").expect("show adding")


def test_detail_without_a_case_is_told_so() -> None:
    OwnTalk().tap("detail").expect("tell say.no_open_case", "show welcome")
