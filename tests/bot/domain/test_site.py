from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.site import Lab, Site, Sites, parse_sites
from bot.errors import SitesInvalid

LYON = """
[[site]]
id = "lyon"
name = "Lyon Part-Dieu"
voice_subnets = ["10.20.30.0/24"]
resolvers = ["10.20.0.53"]
emergency_numbers = ["112", "15"]
calling = "direct_routing"

[site.lab]
ports = {"443" = 10443}

[[site]]
id = "paris"
name = "Paris"
"""


def test_sites_are_read_by_id() -> None:
    sites = parse_sites(LYON)
    assert list(sites) == ["lyon", "paris"]
    assert sites["lyon"] == Site(
        id="lyon",
        name="Lyon Part-Dieu",
        voice_subnets=("10.20.30.0/24",),
        resolvers=("10.20.0.53",),
        emergency_numbers=("112", "15"),
        calling="direct_routing",
        lab=Lab(ports={"443": 10443}),
    )


def test_site_left_bare_has_french_defaults() -> None:
    paris = parse_sites(LYON)["paris"]
    assert (paris.emergency_numbers, paris.time_zone, paris.language) == (("112",), "Europe/Paris", "fr")


def test_empty_file_has_no_sites() -> None:
    assert parse_sites("") == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[site]]\nid = 'a'\n", "name"),
        ("[[site]]\nid = 'a'\nname = 'A'\nsubnet = '10.0.0.0/8'\n", "subnet"),
        ("[[site]]\nid = 'a'\nname = 'A'\nlanguage = 'de'\n", "language"),
        ("[[site]]\nid = 'a'\nname = 'A'\ncalling = 'fax'\n", "calling"),
        ("[[sites]]\nid = 'a'\nname = 'A'\n", "sites"),
        ("[[site]]\nid = 'a'\nname = 'A'\n[[site]]\nid = 'a'\nname = 'B'\n", "same id"),
        ("[[site]\n", "line 1"),
    ],
)
def test_fault_is_named(text: str, fault: str) -> None:
    with pytest.raises(SitesInvalid, match=fault) as refused:
        parse_sites(text)
    assert "DECROCHE_SITES" in refused.value.advice


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    sites: Sites = {}
    with contextlib.suppress(SitesInvalid):
        sites = parse_sites(text)
    assert all(site.id == key for key, site in sites.items())


@pytest.mark.parametrize(("standard", "used"), [(443, 10443), (53, 53)])
def test_lab_moves_only_named_ports(standard: int, used: int) -> None:
    assert Lab(ports={"443": 10443}).port(standard) == used
