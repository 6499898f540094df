from __future__ import annotations

import struct

import pytest

from bot.diagnosis.playbook import load
from bot.jobs.pictures import FOLDER, names, picture_file, picture_links
from cards.texts import ids
from tests.support.pictures import PICTURES, SIZE


@pytest.mark.parametrize("name", sorted(names()))
def test_picture_is_small_and_has_words(name: str) -> None:
    data = (FOLDER / f"{name}.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == SIZE
    assert max(SIZE) <= 1024
    assert len(data) < 100_000
    assert f"picture.{name}" in ids()


def test_playbook_names_pictures_that_exist() -> None:
    used = {step.picture for step in load().steps.values() if step.picture}
    assert used
    assert used <= names()
    assert names() == set(PICTURES)


@pytest.mark.parametrize("name", ["ports", "ports.PNG", "../texts/fr.toml", "other.png", ".png", ""])
def test_only_pictures_are_served(name: str) -> None:
    assert picture_file(name) is None


def test_teams_fetches_by_https_only() -> None:
    assert picture_links("https://bot.example/")("ports") == "https://bot.example/pictures/ports.png"
    assert picture_links("http://bot.example")("ports") == ""
    assert picture_links(None)("ports") == ""
    assert picture_links("https://bot.example")("other") == ""
