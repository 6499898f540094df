from __future__ import annotations

from bot.domain.people import Person


def test_object_id_identifies_across_conversations() -> None:
    assert Person(id="29:a", aad="aad-1").key == Person(id="29:b", aad="aad-1").key == "aad-1"


def test_channel_id_identifies_without_object_id() -> None:
    assert Person(id="29:a").key == "29:a"
    assert Person(id="29:a", aad="").key == "29:a"
