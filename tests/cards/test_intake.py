from __future__ import annotations

import msgspec

from bot.domain.views import Choice
from tests.support.drawn import buttons, draw, inputs, titles, words
from tests.support.own_views import known_intake
from tests.support.views import intake


def test_what_is_known_is_filled_in() -> None:
    fields = inputs(draw(intake("fr", answered=False)))
    assert list(fields) == ["symptom", "site", "phone"]
    assert (fields["symptom"]["value"], fields["site"]["value"]) == ("no_internet_banner", "lyon")
    assert fields["symptom"]["isRequired"]
    assert "isRequired" not in fields["phone"]


def test_only_the_first_button_sends_inputs() -> None:
    drawn = buttons(draw(intake("fr", answered=False)))
    assert [button["verb"] for button in drawn] == ["start", "person", "cancel"]
    assert [button.get("associatedInputs") for button in drawn] == [None, "none", "none"]


def test_answered_intake_has_nothing_to_fill() -> None:
    card = draw(intake("fr", answered=True))
    assert not inputs(card)
    assert not titles(card)
    assert "Le lieu\u00a0: Lyon Part-Dieu" in words(card)


def test_unknown_choice_is_not_preselected() -> None:
    view = msgspec.structs.replace(intake("en", answered=False), site="elsewhere")
    assert "value" not in inputs(draw(view))["site"]


def test_organisation_without_sites_is_not_asked() -> None:
    view = msgspec.structs.replace(intake("en", answered=False), sites=())
    assert "site" not in inputs(draw(view))


def test_too_many_sites_are_said_to_be_cut() -> None:
    sites = tuple(Choice(f"site-{n}", f"Site number {n}") for n in range(400))
    card = draw(msgspec.structs.replace(intake("en", answered=False), sites=sites))
    left_out = 400 - len(inputs(card)["site"]["choices"])
    assert f"{left_out} lines are left out" in words(card)


def test_known_phone_costs_one_tap() -> None:
    card = draw(known_intake("fr"))
    fields = inputs(card)
    assert [fields[name]["value"] for name in ("symptom", "earlier", "site")] == [
        "no_internet_banner",
        "D-1031",
        "lyon",
    ]
    assert titles(card)[0] == "C’est bien celui-ci"
    assert fields["earlier"]["choices"][-1]["value"] == "other"


def test_unknown_phone_preselects_another_one() -> None:
    card = draw(msgspec.structs.replace(known_intake("en"), earlier="", phone="4500"))
    assert inputs(card)["earlier"]["value"] == "other"
    assert inputs(card)["phone"]["value"] == "4500"
    assert titles(card)[0] == "Continue"
