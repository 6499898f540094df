"""The Teams app manifest (schema 1.30) and its English translation.

Nothing is asked of the organisation that the bot does not need: no permission on a team's messages unless
`hears_all`, which lets it hear replies in a case's thread that do not mention it.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from bot.settings import on_loopback
from bot.teamsapp.icons import ACCENT
from bot.teamsapp.words import Command, CommandList, Named, Parameter, words

VERSION: Final = "1.30"
SCHEMAS: Final = "https://developer.microsoft.com/json-schemas/teams/v1.30"
COLOUR: Final = "color.png"
OUTLINE: Final = "outline.png"
ENGLISH: Final = "en.json"
HEARING: Final = ("ChannelMessage.Read.Group", "ChatMessage.Read.Chat")

Json = dict[str, Any]


class App(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from one organisation to another.

    `app_id` is the bot's Entra application; `website` is the developer's page, which Teams wants (https).
    """

    app_id: str
    version: str
    developer: str
    website: str
    public_url: str | None = None
    hears_all: bool = False


def manifest(app: App) -> Json:
    """`manifest.json`, in French."""
    said = words()
    body: Json = {
        "$schema": f"{SCHEMAS}/MicrosoftTeams.schema.json",
        "manifestVersion": VERSION,
        "version": app.version,
        "id": app.app_id,
        "localizationInfo": {
            "defaultLanguageTag": "fr",
            "additionalLanguages": [{"languageTag": "en", "file": ENGLISH}],
        },
        "developer": _developer(app),
        "name": {"short": said.name.fr, "full": said.full_name.fr},
        "description": {"short": said.short.fr, "full": said.full.fr.strip()},
        "icons": {"color": COLOUR, "outline": OUTLINE},
        "accentColor": ACCENT,
        "bots": [_bot(app.app_id)],
        "composeExtensions": [_extension(app.app_id)],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "supportsChannelFeatures": "tier1",
    }
    if app.public_url is not None and not on_loopback(app.public_url):
        body["validDomains"] = [urlsplit(app.public_url).netloc]
    return body | (_hearing(app.app_id) if app.hears_all else {})


def _developer(app: App) -> Json:
    pages = dict.fromkeys(("websiteUrl", "privacyUrl", "termsOfUseUrl"), app.website)
    return {"name": app.developer, **pages}


def _bot(app_id: str) -> Json:
    lists = words().list
    return {
        "botId": app_id,
        "scopes": ["personal", "team", "groupChat"],
        "supportsFiles": True,
        "isNotificationOnly": False,
        "commandLists": [_list(one) for one in lists],
    }


def _list(one: CommandList) -> Json:
    commands = [msgspec.to_builtins(command.fr) for command in one.command]
    return {"scopes": list(one.scopes), "commands": commands}


def _extension(app_id: str) -> Json:
    said = words().extension
    parameter = {
        "name": said.parameter.name,
        "inputType": "text",
        **msgspec.to_builtins(said.parameter.fr),
    }
    query = {
        "id": said.query.id,
        "type": "query",
        "context": ["compose", "commandBox"],
        "initialRun": True,
        "parameters": [parameter],
        **msgspec.to_builtins(said.query.fr),
    }
    action = {
        "id": said.action.id,
        "type": "action",
        "context": ["message"],
        "fetchTask": True,
        **msgspec.to_builtins(said.action.fr),
    }
    return {"botId": app_id, "commands": [query, action]}


def _hearing(app_id: str) -> Json:
    permissions = [{"name": name, "type": "Application"} for name in HEARING]
    return {
        "webApplicationInfo": {"id": app_id, "resource": "https://RscBasedStoreApp"},
        "authorization": {"permissions": {"resourceSpecific": permissions}},
    }


def english() -> Json:
    """`en.json`: what the manifest says, by its place in there."""
    said = words()
    body: Json = {
        "$schema": f"{SCHEMAS}/MicrosoftTeams.Localization.schema.json",
        "name.short": said.name.en,
        "name.full": said.full_name.en,
        "description.short": said.short.en,
        "description.full": said.full.en.strip(),
    }
    for place, command in _places():
        body |= _at(place, command)
    extension = "composeExtensions[0].commands"
    body |= _at(f"{extension}[0]", said.extension.query) | _at(f"{extension}[1]", said.extension.action)
    return body | _at(f"{extension}[0].parameters[0]", said.extension.parameter)


def _places() -> list[tuple[str, Command]]:
    return [
        (f"bots[0].commandLists[{n}].commands[{m}]", command)
        for n, one in enumerate(words().list)
        for m, command in enumerate(one.command)
    ]


def _at(place: str, named: Command | Named | Parameter) -> Json:
    return {f"{place}.title": named.en.title, f"{place}.description": named.en.description}
