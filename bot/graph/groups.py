"""The members of a group of the directory, nested groups included."""

from __future__ import annotations

from typing import Final

from bot.domain.people import Person
from bot.graph.answer import path_of
from bot.graph.client import GraphClient
from bot.graph.values import Body, text

_USER: Final = "#microsoft.graph.user"
_SELECT: Final = "id,displayName,userPrincipalName"


async def members_of(graph: GraphClient, group: str) -> tuple[Person, ...]:
    """Every person in the group (object id), directly or through others; devices and groups are left out.

    Needs GroupMember.Read.All. Raises `GraphError`.
    """
    # No cast to microsoft.graph.user: that would be an advanced query, which lags behind the directory.
    rows = await graph.get_all(
        path_of("groups", group, "transitiveMembers"), {"$select": _SELECT, "$top": "999"}
    )
    return tuple(_person(row) for row in rows if _is_person(row))


def _is_person(row: Body) -> bool:
    return bool(text(row, "id")) and text(row, "@odata.type") in {"", _USER}


def _person(row: Body) -> Person:
    aad = text(row, "id")
    return Person(id=aad, name=text(row, "displayName"), aad=aad, upn=text(row, "userPrincipalName") or None)
