import msgspec
import pytest

from bot.teamsapp.words import Words, words


def test_every_place_has_its_commands() -> None:
    assert {scope for one in words().list for scope in one.scopes} == {"personal", "team", "groupChat"}
    assert all(0 < len(one.command) <= 12 for one in words().list)


def test_both_languages_differ_where_they_must() -> None:
    assert words().short.fr != words().short.en
    assert all(one.fr.description != one.en.description for lists in words().list for one in lists.command)


def test_misspelt_key_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(words()) | {"nmae": {}}, Words)
