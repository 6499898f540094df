"""`decroche audit`, on a real Redis and as its user sees it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli_audit import on_record
from bot.settings import load_settings
from bot.state.audit import Audit, AuditLine
from bot.state.connection import connect
from tests.support.environment import forget_settings

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, redis_server: str) -> Callable[..., Result]:
    """Runs `decroche audit …` against the tests' Redis, in which Anne and Bob were looked up."""
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECROCHE_REDIS_URL", redis_server)

    async def fill() -> None:
        async with connect(redis_server) as redis:
            await redis.flushdb()
            for about in ("anne@contoso.fr", "bob@contoso.fr"):
                line = AuditLine(
                    at=NOW, what="account", by="aad-samir", by_name="Samir", about=about, case="D-1001"
                )
                await Audit(redis).note(line)

    asyncio.run(fill())
    return lambda *args: CliRunner().invoke(app, ["audit", *args])


def test_trail_is_printed_for_people(audit: Callable[..., Result]) -> None:
    ran = audit()
    assert ran.exit_code == 0
    first, second = ran.stdout.splitlines()
    assert "anne@contoso.fr" in first
    assert second.split() == [
        "2026-11-22", "10:00:00", "UTC", "account", "bob@contoso.fr", "by", "aad-samir", "Samir", "D-1001",
    ]  # fmt: skip


def test_trail_is_printed_for_programs(audit: Callable[..., Result]) -> None:
    (line,) = json.loads(audit("bob@contoso.fr", "--json").stdout)
    assert (line["about"], line["by"], line["at"]) == ("bob@contoso.fr", "aad-samir", "2026-11-22T10:00:00Z")
    assert json.loads(audit("--limit", "1", "--json").stdout)[0]["about"] == "bob@contoso.fr"


def test_operators_lookup_is_on_record(audit: Callable[..., Result]) -> None:
    asyncio.run(on_record(load_settings(), "carl@contoso.fr"))
    (line,) = json.loads(audit("carl@contoso.fr", "--json").stdout)
    assert line["why"] == "decroche licence"
    assert line["by"].startswith("operator:")


def test_nameless_operator_has_a_number(
    audit: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "pwd", None)
    asyncio.run(on_record(load_settings(), "dora@contoso.fr"))
    (line,) = json.loads(audit("dora@contoso.fr", "--json").stdout)
    assert line["by"] == f"operator:{os.getuid()}"
