import io
import json
import re
import zipfile
from typing import Any

import pytest

from bot.domain.verb import Verb
from bot.teamsapp.manifest import App
from bot.teamsapp.package import package
from bot.teamsapp.words import words
from dialogs.commands import command
from dialogs.desk_commands import parse
from dialogs.language import wanted
from tests.support.jsonschemas import errors
from tests.support.reference import reference

ID = "5d2f3d3e-5a51-4b9c-a2f2-0d4e40b0b1c7"


def app(**changes: Any) -> App:
    values = {
        "app_id": ID,
        "version": "0.1.0",
        "developer": "Bellecour",
        "website": "https://intranet.bellecour.example/telephone",
        "public_url": "https://decroche.bellecour.example:8443",
    }
    return App(**(values | changes))


def files(made: App) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package(made))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def parsed(name: str, **changes: Any) -> Any:
    return json.loads(files(app(**changes))[name])


def schema(name: str) -> Any:
    text = reference(name).read_text("utf-8")
    return json.loads(text.replace("\\\\p{L}", "A-Za-zÀ-ÿ"))  # which Python's `re` does not know


@pytest.mark.parametrize("hears", [False, True])
@pytest.mark.parametrize("address", [None, "http://127.0.0.1:3978", "https://decroche.bellecour.example"])
def test_manifest_is_valid_for_teams(hears: bool, address: str | None) -> None:
    made = parsed("manifest.json", hears_all=hears, public_url=address)
    assert errors(schema("teams-manifest-1.30.schema.json"), made) == []


def test_translation_is_valid_for_teams() -> None:
    assert errors(schema("teams-localization-1.30.schema.json"), parsed("en.json")) == []


def test_schema_would_find_a_mistake() -> None:
    broken = parsed("manifest.json") | {"bot": []}
    assert errors(schema("teams-manifest-1.30.schema.json"), broken) != []


def test_package_holds_what_it_names() -> None:
    made = files(app())
    body = json.loads(made["manifest.json"])
    named = {*body["icons"].values(), body["localizationInfo"]["additionalLanguages"][0]["file"]}
    assert set(made) == {"manifest.json", *named}


def test_same_app_gives_same_bytes() -> None:
    assert package(app()) == package(app())


def test_bot_is_everywhere_with_files() -> None:
    (bot,) = parsed("manifest.json")["bots"]
    assert (bot["botId"], bot["supportsFiles"]) == (ID, True)
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    assert [one["scopes"] for one in bot["commandLists"]] == [["personal"], ["team", "groupChat"]]


def test_extension_searches_and_reports() -> None:
    (extension,) = parsed("manifest.json")["composeExtensions"]
    query, action = extension["commands"]
    assert (query["id"], query["type"], query["parameters"][0]["name"]) == ("cases", "query", "text")
    assert (action["id"], action["type"], action["context"]) == ("report", "action", ["message"])
    assert action["fetchTask"] is True


def test_links_go_to_the_public_host() -> None:
    assert parsed("manifest.json")["validDomains"] == ["decroche.bellecour.example:8443"]
    assert "validDomains" not in parsed("manifest.json", public_url="http://127.0.0.1:3978")


def test_nothing_is_overheard_unless_asked() -> None:
    assert "authorization" not in parsed("manifest.json")
    permissions = parsed("manifest.json", hears_all=True)["authorization"]["permissions"]["resourceSpecific"]
    assert {row["name"] for row in permissions} == {"ChannelMessage.Read.Group", "ChatMessage.Read.Chat"}


def strings(value: Any, place: str = "") -> dict[str, str]:
    """Every text of the manifest that a person reads, by its place."""
    if isinstance(value, list):
        return {k: v for n, item in enumerate(value) for k, v in strings(item, f"{place}[{n}]").items()}
    if not isinstance(value, dict):
        return {place: str(value)}
    found: dict[str, str] = {}
    for name, item in value.items():
        found |= strings(item, f"{place}.{name}".lstrip("."))
    return found


def test_every_text_is_translated() -> None:
    read = re.compile(r"(^name|^description|\.title$|\.description$)")
    french = {place for place in strings(parsed("manifest.json")) if read.search(place)}
    english = set(parsed("en.json")) - {"$schema"}
    assert french == english


PERSONAL = [title for one in words().list[0].command for title in (one.fr.title, one.en.title)]
DESK = [title for one in words().list[1].command for title in (one.fr.title, one.en.title)]
ARGUMENTS = {"Dossier": "1042", "Case": "1042", "Licence": "a@b.example", "License": "a@b.example"}


@pytest.mark.parametrize("title", PERSONAL)
def test_personal_command_is_understood(title: str) -> None:
    assert command(title) is not None or wanted(title) is not None


@pytest.mark.parametrize("title", DESK)
def test_desk_command_is_understood(title: str) -> None:
    assert parse(f"{title} {ARGUMENTS.get(title, '')}".strip()) is not None


def test_unknown_command_would_be_noticed() -> None:
    assert command("Café") is None
    assert parse("Café") is None
    assert command("Aide") is Verb.help
