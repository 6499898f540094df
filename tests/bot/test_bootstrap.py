from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.bootstrap import (
    build,
    bundle_writer,
    open_graph,
    open_redis,
    read_sites,
    rules_of,
    utc_now,
)
from bot.channel.side import check_identity
from bot.diagnosis.playbook import load
from bot.errors import ConfigurationError, PlaybookInvalid, SitesInvalid
from bot.settings import Settings
from tests.support.cases import CaseBuilder
from tests.support.environment import forget_settings
from tests.support.login import login_service
from tests.support.playbooks import own_playbook
from tests.support.signing import APP_ID, claims, key_server, sign
from tests.support.wholebot import whole_bot

TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"


@pytest.fixture
def base(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    forget_settings(monkeypatch)
    return {"_env_file": None, "data_dir": tmp_path, "redis_url": redis_url}


IDENTITY: dict[str, Any] = {
    "app_id": APP_ID,
    "app_secret": SecretStr("secret"),
    "tenant_id": TENANT,
    "openid_metadata_url": "http://127.0.0.1:1/keys",
    "authority": "https://127.0.0.1:1",
}


def test_clock_is_aware() -> None:
    offset = utc_now().utcoffset()
    assert offset is not None
    assert not offset


def test_without_app_id_only_developers_serve(base: dict[str, Any]) -> None:
    settings = Settings(**base)
    check_identity(settings, dev=True)
    with pytest.raises(ConfigurationError, match="DECROCHE_APP_ID is not set") as refused:
        check_identity(settings, dev=False)
    assert "serve --dev" in refused.value.advice


@pytest.mark.parametrize("missing", ["app_secret", "tenant_id"])
@pytest.mark.parametrize("dev", [True, False])
def test_half_an_identity_is_refused(base: dict[str, Any], missing: str, dev: bool) -> None:
    with pytest.raises(ConfigurationError, match="without DECROCHE_APP_SECRET and DECROCHE_TENANT_ID"):
        check_identity(Settings(**base, **IDENTITY | {missing: None}), dev=dev)


def test_changes_need_somebody_who_approves(base: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="nobody could approve"):
        check_identity(Settings(**base, fixes=True), dev=True)
    check_identity(Settings(**base, fixes=True, approver_group="g"), dev=True)
    assert rules_of(Settings(**base, fixes=True)).fixes
    assert not rules_of(Settings(**base)).fixes


def test_whole_identity_is_enough(base: dict[str, Any]) -> None:
    check_identity(Settings(**base, **IDENTITY), dev=False)


def test_sites_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text('[[site]]\nid = "lyon"\nname = "Lyon"\n', "utf-8")
    assert list(read_sites(file)) == ["lyon"]
    assert read_sites(None) == {}


@pytest.mark.parametrize("content", [None, b"[[site]\n", b"[[site]]\nid='\xff'\n"])
def test_bad_sites_file_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "sites.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SitesInvalid) as refused:
        read_sites(file)
    assert "DECROCHE_SITES" in refused.value.advice


@pytest.mark.parametrize(("channel", "helpdesk"), [(None, False), ("19:x@thread.tacv2", True)])
def test_rules_know_of_the_helpdesk(base: dict[str, Any], channel: str | None, helpdesk: bool) -> None:
    rules = rules_of(Settings(**base, helpdesk_channel=channel))
    assert rules.helpdesk is helpdesk
    assert rules.playbook.causes


def test_own_playbook_is_used(base: dict[str, Any], tmp_path: Path) -> None:
    settings = Settings(**base, playbook=own_playbook(tmp_path / "book", 0.9))
    assert rules_of(settings).playbook.limits.verdict == 0.9
    assert rules_of(Settings(**base)).playbook is load()


def test_broken_playbook_stops_the_start(base: dict[str, Any], tmp_path: Path) -> None:
    settings = Settings(**base, playbook=own_playbook(tmp_path / "book", 1.9))
    with pytest.raises(PlaybookInvalid, match=r"book/ours.toml: limits.verdict: verdict must lie") as refused:
        rules_of(settings)
    assert "playbook check" in refused.value.advice


async def test_given_redis_is_used(base: dict[str, Any]) -> None:
    async with open_redis(Settings(**base)) as redis:
        assert await redis.ping()
    assert not (base["data_dir"] / "redis").exists()


async def test_embedded_redis_is_started(base: dict[str, Any]) -> None:
    async with open_redis(Settings(**base | {"redis_url": None})) as redis:
        assert await redis.ping()
    assert any(base["data_dir"].iterdir())


async def test_graph_needs_all_its_settings(base: dict[str, Any]) -> None:
    async with open_graph(Settings(**base)) as graph:
        assert graph is None
    async with open_graph(Settings(**base, **IDENTITY | {"tenant_id": None})) as graph:
        assert graph is None
    async with open_graph(Settings(**base, **IDENTITY)) as graph:
        assert graph is not None


def test_bundles_go_where_they_are_wanted(base: dict[str, Any], tmp_path: Path) -> None:
    settings = Settings(**base)
    rules = rules_of(settings)
    case = CaseBuilder().opened().fact("dns", "fail").case
    here = bundle_writer(settings, rules, tmp_path / "here").bundle(case, "fr")
    kept = bundle_writer(settings, rules).bundle(case, "fr")
    assert (tmp_path / "here" / here.name).is_file()
    assert (tmp_path / "bundles" / kept.name).is_file()


async def test_bot_without_identity_is_not_built(base: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        async with build(Settings(**base)):
            raise AssertionError("it was built")


async def test_bad_certificate_file_is_a_sentence(base: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no certificates"):
        Settings(**base, ca_file=tmp_path / "nowhere.pem")


async def test_serving_waits_for_no_key_server(base: dict[str, Any]) -> None:
    """Neither Microsoft's keys nor its login service are there; the bot is, and says so."""
    async with whole_bot(Settings(**base, **IDENTITY)) as bot:
        status, body = await bot.get("/readyz")
        assert status == 200
        assert "connector_keys" in body["degraded"]
        assert "app_id" not in body["degraded"]
        assert await bot.say("Bonjour") == 401
        assert bot.teams.calls == []


async def test_tokens_are_checked_with_an_app_id(base: dict[str, Any], tmp_path: Path) -> None:
    """Keys, login and connector over real HTTP: only Teams' own token lets a message in."""
    async with key_server() as keys:
        with login_service(tmp_path) as login:
            own = {"openid_metadata_url": keys.metadata_url, "authority": login.authority}
            hosts = {"ca_file": login.ca_file, "trusted_hosts": ("127.0.0.1",)}
            async with whole_bot(Settings(**base, **IDENTITY | own | hosts)) as bot:
                token = sign(claims(bot.teams.url))
                other = sign(claims("https://elsewhere.example"))
                assert await bot.say("Bonjour", Authorization="Bearer garbage") == 401
                assert await bot.say("Bonjour", Authorization=f"Bearer {other}") == 403
                assert await bot.say("Bonjour", Authorization=f"Bearer {token}") == 200
                assert (await bot.sent(1))[0]["attachments"]
                assert bot.teams.calls[0].token == "Bearer token-1"
                assert "connector_keys" not in (await bot.get("/readyz"))[1]["degraded"]


async def test_stopped_bot_goes_on_where_it_was(base: dict[str, Any]) -> None:
    """What one process took in, and had no time to deliver, the next delivers, in order."""
    async with whole_bot(Settings(**base), dev=True) as bot:
        assert bot.parts.courier is not None
        bot.parts.courier.cancel()
        assert await bot.say("Mon téléphone affiche « No internet »") == 200
        assert bot.teams.calls == []
    async with whole_bot(Settings(**base), dev=True) as again:
        assert await again.say("aide", "2") == 200
        safety, intake, help_ = await again.sent(3)
        assert "112" in str(safety["attachments"])
        assert "nonce" in str(intake["attachments"])
        assert "D-1001" in str(help_["attachments"])
        assert await again.parts.cases.open_cases() == ["D-1001"]
