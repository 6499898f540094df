from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.site import Site
from dialogs.labels import Labels, read, site_named
from tests.support.dialogue import LYON, PORTO, sites

SITES = sites(LYON, PORTO, Site(id="lyon-2", name="Lyon Part-Dieu"))
MAC = "64:16:7F:3A:5C:D1"


@pytest.mark.parametrize(
    ("text", "phone", "site"),
    [
        (f"téléphone MAC {MAC} site lyon", {"mac": MAC}, "lyon"),
        ("téléphone 4217, mac 64-16-7f-3a-5c-d1, site Porto", {"mac": MAC, "label": "4217"}, "porto"),
        ("phone 4217 MAC 64167F3A5CD1 site Lyon Part-Dieu", {"mac": MAC, "label": "4217"}, "lyon-2"),
        ("S/N: 64167f001122", {"serial": "64167F001122"}, ""),
        (
            "numéro de série 64167F001122, inventaire TEL-0042",
            {"serial": "64167F001122", "label": "TEL-0042"},
            "",
        ),
        ("asset tag AB-12 at site nowhere", {"label": "AB-12"}, ""),
    ],
)
def test_labels_are_read_from_a_message(text: str, phone: dict[str, str], site: str) -> None:
    assert read(text, SITES) == Labels(phone=phone, site=site)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, mon téléphone affiche « No internet »",
        "mon téléphone Poly CCX 500 est en panne",
        "l'adresse est 10.20.30.41 depuis 14:07:33",
        "le site ne marche plus",
        "IPv6 fe80:00:11:22:33:44:55:66",
    ],
)
def test_other_words_name_no_phone(text: str) -> None:
    assert not read(text, SITES)


def test_longest_name_of_a_site_counts() -> None:
    assert site_named("Lyon Part-Dieu, 3e étage", SITES) == "lyon-2"
    assert site_named("Lyon 3e", SITES) == "lyon"
    assert site_named("Lyonnais", SITES) == ""
    assert site_named("", SITES) == ""


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    found = read(f"site {text} mac {text}", SITES)
    assert found.site in {"", *SITES}
    assert all(found.phone.values())
