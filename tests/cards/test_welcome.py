from __future__ import annotations

from bot.domain.views import Choice, HelpView, WelcomeView
from tests.support.drawn import buttons, draw, titles, words
from tests.support.view_parts import symptoms


def test_each_symptom_starts_a_case() -> None:
    *drawn, language = buttons(draw(WelcomeView(locale="fr", symptoms=symptoms("fr"))))
    assert {button["verb"] for button in drawn} == {"start"}
    assert (language["verb"], language["title"], language["data"]["value"]) == ("language", "English", "en")
    assert [button["data"].get("symptom") for button in drawn] == [
        "no_internet_banner", "cannot_call", "no_power", "signed_out", None,
    ]  # fmt: skip


def test_welcome_without_symptoms_can_start() -> None:
    assert titles(draw(WelcomeView(locale="en"))) == ["Start", "Français"]


def test_welcome_offers_few_symptoms_only() -> None:
    many = tuple(Choice(f"s{n}", f"Symptom {n}") for n in range(12))
    assert titles(draw(WelcomeView(locale="en", symptoms=many)))[-3:-1] == ["Symptom 5", "Something else"]


def test_help_names_the_open_case() -> None:
    card = draw(HelpView(locale="en", case="D-1042"))
    assert "D-1042" in words(card)
    assert {button["data"]["case"] for button in buttons(card)} == {"D-1042"}
    verbs = {"status", "detail", "person", "restart", "cancel", "history", "language"}
    assert {button["verb"] for button in buttons(card)} == verbs


def test_help_without_case_offers_to_start() -> None:
    assert titles(draw(HelpView(locale="fr"))) == ["Commencer", "Mes demandes", "English"]
