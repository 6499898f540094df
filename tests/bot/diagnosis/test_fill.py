"""Texts of the playbook filled with what is known of a case, its phone and its firmware."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.fill import Filler
from bot.diagnosis.spec import MenuPath, ModelSpec, Text

PHONE = ModelSpec(
    id="toy",
    name="Toy 1",
    texts={"power": Text(fr="un injecteur PoE", en="a PoE injector")},
    menu=(
        MenuPath(
            id="network", path=Text(fr="Menu, Réseau", en="Menu, Network"), below="8.0.0.0", confirmed=True
        ),
        MenuPath(id="network", path=Text(fr="Réglages, Réseau", en="Settings, Network"), since="8.0.0.0"),
    ),
)


@pytest.mark.parametrize(
    ("firmware", "text"),
    [
        ("7.1.3.0991", "Menu, Network"),
        ("8.0.0.0", "Settings, Network (the path may vary by version)"),
        ("9.0.0.10460", "Settings, Network (the path may vary by version)"),
        ("", "Settings, Network (the path may vary by version)"),
    ],
)
def test_menu_path_follows_the_firmware(firmware: str, text: str) -> None:
    assert Filler(model=PHONE, firmware=firmware).fill("{menu:network}", "en") == text


def test_command_is_filled_with_the_case() -> None:
    filler = Filler(values={"upn": "alice@example.com"})
    assert filler.fill("Get-MgUser -UserId {upn}", "fr") == "Get-MgUser -UserId alice@example.com"


def test_unknown_value_is_a_word_in_capitals() -> None:
    assert Filler().fill("show power inline {port}", "fr") == "show power inline PORT"
    assert Filler(values={"mac": ""}).fill("{mac}", "en") == "MAC_ADDRESS"


def test_words_of_the_model_come_first() -> None:
    assert Filler(model=PHONE).fill("Prenez {power}.", "fr") == "Prenez un injecteur PoE."


def test_filled_value_is_not_filled_again() -> None:
    assert Filler(values={"upn": "{mac}", "mac": "x"}).fill("{upn}", "en") == "{mac}"


@given(st.text())
def test_any_text_can_be_filled(text: str) -> None:
    assert isinstance(Filler(model=PHONE).fill(text, "fr"), str)
