from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botbuilder.core import InvokeResponse

from bot.channel.activities import as_sdk, parse_activity
from bot.channel.adapter import PooledAdapter
from bot.channel.handler import Handler
from bot.domain.conversation import Answer, Conversation, Incoming
from bot.domain.people import Person
from tests.support.activities import BOT, TENANT, execute, message

URL = "https://smba.trafficmanager.net/fr/"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CARD = {"type": "AdaptiveCard", "version": "1.5"}


class Logic:
    """Records what reaches the bot; answers what a test says."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.received: list[Incoming] = []
        self.answer = answer or Answer()

    async def receive(self, incoming: Incoming) -> Answer:
        self.received.append(incoming)
        return self.answer


class Unsent(PooledAdapter):
    """An adapter that has nowhere to send to: the handler must not need it."""

    def __init__(self) -> None:
        super().__init__(connector=None)  # type: ignore[arg-type] # any use would fail loudly


async def turn(logic: Logic, body: dict[str, Any], **options: Any) -> InvokeResponse | None:
    activity = as_sdk(parse_activity(json.dumps(body).encode()))
    handler = Handler(logic.receive, now=lambda: NOW, **options)
    return await Unsent().process(activity, handler.on_turn)


async def heard(body: dict[str, Any], **options: Any) -> list[Incoming]:
    logic = Logic()
    await turn(logic, body, **options)
    return logic.received


async def test_message_becomes_plain_data() -> None:
    assert await heard(message(URL)) == [
        Incoming(
            kind="message",
            activity="1763800000000",
            conversation=Conversation(id="a:1", service_url=URL, kind="personal", tenant=TENANT, bot=BOT),
            person=Person(id="29:user", name="Camille Roy", aad="aad-1"),
            at=datetime(2026, 11, 22, 10, 0, 0, 123456, UTC),
            locale="fr",
            text="Mon téléphone affiche « No internet »",
        )
    ]


async def test_missing_time_is_now() -> None:
    assert (await heard(message(URL, timestamp=None)))[0].at == NOW


async def test_missing_language_is_the_default() -> None:
    assert (await heard(message(URL, locale=None)))[0].locale == "fr"
    assert (await heard(message(URL, locale=None), default_locale="en"))[0].locale == "en"


async def test_tenant_may_stand_in_the_conversation() -> None:
    heard_one = (await heard(message(URL, channelData=None)))[0]
    assert heard_one.conversation.tenant == TENANT


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ({"id": "19:x@thread.tacv2;messageid=1", "conversationType": "channel"}, "channel"),
        ({"id": "19:x@thread.tacv2;messageid=1"}, "channel"),
        ({"id": "19:x@thread.v2", "conversationType": "groupChat"}, "groupChat"),
        ({"id": "19:x@thread.v2", "isGroup": True}, "groupChat"),
        ({"id": "a:1"}, "personal"),
    ],
)
async def test_conversation_keeps_its_kind_and_id(place: dict[str, Any], kind: str) -> None:
    conversation = (await heard(message(URL, conversation=place)))[0].conversation
    assert (conversation.kind, conversation.id) == (kind, place["id"])


DATA = {"case": "D-1001", "v": 3, "nonce": "n1", "step": "ask.scope", "scope": "one", "sure": True, "n": 2}
TAPPED: dict[str, Any] = {
    "verb": "answer",
    "case": "D-1001",
    "v": 3,
    "nonce": "n1",
    "step": "ask.scope",
    "values": {"scope": "one", "sure": "true", "n": "2"},
    "reply_to": "card-1",
}


async def test_execute_and_submit_mean_the_same() -> None:
    action = {"type": "Action.Execute", "verb": "answer", "data": DATA}
    executed = (await heard(execute(URL, action)))[0]
    value = {**DATA, "verb": "answer"}
    submitted = (await heard(message(URL, text=None, value=value, replyToId="card-1")))[0]
    for tap in (executed, submitted):
        assert tap.kind == "tap"
        assert {name: getattr(tap, name) for name in TAPPED} == TAPPED
    assert (executed.invoke, submitted.invoke) == (True, False)


@pytest.mark.parametrize(
    ("answer", "kind", "value"),
    [
        (Answer(card=CARD), "application/vnd.microsoft.card.adaptive", CARD),
        (Answer(text="Merci !"), "application/vnd.microsoft.activity.message", "Merci !"),
        (Answer(), "application/vnd.microsoft.activity.message", "C’est noté."),
    ],
)
async def test_answer_goes_back_with_the_invoke(answer: Answer, kind: str, value: object) -> None:
    reply = await turn(Logic(answer), execute(URL, {"type": "Action.Execute", "verb": "fixed"}))
    assert reply is not None
    assert (reply.status, reply.body) == (200, {"statusCode": 200, "type": kind, "value": value})


@pytest.mark.parametrize("name", ["task/fetch", "composeExtension/query", "fileConsent/invoke", None])
async def test_unknown_invokes_are_acknowledged(name: str | None) -> None:
    logic = Logic()
    reply = await turn(logic, execute(URL, {}, name=name))
    assert reply is not None
    assert (reply.status, reply.body, logic.received) == (200, None, [])


CONSENT = {
    "type": "fileUpload",
    "action": "accept",
    "context": {"case": "D-1001", "nonce": "n1", "sign": "ab"},
    "uploadInfo": {"uploadUrl": "https://contoso-my.sharepoint.com/up", "uniqueId": "1"},
}


async def test_file_consent_is_a_tap() -> None:
    logic = Logic(Answer(text="never shown"))
    reply = await turn(
        logic, message(URL, type="invoke", name="fileConsent/invoke", value=CONSENT, text=None)
    )
    assert reply is not None
    assert (reply.status, reply.body) == (200, None)
    (tap,) = logic.received
    assert (tap.verb, tap.case, tap.nonce, tap.invoke) == ("file_accept", "D-1001", "n1", True)
    assert tap.values == {"uploadUrl": "https://contoso-my.sharepoint.com/up", "uniqueId": "1", "sign": "ab"}


FILE = {
    "contentType": "application/vnd.microsoft.teams.file.download.info",
    "name": "log.tar",
    "content": {"downloadUrl": "https://contoso-my.sharepoint.com/d"},
}


@pytest.mark.parametrize("text", ["voici le journal", None])
async def test_files_come_with_or_without_words(text: str | None) -> None:
    (incoming,) = await heard(message(URL, text=text, attachments=[FILE]))
    assert (incoming.kind, incoming.text) == ("message", text or "")
    assert [file.name for file in incoming.files] == ["log.tar"]


async def test_edited_message_is_a_message() -> None:
    edit = message(URL, type="messageUpdate", channelData={"eventType": "editMessage"})
    (incoming,) = await heard(edit)
    assert (incoming.kind, incoming.edited) == ("message", True)
    assert incoming.activity.startswith(f"{edit['id']}+20")
    (again,) = await heard(edit)
    assert again.activity == incoming.activity


@pytest.mark.parametrize(
    ("type_", "event"),
    [("messageUpdate", "undeleteMessage"), ("messageDelete", "softDeleteMessage"), ("messageReaction", None)],
)
async def test_deletions_change_nothing(type_: str, event: str | None) -> None:
    assert await heard(message(URL, type=type_, channelData={"eventType": event})) == []


TEAM = {"id": "19:x@thread.tacv2", "conversationType": "channel"}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "installationUpdate", "action": "add"},
        {"type": "installationUpdate", "action": "add-upgrade"},
        {"type": "conversationUpdate", "membersAdded": [{"id": "29:user"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": BOT}], "conversation": TEAM},
    ],
    ids=str,
)
async def test_arrival_is_an_installation(changes: dict[str, Any]) -> None:
    received = await heard(message(URL, text=None, **changes))
    assert [incoming.kind for incoming in received] == ["installed"]


@pytest.mark.parametrize("action", ["remove", "remove-upgrade"])
async def test_removal_is_told(action: str) -> None:
    received = await heard(message(URL, text=None, type="installationUpdate", action=action))
    assert [(incoming.kind, incoming.person.id) for incoming in received] == [("removed", "29:user")]


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "conversationUpdate", "membersRemoved": [{"id": "29:user"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": "29:new"}], "conversation": TEAM},
        {"type": "typing"},
        {"type": "messageReaction"},
        {"type": "messageUpdate"},
        {"type": "event", "name": "x"},
        {"text": " "},
        {"text": None},
        {"text": None, "value": {"no": "verb"}},
        {"text": None, "value": {"verb": 3}},
    ],
    ids=str,
)
async def test_everything_else_is_left_alone(changes: dict[str, Any]) -> None:
    assert await heard(message(URL, **changes)) == []
