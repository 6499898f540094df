"""The Teams side of a bot: the connector's REST API and its signing keys, on a real server.

It is as strict as Teams: what Teams would refuse is refused here with the same code, so that a bot
that runs against this server meets no surprise later.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from bot.simulator.activities import TeamsError, as_dict, read_activity, read_json
from bot.simulator.listening import Listener
from bot.simulator.rooms import BOT, THREAD, Member, Post, Room, Rooms
from bot.simulator.signing import ISSUER, ConnectorKey

TokenCheck = Callable[[str], bool]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REGION: Final = "/emea"
HELPDESK: Final = "19:helpdesk@thread.tacv2"
TEAM: Final = "19:support@thread.tacv2"


class TeamsChannel:
    """A tenant's Teams: rooms with people, reached by a bot over the Bot Connector's REST API.

    `check` says whether a bearer token is one that the bot got from its login; without it none is
    asked for. `refusals` are given, first to last, to the next requests instead of an answer. `calls`
    (method, path) and `connections` (peer addresses) are what was asked of it, and over what.
    """

    def __init__(self, tenant: str, app_id: str | None = None, check: TokenCheck | None = None) -> None:
        self.tenant, self.app_id = tenant, app_id
        self.rooms = Rooms()
        self.key = ConnectorKey()
        self.refusals: list[TeamsError] = []
        self.calls: list[tuple[str, str]] = []
        self.connections: set[object] = set()
        self._check = check
        app = web.Application(middlewares=[self._guard])
        app.add_routes(self._routes())
        self._listener = Listener(app)

    @property
    def url(self) -> str:
        """Where everything of it answers, without a slash at the end."""
        return self._listener.url

    @property
    def service_url(self) -> str:
        """Where the bot finds the connector API; with a path and a slash at the end, as in Teams."""
        return f"{self.url}{REGION}/"

    @property
    def openid_url(self) -> str:
        """The OpenID metadata document that leads to the signing keys."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def host(self) -> str:
        """`host:port`, for the list of hosts that a bot trusts."""
        return self.url.removeprefix("http://")

    async def start(self) -> None:
        """Listens on a free port of the loopback interface."""
        await self._listener.start()

    async def close(self) -> None:
        """Stops listening."""
        await self._listener.close()

    def helpdesk(self, *members: Member) -> Room:
        """The helpdesk's channel, with its roster."""
        return self.rooms.open(HELPDESK, "channel", *members)

    def _routes(self) -> list[web.RouteDef]:
        room = f"{REGION}/v3/conversations/{{room}}"
        return [
            web.get("/v1/.well-known/openidconfiguration", self._openid),
            web.get("/v1/.well-known/keys", self._keys),
            web.post(f"{REGION}/v3/conversations", self._create),
            web.post(f"{room}/activities", self._send),
            web.post(f"{room}/activities/{{activity}}", self._send),
            web.put(f"{room}/activities/{{activity}}", self._update),
            web.delete(f"{room}/activities/{{activity}}", self._delete),
            web.get(f"{room}/members", self._members),
            web.get(f"{room}/members/{{member}}", self._member),
            web.get(f"{room}/pagedmembers", self._paged_members),
            web.get(f"{REGION}/v3/teams/{{team}}", self._team),
            web.get(f"{REGION}/v3/teams/{{team}}/conversations", self._team_channels),
        ]

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        self.connections.add(request.transport and request.transport.get_extra_info("peername"))
        try:
            if request.path.startswith(REGION):
                self._authorise(request)
            return await handler(request)
        except TeamsError as refusal:
            return refusal.response()

    def _authorise(self, request: web.Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self._check is not None and not (scheme == "Bearer" and self._check(token)):
            raise TeamsError(401, "Unauthorized", "Authorization has been denied for this request.")
        if self.refusals:
            raise self.refusals.pop(0)

    async def _openid(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": ISSUER,
                "jwks_uri": f"{self.url}/v1/.well-known/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            }
        )

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.jwk()]})

    async def _create(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        channel_id = as_dict(as_dict(body.get("channelData")).get("channel")).get("id")
        room = self._room(str(channel_id)) if channel_id else self._one_to_one(body)
        if not body.get("activity"):
            if channel_id:
                raise TeamsError(400, "BadSyntax", "A new thread begins with an activity.")
            return web.json_response({"id": room.id}, status=201)
        thread, posts = self._post(room, as_dict(body["activity"]))
        answer = {"id": thread.id, "activityId": posts[0].id if posts else "", "serviceUrl": self.service_url}
        return web.json_response(answer, status=201)

    def _one_to_one(self, body: dict[str, Any]) -> Room:
        members = body.get("members") or []
        member_id = as_dict(members[0]).get("id") if isinstance(members, list) and members else None
        room = self.rooms.personal(str(member_id))
        if room is None:
            raise TeamsError(403, "BotNotInConversationRoster", "The bot is not installed for this person.")
        return room

    async def _send(self, request: web.Request) -> web.Response:
        room = self._room(request.match_info["room"])
        body = await read_json(request)
        if body.get("type") == "typing":
            return web.json_response({"id": self.rooms.new_id()}, status=201)
        _, posts = self._post(room, body)
        return web.json_response({"id": posts[0].id} if len(posts) == 1 else {}, status=201)

    def _post(self, room: Room, body: dict[str, Any]) -> tuple[Room, list[Post]]:
        """Teams splits an activity with a text and cards into several messages."""
        text, cards = read_activity(body)
        if room.kind == "channel" and THREAD not in room.id:
            room = self.rooms.thread(room, self.rooms.new_id())
        posts = [self.rooms.post(room, BOT, text)] if text else []
        posts += [self.rooms.post(room, BOT, card=card) for card in cards]
        return room, posts

    async def _update(self, request: web.Request) -> web.Response:
        room, post = self._found(request)
        text, cards = read_activity(await read_json(request))
        self.rooms.edit(room, post, text, cards[0] if cards else None)
        return web.json_response({"id": post.id})

    async def _delete(self, request: web.Request) -> web.Response:
        self.rooms.delete(*self._found(request))
        return web.Response()

    async def _members(self, request: web.Request) -> web.Response:
        room = self._room(request.match_info["room"])
        return web.json_response([self._account(member) for member in room.members])

    async def _member(self, request: web.Request) -> web.Response:
        room, wanted = self._room(request.match_info["room"]), request.match_info["member"]
        for member in room.members:
            if wanted in {member.id, member.aad}:
                return web.json_response(self._account(member))
        raise TeamsError(404, "MemberNotFoundInConversation", "There is no such member.")

    async def _paged_members(self, request: web.Request) -> web.Response:
        """Pages of `pageSize` (Teams: at least 50, at most 500; here any, so that paging is tested)."""
        members = self._room(request.match_info["room"]).members
        size, start = _number(request, "pageSize", 200), _number(request, "continuationToken", 0)
        page: dict[str, Any] = {"members": [self._account(m) for m in members[start : start + size]]}
        if start + size < len(members):
            page["continuationToken"] = str(start + size)
        return web.json_response(page)

    async def _team(self, request: web.Request) -> web.Response:
        self._team_id(request)
        return web.json_response(
            {"id": TEAM, "name": "Support", "aadGroupId": self.tenant, "channelCount": 1}
        )

    async def _team_channels(self, request: web.Request) -> web.Response:
        self._team_id(request)
        return web.json_response({"conversations": [{"id": HELPDESK, "name": "Helpdesk"}]})

    def _team_id(self, request: web.Request) -> None:
        if request.match_info["team"] not in {TEAM, HELPDESK}:
            raise TeamsError(404, "TeamNotFound", "There is no such team.")

    def _room(self, room_id: str) -> Room:
        room = self.rooms.rooms.get(room_id)
        if room is None:
            raise TeamsError(404, "ConversationNotFound", "Conversation not found.")
        return room

    def _found(self, request: web.Request) -> tuple[Room, Post]:
        room = self._room(request.match_info["room"])
        post = room.posts.get(request.match_info["activity"])
        if post is None or post.deleted or post.author != BOT:
            raise TeamsError(404, "ActivityNotFoundInConversation", "The activity was not found.")
        return room, post

    def _account(self, member: Member) -> dict[str, str]:
        """A roster entry; Teams gives the Entra object id under two names."""
        return {
            "id": member.id,
            "objectId": member.aad,
            "aadObjectId": member.aad,
            "name": member.name,
            "userPrincipalName": member.upn,
            "email": member.upn,
            "tenantId": self.tenant,
            "userRole": "user",
        }


def _number(request: web.Request, name: str, default: int) -> int:
    try:
        return max(int(request.query.get(name, default)), 0)
    except ValueError as exc:
        raise TeamsError(400, "BadArgument", f"{name} is no number.") from exc
