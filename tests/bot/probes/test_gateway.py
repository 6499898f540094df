"""The gateway as a stranger with curl would meet it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.domain.probe import Failure, ProbeReport, ProbeResult
from bot.errors import Refused
from bot.probes.gateway import MOST_BYTES, parse_report
from tests.support.gateway import TOKEN, Desk, a_job
from tests.support.mutation import inputs, malformed
from tests.support.waiting import wait_until

RESULT = ProbeResult(prober="dns", host="teams.microsoft.com", port=None, ok=True)
REPORT = ProbeReport(job="j1", runner="r1", results={0: RESULT}, done=True)
JSON = {"Content-Type": "application/json"}
REPORT_PATH = "/runner/jobs/j1/report"


@pytest.fixture
def desk(redis: Redis) -> Desk:
    return Desk(redis)


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with desk.open() as url, aiohttp.ClientSession(url, headers=headers) as session:
        yield session


async def _post(
    http: aiohttp.ClientSession,
    path: str,
    data: bytes = b"{}",
    query: str = "site=lyon&runner=r1",
    **headers: str,
) -> tuple[int, Any]:
    async with http.post(f"{path}?{query}", data=data, headers={**JSON, **headers}) as response:
        text = await response.text()
        return response.status, json.loads(text) if text else None


def _body(report: ProbeReport = REPORT) -> bytes:
    return msgspec.json.encode(report)


async def test_hello_tells_what_is_allowed(http: aiohttp.ClientSession, desk: Desk) -> None:
    status, answer = await _post(http, "/runner/hello")
    assert status == 200
    assert answer["site"] == {"id": "lyon", "resolvers": ["127.0.0.1:9"], "lab": answer["site"]["lab"]}
    assert abs((datetime.fromisoformat(answer["time"]) - datetime.now(UTC)).total_seconds()) < 5
    assert await desk.queue.last_seen("lyon") is not None


@pytest.mark.parametrize("path", ["/runner/hello", "/runner/jobs/next", REPORT_PATH])
@pytest.mark.parametrize(
    ("query", "authorization"),
    [
        ("site=lyon&runner=r1", "Bearer wrong"),
        ("site=lyon&runner=r1", "Basic lyon-token"),
        ("site=lyon&runner=r1", "Bearer é"),
        ("site=lyon&runner=r1", ""),
        ("site=paris&runner=r1", f"Bearer {TOKEN}"),
        ("", f"Bearer {TOKEN}"),
    ],
)
async def test_strangers_are_refused(
    http: aiohttp.ClientSession, desk: Desk, path: str, query: str, authorization: str
) -> None:
    status, answer = await _post(http, path, _body(), query, Authorization=authorization)
    assert (status, answer) == (401, {"error": "a site's token is needed"})
    assert await desk.queue.last_seen("lyon") is None


async def test_a_runner_must_have_a_name(http: aiohttp.ClientSession) -> None:
    for name in ("", "a%20b", "x" * 65, "%0a"):
        assert (await _post(http, "/runner/hello", query=f"site=lyon&runner={name}"))[0] == 400


async def test_a_waiting_job_is_given(http: aiohttp.ClientSession, desk: Desk) -> None:
    job = a_job()
    await desk.queue.put(job)
    status, answer = await _post(http, "/runner/jobs/next")
    assert status == 200
    assert answer == json.loads(msgspec.json.encode(job))


async def test_a_job_ends_the_long_poll(http: aiohttp.ClientSession, desk: Desk) -> None:
    poll = asyncio.create_task(_post(http, "/runner/jobs/next"))
    await wait_until(desk.heard, "the runner polls")
    await desk.queue.put(a_job())
    assert (await asyncio.wait_for(poll, 3))[0] == 200


async def test_a_report_is_handed_on(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.queue.put(a_job())
    await _post(http, "/runner/jobs/next")
    assert await _post(http, REPORT_PATH, _body()) == (200, {"accepted": 1})
    assert desk.reports == [REPORT]


async def test_a_repeated_report_is_fine(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.queue.put(a_job())
    statuses = [(await _post(http, REPORT_PATH, _body()))[0] for _ in range(3)]
    assert statuses == [200] * 3


async def test_a_forgotten_job_is_gone(http: aiohttp.ClientSession, desk: Desk) -> None:
    assert await _post(http, REPORT_PATH, _body()) == (410, {"error": "that job is over"})
    assert desk.reports == []


@pytest.mark.parametrize(
    "report",
    [
        msgspec.structs.replace(REPORT, job="j2"),
        msgspec.structs.replace(REPORT, runner="r2"),
        msgspec.structs.replace(REPORT, results={1: RESULT}),
        msgspec.structs.replace(REPORT, results={-1: RESULT}),
        msgspec.structs.replace(REPORT, results={0: msgspec.structs.replace(RESULT, host="other")}),
    ],
)
async def test_a_report_must_fit_its_job(
    http: aiohttp.ClientSession, desk: Desk, report: ProbeReport
) -> None:
    await desk.queue.put(a_job())
    assert (await _post(http, REPORT_PATH, _body(report)))[0] == 400
    assert desk.reports == []


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"\xff", b'{"job":"j1"}', b"[" * 100_000, b'{"job":"j1","results":' + b"[" * 9000],
)
async def test_what_is_no_report_is_refused(http: aiohttp.ClientSession, desk: Desk, data: bytes) -> None:
    await desk.queue.put(a_job())
    assert await _post(http, REPORT_PATH, data) == (400, {"error": "not a report"})


async def test_a_huge_report_is_refused(http: aiohttp.ClientSession) -> None:
    assert (await _post(http, REPORT_PATH, b" " * (MOST_BYTES + 1)))[0] == 413


async def test_a_huge_chunked_report_is_refused(http: aiohttp.ClientSession) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * (MOST_BYTES // 8)

    query = f"{REPORT_PATH}?site=lyon&runner=r1"
    async with http.post(query, data=chunks(), headers=JSON) as response:
        assert response.status == 413


async def test_only_json_is_read(http: aiohttp.ClientSession) -> None:
    assert (await _post(http, REPORT_PATH, _body(), **{"Content-Type": "text/plain"}))[0] == 415


async def test_lost_state_says_come_again(http: aiohttp.ClientSession, desk: Desk) -> None:
    await desk.queue.put(a_job())
    desk.broken = True
    async with http.post(f"{REPORT_PATH}?site=lyon&runner=r1", data=_body(), headers=JSON) as response:
        assert response.status == 503
        assert response.headers["Retry-After"] == "2"


async def test_a_stopping_bot_ends_the_poll(http: aiohttp.ClientSession, desk: Desk) -> None:
    poll = asyncio.create_task(_post(http, "/runner/jobs/next"))
    await wait_until(desk.heard, "the runner polls")
    desk.stopping = True
    assert await asyncio.wait_for(poll, 3) == (204, None)


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        (b"/runner/hello?site=lyon&runner=r1", b"\xff\xfe", b"401"),
        (b"/runner/hello?site=%ff&runner=r1", b"lyon-token", b"401"),
        (b"/runner/hello?site=lyon&runner=%0d%0a", b"lyon-token", b"400"),
        (b"/runner/jobs/%ff/report?site=lyon&runner=r1", b"lyon-token", b"410"),
        (b"/runner/jobs/%ED%A0%80/report?site=lyon&runner=r1", b"lyon-token", b"410"),
    ],
)
async def test_bytes_that_are_no_text_are_refused(
    http: aiohttp.ClientSession, desk: Desk, path: bytes, token: bytes, status: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    head = b"POST %b HTTP/1.1\r\nHost: bot\r\nAuthorization: Bearer %b\r\n" % (path, token)
    writer.write(head + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    line = await reader.readline()
    writer.transport.abort()
    assert line.split()[1] == status


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(Refused):
        parse_report(data)


@pytest.mark.fuzz
def test_no_malformed_report_breaks_the_reader() -> None:
    told = {"usual_ms": 4.0, "known": {"switch": {"port": "Gi1/0/12"}}, "log": ["a", "b"]}
    failed = ProbeResult(
        prober="tls", host="a.example", port=443, ok=False, failure=Failure.tls_expired, details=told
    )
    seeds = (REPORT, msgspec.structs.replace(REPORT, results={0: RESULT, 1: failed}, at=datetime.now(UTC)))
    read = 0
    for data in malformed([msgspec.json.encode(seed) for seed in seeds]):
        with contextlib.suppress(Refused):
            read += isinstance(parse_report(data), ProbeReport)
    assert read > inputs() / 1000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.fixed_dictionaries({"job": st.text(), "runner": st.text(), "results": json_values}))
def test_no_json_breaks_the_reader(content: dict[str, Any]) -> None:
    with contextlib.suppress(Refused):
        assert parse_report(json.dumps(content).encode()).job == content["job"]
