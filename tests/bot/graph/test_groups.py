from __future__ import annotations

from typing import Any

import pytest

from bot.domain.people import Person
from bot.graph.client import GraphClient
from bot.graph.errors import GraphError
from bot.graph.groups import members_of
from tests.support.tenant import Tenant


async def test_every_member_is_listed(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.groups["g"] = "Support"
    members = tenant.directory.users[:3]
    for user in members:
        user.groups.add("g")
    found = await members_of(graph, "g")
    assert {person.key: person.upn for person in found} == {user.id: user.upn for user in members}


async def test_nested_group_counts_too(graph: GraphClient, tenant: Tenant) -> None:
    tenant.directory.groups |= {"outer": "Support", "inner": "Lyon"}
    tenant.directory.parents["inner"] = "outer"
    tenant.camille.groups.add("inner")
    assert [person.upn for person in await members_of(graph, "outer")] == [tenant.camille.upn]


async def test_group_that_is_gone_is_an_error(graph: GraphClient) -> None:
    with pytest.raises(GraphError):
        await members_of(graph, "no-such-group")


class Pages:
    """A Graph that answers two pages, with what is no person among them."""

    async def get_all(self, path: str, params: dict[str, str]) -> list[dict[str, Any]]:
        assert path == "/groups/g/transitiveMembers"
        assert "id" in params["$select"]
        kind = "#microsoft.graph."
        return [
            {"@odata.type": f"{kind}user", "id": "1", "displayName": None, "userPrincipalName": None},
            {"@odata.type": f"{kind}device", "id": "2"},
            {"@odata.type": f"{kind}group", "id": "3", "displayName": "Lyon"},
            {"@odata.type": f"{kind}user", "id": None},
            {},
        ]


async def test_only_people_are_members() -> None:
    graph: Any = Pages()
    assert await members_of(graph, "g") == (Person(id="1", aad="1"),)
