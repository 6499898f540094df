from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from botbuilder.schema import Activity, Attachment, ChannelAccount
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.activities import as_json, as_sdk, parse_activity, parse_time
from bot.errors import Refused
from tests.support.activities import TENANT, message

URL = "https://smba.trafficmanager.net/fr/"


def sdk(**changes: Any) -> Activity:
    return as_sdk(parse_activity(json.dumps(message(URL, **changes)).encode()))


def test_sdk_type_carries_every_field() -> None:
    activity = sdk(
        attachments=[{"contentType": "image/png", "contentUrl": "https://x/y", "content": {"a": 1}}],
        entities=[{"type": "mention", "text": "<at>x</at>", "mentioned": {"id": "28:x"}}],
        membersAdded=[{"id": "29:new"}],
        value={"verb": "fixed"},
    )
    assert activity.timestamp == datetime(2026, 11, 22, 10, 0, 0, 123456, UTC)
    assert (activity.from_property.id, activity.from_property.aad_object_id) == ("29:user", "aad-1")
    assert activity.conversation.tenant_id == TENANT
    assert activity.attachments[0].content == {"a": 1}
    assert activity.entities[0].additional_properties["mentioned"] == {"id": "28:x"}
    assert (activity.members_added[0].id, activity.value) == ("29:new", {"verb": "fixed"})


def test_tenants_are_gathered_from_both_places() -> None:
    place = {"id": "a:1", "tenantId": "OTHER"}
    wire = parse_activity(json.dumps(message(URL, conversation=place)).encode())
    assert wire.tenants == {TENANT, "other"}


def test_optional_fields_may_be_null() -> None:
    body = {**message(URL), "text": None, "recipient": None, "channelData": None, "entities": None}
    assert parse_activity(json.dumps(body).encode()).text is None


def test_written_activity_has_wire_names() -> None:
    activity = Activity(
        type="message",
        text="",
        from_property=ChannelAccount(id="28:b", aad_object_id="x"),
        reply_to_id="1",
        timestamp=datetime(2026, 11, 22, tzinfo=UTC),
        attachments=[Attachment(content_type="t", content={"snake_case": None})],
        channel_data={"notification": {"alert": True}},
    )
    assert as_json(activity) == {
        "type": "message",
        "text": "",
        "from": {"id": "28:b", "aadObjectId": "x"},
        "replyToId": "1",
        "timestamp": "2026-11-22T00:00:00+00:00",
        "attachments": [{"contentType": "t", "content": {"snake_case": None}}],
        "channelData": {"notification": {"alert": True}},
    }


def test_what_was_read_can_be_written() -> None:
    written = as_json(sdk())
    assert written["conversation"]["tenantId"] == TENANT
    assert written["serviceUrl"] == URL


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        (None, None),
        ("2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T10:00:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T11:00:00+01:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_utc(stamp: str | None, time: datetime | None) -> None:
    assert parse_time(stamp) == time


@given(st.binary(max_size=80))
def test_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse_activity(body)
    assert caught.value.status == 400


@given(st.text(max_size=30))
def test_stamps_are_read_or_refused(stamp: str) -> None:
    with suppress(Refused):
        assert sdk(timestamp=stamp).timestamp.tzinfo is UTC
