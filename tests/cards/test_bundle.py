from __future__ import annotations

import msgspec
import pytest

from cards.elements import walk
from tests.support.drawn import Json, draw, words
from tests.support.views import bundle


def downloads(card: Json) -> list[Json]:
    return [node for node in walk(card) if node["type"] == "Action.OpenUrl"]


def test_missing_pieces_are_listed() -> None:
    shown = words(draw(bundle("en")))
    assert "To be completed before sending" in shown
    assert "Log exported from the phone (.tar)" in shown


def test_complete_bundle_says_so() -> None:
    assert "Nothing is missing" in words(draw(msgspec.structs.replace(bundle("en"), missing=())))


def test_checksum_can_be_read_whole() -> None:
    assert bundle("en").sha256 in words(draw(bundle("en"))).replace(" ", "")


def test_download_opens_the_address() -> None:
    assert [action["url"] for action in downloads(draw(bundle("fr")))] == [bundle("fr").url]


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "file:///etc/passwd"])
def test_other_addresses_are_not_offered(url: str | None) -> None:
    assert not downloads(draw(msgspec.structs.replace(bundle("fr"), url=url)))


def test_file_without_address_says_where_it_is() -> None:
    shown = words(draw(msgspec.structs.replace(bundle("fr"), url=None)))
    assert "decroche escalate D-1042" in shown
    assert "decroche escalate" not in words(draw(bundle("fr")))
