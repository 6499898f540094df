"""Everything that a bot meets is there, and its settings point at it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.domain.site import parse_sites
from bot.runner.switch.credentials import read_keys
from bot.settings import load_settings
from bot.simulator.channel import HELPDESK
from bot.simulator.network import SITE_ID
from bot.simulator.stage import CONNECTOR, Stage
from tests.support.standin import call

HELLO = {"type": "message", "text": "Bonjour"}


async def _send(stage: Stage, token: str) -> int:
    url = f"{stage.channel.service_url}v3/conversations/{HELPDESK}/activities"
    status, _ = await call("POST", url, json=HELLO, headers={"Authorization": f"Bearer {token}"})
    return status


async def test_fault_has_happened_once_running(tmp_path: Path) -> None:
    stage = Stage("account.disabled", "fr", tmp_path)
    async with stage.running():
        assert not stage.directory.find(stage.employee.upn).enabled
        assert stage.world.act("act.enable_account")


async def test_settings_are_accepted_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage("network.dns", "en", tmp_path)
    async with stage.running():
        for name, value in stage.settings("http://127.0.0.1:3978").items():
            monkeypatch.setenv(name, value)
        settings = load_settings(None)
    assert settings.app_id == stage.app_id
    assert settings.trusted_hosts == (stage.channel.host,)
    assert settings.helpdesk_locale == "en"
    assert SITE_ID in parse_sites((tmp_path / "sites.toml").read_text(encoding="utf-8"))


async def test_only_tokens_for_connector_are_taken(tmp_path: Path) -> None:
    stage = Stage("network.dns", "fr", tmp_path)
    async with stage.running():
        assert await _send(stage, stage.login.token(CONNECTOR, stage.app_id)) == 201
        assert await _send(stage, stage.login.token(CONNECTOR, "another-app")) == 401
        assert await _send(stage, stage.login.token(stage.graph.url, stage.app_id)) == 401
        assert await _send(stage, "garbage") == 401


def test_without_channel_there_is_no_app(tmp_path: Path) -> None:
    settings = Stage("network.dns", "fr", tmp_path).settings("http://127.0.0.1:3978", channel=False)
    assert "DECROCHE_APP_ID" not in settings
    assert "DECROCHE_GRAPH_CLIENT_ID" in settings


def test_runner_gets_nothing_of_the_tenant(tmp_path: Path) -> None:
    stage = Stage("network.dns", "fr", tmp_path)
    given = json.dumps(stage.runner_settings())
    assert stage.runner_token in given
    assert stage.secret not in given
    assert stage.tenant not in given


def test_agent_sits_in_the_helpdesk_channel(tmp_path: Path) -> None:
    stage = Stage("network.dns", "fr", tmp_path)
    stage.channel.helpdesk(*stage.helpdesk)
    assert stage.agent_at("http://127.0.0.1:9").client.room.id == HELPDESK
    assert stage.employee_at("http://127.0.0.1:9").client.room.kind == "personal"


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


async def test_only_the_runner_opens_the_switch(tmp_path: Path) -> None:
    stage = Stage("network.port_security", "fr", tmp_path)
    async with stage.running():
        keys = Path(stage.runner_settings()["DECROCHE_SWITCHES"])
        assert list(read_keys(keys)) == ["127.0.0.1"]
        assert not _others_may_read(keys)
        assert "DECROCHE_SWITCHES" not in stage.settings("http://127.0.0.1:9")
        assert stage.network.switch.plug.state == "err_disabled"
        stage.world.mend()
        assert stage.network.switch.plug.state == "up"
