"""Activities as Teams sends them, as JSON data to be changed by a test."""

from __future__ import annotations

from typing import Any

TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
BOT = "28:11111111-2222-3333-4444-555555555555"


def message(service_url: str, **changes: Any) -> dict[str, Any]:
    """A personal message; a change to None leaves the field out."""
    usual = {
        "type": "message",
        "id": "1763800000000",
        "timestamp": "2026-11-22T10:00:00.1234567Z",
        "localTimestamp": "2026-11-22T11:00:00.1234567+01:00",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": "29:user", "name": "Camille Roy", "aadObjectId": "aad-1"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": TENANT},
        "recipient": {"id": BOT, "name": "Décroche"},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "fr-FR",
        "text": "Mon téléphone affiche « No internet »",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def execute(service_url: str, action: object, **changes: Any) -> dict[str, Any]:
    """A tap on an Action.Execute button."""
    return message(
        service_url,
        **{
            "type": "invoke",
            "name": "adaptiveCard/action",
            "text": None,
            "replyToId": "card-1",
            "value": {"action": action, "trigger": "manual"},
            **changes,
        },
    )
