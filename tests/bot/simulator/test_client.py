"""Activities reach a real HTTP server in the shape of Teams, signed, and again after a failure."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from aiohttp import web

from bot.errors import DeliveryError
from bot.simulator.cardreader import Button, buttons
from bot.simulator.channel import TeamsChannel
from bot.simulator.client import TeamsClient
from bot.simulator.rooms import BOT, Member, Post
from tests.support.standin import Activity, button, card, standin, teams

ANNA = Member(id="29:anna", aad="aad-anna", name="Anna", upn="anna@example.org")


def _client(channel: TeamsChannel, bot_url: str, **options: Any) -> TeamsClient:
    return TeamsClient(channel, ANNA, channel.rooms.open("a:1", "personal", ANNA), bot_url, **options)


def _offer(channel: TeamsChannel) -> tuple[Post, Button]:
    shown = card("Redémarrez", buttons=(button("Ça marche", "fixed", "act.restart_phone"),))
    room = channel.rooms.open("a:1", "personal", ANNA)
    return channel.rooms.post(room, BOT, card=shown), buttons(shown)[0]


async def test_message_has_the_shape_of_teams() -> None:
    async with teams() as channel, standin() as bot:
        await _client(channel, bot.url).say("Bonjour")
        (activity,) = bot.received
        assert (activity["type"], activity["text"], activity["channelId"]) == (
            "message",
            "Bonjour",
            "msteams",
        )
        assert activity["from"] == {"id": "29:anna", "name": "Anna", "aadObjectId": "aad-anna"}
        assert activity["channelData"]["tenant"]["id"] == "tenant-1"
        assert activity["conversation"] == {
            "conversationType": "personal",
            "tenantId": "tenant-1",
            "id": "a:1",
        }


async def test_token_names_bot_and_service() -> None:
    async with teams(app_id="app-1") as channel, standin() as bot:
        await _client(channel, bot.url).say("Bonjour")
        claims = jwt.decode(bot.tokens[0], options={"verify_signature": False})
        assert (claims["aud"], claims["serviceurl"]) == ("app-1", channel.service_url)


async def test_no_token_without_app_id() -> None:
    async with teams() as channel, standin() as bot:
        await _client(channel, bot.url).say("Bonjour")
        assert bot.tokens == [""]


async def test_duplicates_share_one_activity_id() -> None:
    async with teams() as channel, standin() as bot:
        await _client(channel, bot.url).say("Bonjour", times=3)
        assert len(bot.received) == 3
        assert len({activity["id"] for activity in bot.received}) == 1


async def test_installation_comes_as_two_activities() -> None:
    async with teams() as channel, standin() as bot:
        await _client(channel, bot.url).install()
        assert {a["type"] for a in bot.received} == {"installationUpdate", "conversationUpdate"}


async def test_failed_delivery_is_repeated_with_same_id() -> None:
    answers = [web.Response(status=503), web.Response(status=500)]

    async def flaky(_: Activity) -> web.Response | None:
        return answers.pop() if answers else None

    async with teams() as channel, standin(flaky) as bot:
        reply = await _client(channel, bot.url).say("Bonjour")
        assert (reply.status, len(bot.received)) == (200, 3)
        assert len({activity["id"] for activity in bot.received}) == 1


async def test_unreachable_bot_ends_in_an_error() -> None:
    async with teams() as channel, standin() as bot:
        dead = _client(channel, "http://127.0.0.1:9", patience=0.05)
        with pytest.raises(DeliveryError):
            await dead.say("Bonjour")
        assert bot.received == []


async def test_refused_delivery_is_not_repeated() -> None:
    async def refuse(_: Activity) -> web.Response:
        return web.json_response({"error": "no"}, status=401)

    async with teams() as channel, standin(refuse) as bot:
        reply = await _client(channel, bot.url).say("Bonjour")
        assert (reply.status, reply.body, len(bot.received)) == (401, {"error": "no"}, 1)


async def test_tap_sends_inputs_with_data() -> None:
    async with teams() as channel, standin() as bot:
        post, offered = _offer(channel)
        await _client(channel, bot.url).tap(post, offered, {"value": "09:14", "phone": ""})
        (activity,) = bot.received
        action = activity["value"]["action"]
        assert (activity["name"], activity["replyToId"]) == ("adaptiveCard/action", post.id)
        assert (action["type"], action["verb"]) == ("Action.Execute", "fixed")
        assert action["data"]["value"] == "09:14"
        assert "phone" not in action["data"]


async def test_old_client_submits_a_message() -> None:
    async with teams() as channel, standin() as bot:
        post, offered = _offer(channel)
        await _client(channel, bot.url).tap(post, offered, {"value": "x"}, how="submit")
        (activity,) = bot.received
        assert (activity["type"], activity["value"]["verb"], activity["value"]["value"]) == (
            "message", "fixed", "x",
        )  # fmt: skip


async def test_returned_card_replaces_the_tapped_one() -> None:
    async def answered(_: Activity) -> web.Response:
        kind = "application/vnd.microsoft.card.adaptive"
        return web.json_response({"statusCode": 200, "type": kind, "value": card("Merci")})

    async with teams() as channel, standin(answered) as bot:
        post, offered = _offer(channel)
        await _client(channel, bot.url).tap(post, offered)
        assert channel.rooms.seen_by(ANNA, post) == card("Merci")


async def test_returned_sentence_is_told() -> None:
    async def answered(_: Activity) -> web.Response:
        kind = "application/vnd.microsoft.activity.message"
        return web.json_response({"statusCode": 200, "type": kind, "value": "Déjà répondu"})

    async with teams() as channel, standin(answered) as bot:
        post, offered = _offer(channel)
        await _client(channel, bot.url).tap(post, offered)
        assert [h.text for h in channel.rooms.journal if h.kind == "told"] == ["Déjà répondu"]


async def test_tap_in_thread_names_the_thread() -> None:
    async with teams() as channel, standin() as bot:
        helpdesk = channel.helpdesk(ANNA)
        shown = card("Cas", buttons=(button("Je prends", "claim"),))
        post = channel.rooms.post(channel.rooms.thread(helpdesk, "17"), BOT, card=shown)
        await TeamsClient(channel, ANNA, helpdesk, bot.url).tap(post, buttons(shown)[0])
        (activity,) = bot.received
        assert activity["conversation"]["id"] == "19:helpdesk@thread.tacv2;messageid=17"
        assert activity["channelData"]["channel"]["id"] == "19:helpdesk@thread.tacv2"


async def test_channel_message_mentions_the_bot() -> None:
    async with teams() as channel, standin() as bot:
        await TeamsClient(channel, ANNA, channel.helpdesk(ANNA), bot.url).say("aide")
        (activity,) = bot.received
        assert activity["text"] == f"<at>{BOT}</at> aide"
        assert activity["entities"][1]["mentioned"]["id"] == "28:bot"


async def test_refusal_is_written_down() -> None:
    async def refuse(_: Activity) -> web.Response:
        return web.json_response({"error": "token"}, status=401)

    async with teams() as channel, standin(refuse) as bot:
        await _client(channel, bot.url).say("Bonjour")
        assert channel.rooms.journal[-1].text == "HTTP 401 {'error': 'token'}"
