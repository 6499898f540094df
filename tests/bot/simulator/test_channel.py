"""The connector API, called over HTTP as a bot calls it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from bot.simulator.activities import TeamsError
from bot.simulator.channel import HELPDESK, TEAM, TeamsChannel
from bot.simulator.rooms import Member
from tests.support.standin import call, card, teams, with_card

ANNA = Member(id="29:anna", aad="aad-anna", name="Anna", upn="anna@example.org")
PAUL = Member(id="29:paul", aad="aad-paul", name="Paul", upn="paul@example.org")
HELLO = {"type": "message", "text": "Bonjour"}


async def _api(channel: TeamsChannel, method: str, path: str, **options: Any) -> tuple[int, Any]:
    return await call(method, f"{channel.service_url}v3/{path}", **options)


async def _send(channel: TeamsChannel, room: str, activity: dict[str, Any]) -> tuple[int, Any]:
    return await _api(channel, "POST", f"conversations/{quote(room, safe='')}/activities", json=activity)


async def test_sent_message_appears_in_room() -> None:
    async with teams() as channel:
        room = channel.rooms.open("a:1", "personal", ANNA)
        status, body = await _send(channel, "a:1", HELLO)
        assert (status, room.posts[body["id"]].text) == (201, "Bonjour")


async def test_update_replaces_the_message() -> None:
    async with teams() as channel:
        room = channel.rooms.open("a:1", "personal", ANNA)
        _, sent = await _send(channel, "a:1", with_card(card("one")))
        path = f"conversations/a%3A1/activities/{sent['id']}"
        status, _ = await _api(channel, "PUT", path, json=with_card(card("two")))
        post = room.posts[sent["id"]]
        assert (status, post.card, post.edits) == (200, card("two"), 1)


async def test_deleted_message_cannot_be_updated() -> None:
    async with teams() as channel:
        channel.rooms.open("a:1", "personal", ANNA)
        _, sent = await _send(channel, "a:1", HELLO)
        path = f"conversations/a:1/activities/{sent['id']}"
        assert (await _api(channel, "DELETE", path))[0] == 200
        status, body = await _api(channel, "PUT", path, json=HELLO)
        assert (status, body["error"]["code"]) == (404, "ActivityNotFoundInConversation")


async def test_unknown_conversation_is_a_404() -> None:
    async with teams() as channel:
        status, body = await _send(channel, "a:nobody", HELLO)
        assert (status, body["error"]["code"]) == (404, "ConversationNotFound")


async def test_text_with_card_gives_no_id() -> None:
    async with teams() as channel:
        room = channel.rooms.open("a:1", "personal", ANNA)
        status, body = await _send(channel, "a:1", with_card(card("one"), text="Bonjour"))
        assert (status, body, len(room.posts)) == (201, {}, 2)


async def test_too_big_message_is_a_413() -> None:
    async with teams() as channel:
        channel.rooms.open("a:1", "personal", ANNA)
        status, body = await _send(channel, "a:1", {**HELLO, "text": "é" * 60_000})
        assert (status, body["error"]["code"]) == (413, "MessageSizeTooBig")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b"{}"])
async def test_malformed_body_is_a_400(raw: bytes) -> None:
    async with teams() as channel:
        channel.rooms.open("a:1", "personal", ANNA)
        status, body = await _api(channel, "POST", "conversations/a:1/activities", data=raw)
        assert (status, body["error"]["code"]) == (400, "BadSyntax")


async def test_token_is_asked_for() -> None:
    async with teams(app_id="app", check=lambda token: token == "good") as channel:
        channel.rooms.open("a:1", "personal", ANNA)
        path = "conversations/a:1/activities"
        assert (await _api(channel, "POST", path, json=HELLO))[0] == 401
        bad = {"Authorization": "Bearer bad"}
        assert (await _api(channel, "POST", path, json=HELLO, headers=bad))[0] == 401
        good = {"Authorization": "Bearer good"}
        assert (await _api(channel, "POST", path, json=HELLO, headers=good))[0] == 201


async def test_new_thread_begins_in_channel() -> None:
    async with teams() as channel:
        channel.helpdesk(PAUL)
        body = {"isGroup": True, "channelData": {"channel": {"id": HELPDESK}}, "activity": HELLO}
        status, made = await _api(channel, "POST", "conversations", json=body)
        assert status == 201
        assert made["id"].startswith(f"{HELPDESK};messageid=")
        assert (await _send(channel, made["id"], HELLO))[0] == 201


async def test_installed_person_can_be_written_to() -> None:
    async with teams() as channel:
        channel.rooms.open("a:1", "personal", ANNA)
        body = {"bot": {"id": "28:app"}, "members": [{"id": ANNA.id}], "channelData": {"tenant": {"id": "t"}}}
        assert await _api(channel, "POST", "conversations", json=body) == (201, {"id": "a:1"})
        stranger = {**body, "members": [{"id": "29:stranger"}]}
        status, refused = await _api(channel, "POST", "conversations", json=stranger)
        assert (status, refused["error"]["code"]) == (403, "BotNotInConversationRoster")


async def test_roster_comes_in_pages() -> None:
    async with teams() as channel:
        channel.helpdesk(ANNA, PAUL)
        path = f"conversations/{quote(HELPDESK, safe='')}/pagedmembers"
        _, first = await _api(channel, "GET", path, params={"pageSize": "1"})
        token = first["continuationToken"]
        _, last = await _api(channel, "GET", path, params={"pageSize": "1", "continuationToken": token})
        names = [member["name"] for page in (first, last) for member in page["members"]]
        assert (names, "continuationToken" in last) == (["Anna", "Paul"], False)


async def test_members_carry_their_object_id() -> None:
    async with teams() as channel:
        channel.helpdesk(ANNA)
        room = f"conversations/{quote(HELPDESK, safe='')}"
        _, members = await _api(channel, "GET", f"{room}/members")
        _, member = await _api(channel, "GET", f"{room}/members/{ANNA.aad}")
        assert members == [member]
        assert member["aadObjectId"] == ANNA.aad
        assert (await _api(channel, "GET", f"{room}/members/29:nobody"))[0] == 404


async def test_team_is_known_by_its_id() -> None:
    async with teams() as channel:
        assert (await _api(channel, "GET", f"teams/{TEAM}"))[1]["id"] == TEAM
        _, channels = await _api(channel, "GET", f"teams/{TEAM}/conversations")
        assert channels["conversations"][0]["id"] == HELPDESK
        assert (await _api(channel, "GET", "teams/19:other"))[0] == 404


async def test_refusal_on_demand_is_given_once() -> None:
    async with teams() as channel:
        channel.rooms.open("a:1", "personal", ANNA)
        channel.refusals.append(TeamsError(429, "Throttled", "Too many requests.", retry_after=1))
        assert (await _send(channel, "a:1", HELLO))[0] == 429
        assert (await _send(channel, "a:1", HELLO))[0] == 201


async def test_signing_keys_are_found_from_metadata() -> None:
    async with teams() as channel:
        _, metadata = await call("GET", channel.openid_url)
        _, keys = await call("GET", metadata["jwks_uri"])
        assert metadata["issuer"] == "https://api.botframework.com"
        assert keys["keys"] == [channel.key.jwk()]


async def test_typing_leaves_no_message() -> None:
    async with teams() as channel:
        room = channel.rooms.open("a:1", "personal", ANNA)
        assert (await _send(channel, "a:1", {"type": "typing"}))[0] == 201
        assert room.posts == {}
