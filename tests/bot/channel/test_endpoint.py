"""Every refusal: its status, a short JSON body, nothing received, no outgoing call."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channel.auth import NoTokens
from bot.channel.limits import EndpointLimits
from bot.domain.conversation import Answer
from bot.errors import RedisUnavailable
from tests.support.activities import execute
from tests.support.recorder import Bot, build
from tests.support.signing import claims, jwk, serving, sign, sign_hs256, sign_none, tampered

LONG_AGO = datetime.now(UTC) - timedelta(days=1)


def assert_refused(bot: Bot, status: int, body: Any, expected: int) -> None:
    assert status == expected
    assert set(body) == {"error"}
    assert isinstance(body["error"], str)
    assert 0 < len(body["error"]) < 100
    assert bot.received == []
    assert bot.teams.calls == []


async def test_good_message_reaches_the_logic(bot: Bot) -> None:
    status, body, _ = await bot.post(bot.message())
    assert (status, body) == (200, None)
    assert [incoming.text for incoming in bot.received] == ["Mon téléphone affiche « No internet »"]


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
async def test_other_content_types_are_refused(bot: Bot, content_type: str) -> None:
    status, body, _ = await bot.post(
        json.dumps(bot.message()).encode(), token="garbage", headers={"Content-Type": content_type}
    )
    assert_refused(bot, status, body, 415)


async def raw(bot: Bot, request: bytes) -> tuple[int, bytes]:
    """Speaks HTTP by hand; gives the status and all that came until the server hung up."""
    where = urlsplit(bot.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        writer.write(request)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()
    return int(answer.split(b" ")[1]), answer


async def test_missing_content_type_is_refused(bot: Bot) -> None:
    head = b"POST /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    status, _ = await raw(bot, head)
    assert status == 415


async def test_long_body_is_refused_unread(bot: Bot) -> None:
    head = (
        b"POST /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: 300000\r\n\r\n"
    )
    status, answer = await raw(bot, head + b" " * 300_000)
    assert status == 413
    assert b'"error"' in answer
    assert bot.key_host.asked == 0


async def test_long_chunked_body_is_refused(bot: Bot) -> None:
    async def chunks() -> Any:
        for _ in range(40):
            yield b" " * 8192

    async with bot.session.post(
        bot.url, data=chunks(), headers={"Content-Type": "application/json"}
    ) as response:
        assert_refused(bot, response.status, await response.json(), 413)


async def test_unpacked_size_counts_too(bot: Bot) -> None:
    body = gzip.compress(b" " * 10_000_000)
    status, said, _ = await bot.post(body, headers={"Content-Encoding": "gzip"})
    assert_refused(bot, status, said, 413)


DEFECTS: dict[str, Any] = {
    "expired": lambda url: sign(claims(url, exp=LONG_AGO)),
    "no_exp": lambda url: sign(claims(url, exp=None)),
    "odd_exp": lambda url: sign(claims(url, exp=float("inf"))),
    "not_yet": lambda url: sign(claims(url, nbf=datetime.now(UTC) + timedelta(hours=1))),
    "wrong_aud": lambda url: sign(claims(url, aud="somebody-else")),
    "no_aud": lambda url: sign(claims(url, aud=None)),
    "wrong_iss": lambda url: sign(claims(url, iss="https://api.botframework.us")),
    "no_iss": lambda url: sign(claims(url, iss=None)),
    "emulator_v1": lambda url: sign(claims(url, iss="https://sts.windows.net/t/")),
    "emulator_v2": lambda url: sign(claims(url, iss="https://login.microsoftonline.com/t/v2.0")),
    "bad_signature": lambda url: sign(claims(url), kid="k1", key="other"),
    "tampered": lambda url: tampered(sign(claims(url))),
    "alg_none": lambda url: sign_none(claims(url)),
    "hs256": lambda url: sign_hs256(claims(url)),
    "unknown_kid": lambda url: sign(claims(url), kid="k9"),
    "no_kid": lambda url: sign(claims(url), kid=None),
    "garbage": lambda _: "garbage",
    "dots": lambda _: "..",
    "not_base64": lambda _: "€.€.€".encode().decode("latin-1"),
    "nested": lambda _: "W1tb" * 1500 + ".e30.x",
}


@pytest.mark.parametrize("defect", DEFECTS)
async def test_defective_token_is_refused(bot: Bot, defect: str) -> None:
    status, body, _ = await bot.post(bot.message(), token=DEFECTS[defect](bot.teams.url))
    assert_refused(bot, status, body, 401)


@pytest.mark.parametrize("defect", sorted(set(DEFECTS) - {"bad_signature", "tampered", "unknown_kid"}))
async def test_garbage_causes_no_outgoing_call(bot: Bot, defect: str) -> None:
    await bot.post(bot.message(), token=DEFECTS[defect](bot.teams.url))
    assert (bot.key_host.metadata_asked, bot.key_host.asked) == (0, 0)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "bearer\tx"])
async def test_header_without_token_is_refused(bot: Bot, header: str) -> None:
    status, body, _ = await bot.post(bot.message(), token=None, headers={"Authorization": header})
    assert_refused(bot, status, body, 401)


async def test_token_counts_before_the_body(bot: Bot) -> None:
    status, body, _ = await bot.post(b"{", token=None)
    assert_refused(bot, status, body, 401)


async def test_small_clock_difference_is_forgiven(bot: Bot) -> None:
    late = datetime.now(UTC) - timedelta(minutes=4)
    assert (await bot.post(bot.message(), token=bot.token(exp=late)))[0] == 200


async def test_unendorsed_channel_is_refused(bot: Bot) -> None:
    bot.key_host.keys = [jwk("k1", ["webchat"])]
    status, body, _ = await bot.post(bot.message())
    assert_refused(bot, status, body, 401)


async def test_keys_without_endorsements_are_accepted(bot: Bot) -> None:
    bot.key_host.keys = [jwk("k1", None)]
    assert (await bot.post(bot.message()))[0] == 200


BODIES: dict[str, bytes] = {
    "empty": b"",
    "not_json": b"{",
    "array": b"[]",
    "number": b"1",
    "nan": b'{"type": NaN}',
    "bad_utf8": b'{"type": "\xff"}',
    "byte_order_mark": b"\xef\xbb\xbf{}",
    "deep": b'{"value":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "half_emoji": b'{"text": "\\ud800"}',
}


@pytest.mark.parametrize("name", BODIES)
async def test_broken_body_is_refused(bot: Bot, name: str) -> None:
    status, body, _ = await bot.post(BODIES[name])
    assert_refused(bot, status, body, 400)


CHANGES: list[dict[str, Any]] = [
    {"type": None},
    {"type": 1},
    {"id": None},
    {"id": ""},
    {"id": {}},
    {"serviceUrl": None},
    {"serviceUrl": 5},
    {"conversation": None},
    {"conversation": "a:1"},
    {"conversation": {}},
    {"conversation": {"id": 1}},
    {"from": None},
    {"from": []},
    {"from": {"name": "x"}},
    {"recipient": "bot"},
    {"timestamp": "yesterday"},
    {"timestamp": 3},
    {"timestamp": "0001-01-01T00:00:00+23:59"},
    {"localTimestamp": "?"},
    {"entities": {}},
    {"channelData": "x"},
    {"text": 1},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
async def test_mistyped_field_is_refused(bot: Bot, change: dict[str, Any]) -> None:
    status, body, _ = await bot.post(bot.message(**change))
    assert_refused(bot, status, body, 400)


async def test_bad_compression_is_refused(bot: Bot) -> None:
    status, body, _ = await bot.post(b"no gzip", headers={"Content-Encoding": "gzip"})
    assert_refused(bot, status, body, 400)


async def test_bad_chunk_is_refused(bot: Bot) -> None:
    head = (
        f"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {bot.token()}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{{}}\r\n0\r\n\r\n"
    )
    status, _ = await raw(bot, head.encode())
    assert status == 400
    assert bot.received == []


@pytest.mark.parametrize(
    "change",
    [
        {"channelData": {"tenant": {"id": "other"}}},
        {"channelData": {"tenant": {"id": 7}}},
        {"channelData": None, "conversation": {"id": "a:1"}},
        {"conversation": {"id": "a:1", "tenantId": "other"}},
    ],
    ids=str,
)
async def test_other_tenant_is_refused(bot: Bot, change: dict[str, Any]) -> None:
    status, body, _ = await bot.post(bot.message(**change))
    assert_refused(bot, status, body, 403)


@pytest.mark.parametrize("claimed", [None, "https://smba.trafficmanager.net/fr/", 3])
async def test_token_for_another_url_is_refused(bot: Bot, claimed: Any) -> None:
    status, body, _ = await bot.post(bot.message(), token=bot.token(serviceurl=claimed))
    assert_refused(bot, status, body, 403)


async def test_trailing_slash_makes_no_difference(bot: Bot) -> None:
    assert (await bot.post(bot.message(serviceUrl=bot.teams.url + "/")))[0] == 200


@pytest.mark.parametrize("url", ["https://evil.example/", "http://127.0.0.1:1/", "file:///etc/passwd", "x"])
async def test_untrusted_host_is_refused(bot: Bot, url: str) -> None:
    status, body, _ = await bot.post(bot.message(serviceUrl=url), token=sign(claims(url)))
    assert_refused(bot, status, body, 403)


async def test_missing_keys_are_answered_503(bot: Bot) -> None:
    bot.key_host.status = 500
    status, body, response = await bot.post(bot.message())
    assert_refused(bot, status, body, 503)
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("error", [RuntimeError("bug"), RedisUnavailable("away")])
async def test_failed_turn_is_asked_for_again(bot: Bot, error: Exception) -> None:
    bot.error = error
    status, body, response = await bot.post(bot.message())
    assert_refused(bot, status, body, 503)
    assert "Retry-After" in response.headers


async def test_slow_body_is_cut_off(bot: Bot) -> None:
    bounds = EndpointLimits(body_bytes=1000, body_s=0.1, retry_after_s=1)
    async with serving(build(bot, NoTokens(), bounds=bounds)) as url:
        bot.url = f"{url}/api/messages"
        head = b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        status, answer = await raw(bot, head)
    assert status == 408
    assert b'"error"' in answer
    assert bot.received == []


async def test_development_bot_needs_no_token(bot: Bot) -> None:
    async with serving(build(bot, NoTokens())) as url:
        bot.url = f"{url}/api/messages"
        assert (await bot.post(bot.message(), token=None))[0] == 200


async def test_invoke_is_answered_with_its_card(bot: Bot) -> None:
    bot.answer = Answer(card={"type": "AdaptiveCard", "version": "1.5"})
    tap = execute(bot.teams.url, {"type": "Action.Execute", "verb": "fixed", "data": {"case": "D-1001"}})
    status, body, response = await bot.post(tap)
    assert (status, response.content_type) == (200, "application/json")
    assert body == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": {"type": "AdaptiveCard", "version": "1.5"},
    }


MALFORMED: list[Any] = [
    None,
    "text",
    {},
    {"action": None},
    {"action": "x"},
    {"action": {"type": "Action.Submit", "verb": "v"}},
    {"action": {"type": "Action.Execute"}},
    {"action": {"type": "Action.Execute", "verb": 3}},
    {"action": {"type": "Action.Execute", "verb": "v", "data": [1]}},
]


@pytest.mark.parametrize("value", MALFORMED, ids=str)
async def test_malformed_action_is_refused(bot: Bot, value: Any) -> None:
    status, body, _ = await bot.post(execute(bot.teams.url, {}, value=value))
    assert_refused(bot, status, body, 400)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["type", "value", "text", "entities", "channelData", "conversation", "from", "recipient", "locale"]
FIELDS += ["membersAdded", "attachments", "name", "timestamp", "id", "replyToId", "action"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    kind=st.sampled_from(["message", "invoke", "conversationUpdate", "installationUpdate", "typing"]),
    action=JSON,
)
async def test_no_activity_breaks_the_bot(bot: Bot, changes: Any, kind: str, action: Any) -> None:
    body = {**execute(bot.teams.url, action), "text": "hi", "type": kind, **changes}
    status, _, _ = await bot.post(json.dumps(body).encode())
    assert status in {200, 400, 403}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60))
async def test_no_bytes_break_the_bot(bot: Bot, body: bytes) -> None:
    assert (await bot.post(body))[0] == 400
