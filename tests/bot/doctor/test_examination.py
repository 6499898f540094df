import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.doctor.examination import examine, examine_environment, healthy
from bot.doctor.finding import Finding, State
from bot.doctor.permissions import permissions
from bot.simulator.directory import APPROVER_GROUP
from bot.simulator.login import GRAPH_PERMISSIONS
from tests.support.doctored import Installation, found, installation
from tests.support.environment import forget_settings


@pytest.fixture
async def place(
    tmp_path: Path, redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    async with installation(tmp_path, redis, redis_url, monkeypatch) as made:
        yield made


async def test_healthy_installation_has_no_complaint(place: Installation) -> None:
    findings = await examine(place.settings)
    assert {(one.what, one.state, one.says) for one in findings if one.state is not State.ok} <= {
        ("public address", State.off, "not set: tickets and files cannot be fetched by a link"),
        ("persistence", State.warning, "no append-only file: a crash of the server loses the last minutes"),
    }
    assert {one.area for one in findings} == {"settings", "redis", "teams", "graph", "clock", "sites"}
    assert {one.name for one in permissions()} <= {one.what for one in findings}
    assert place.stage.graph.writes.made == []


async def test_nothing_set_still_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECROCHE_DATA_DIR", str(tmp_path / "data"))
    findings = await examine_environment()
    assert healthy(findings)
    assert found(findings, "identity").state is State.warning
    assert found(findings, "login", "graph").state is State.off
    assert found(findings, "server").says.startswith("answers, embedded")


async def test_unknown_setting_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECROCHE_REDIS_ULR", "redis://x")
    (only,) = await examine_environment()
    assert (only.state, "DECROCHE_REDIS_ULR" in only.says) == (State.fails, True)


async def test_switched_off_fixes_are_not_tried(place: Installation) -> None:
    place.set("FIXES", "false")
    findings = await examine(place.settings)
    assert found(findings, "User.EnableDisableAccount.All").state is State.off
    assert not any(call.startswith(("PATCH", "DELETE")) for call in place.stage.graph.calls)


def _expired(place: Installation) -> None:
    place.stage.graph.directory.premium = False


def _wrong_secret(place: Installation) -> None:
    place.set("APP_SECRET", "wrong")


def _wrong_channel(place: Installation) -> None:
    place.set("HELPDESK_CHANNEL", "19:other@thread.tacv2")


def _no_such_group(place: Installation) -> None:
    place.set("APPROVER_GROUP", "00000000-0000-0000-0000-000000000000")


def _nobody(place: Installation) -> None:
    for user in place.stage.directory.users:
        user.groups.discard(APPROVER_GROUP)


def _graph_errors(place: Installation) -> None:
    place.stage.graph.fail(99, path="/healthOverviews", status=500)


def _no_keys(place: Installation) -> None:
    place.set("OPENID_METADATA_URL", "http://127.0.0.1:9/none")


def _login_down(place: Installation) -> None:
    place.stage.login.down = True


def _no_sites(place: Installation) -> None:
    (place.stage.path / "sites.toml").write_text("[[site]]\n", "utf-8")


def _public(place: Installation) -> None:
    place.set("PUBLIC_URL", "http://127.0.0.1:9")


def _excess(place: Installation) -> None:
    place.stage.login.permissions.add("Directory.ReadWrite.All")


def _playbook(place: Installation) -> None:
    folder = place.stage.path / "book"
    folder.mkdir()
    (folder / "broken.toml").write_text("[nonsense", "utf-8")
    place.set("PLAYBOOK", str(folder))


BROKEN: dict[str, tuple[Callable[[Installation], None], str, str, State, str]] = {
    "no premium": (_expired, "graph", "AuditLog.Read.All", State.warning, "no Entra ID P1"),
    "wrong secret": (_wrong_secret, "teams", "login", State.fails, "AADSTS7000215"),
    "its graph": (_wrong_secret, "graph", "login", State.fails, "AADSTS7000215"),
    "not tried": (_wrong_secret, "graph", "permissions", State.off, "no token"),
    "channel": (_wrong_channel, "teams", "helpdesk channel", State.fails, "404"),
    "group": (_no_such_group, "graph", "approver group", State.fails, "no group"),
    "empty": (_nobody, "graph", "approver group", State.warning, "no members"),
    "error": (_graph_errors, "graph", "ServiceHealth.Read.All", State.fails, "500"),
    "keys": (_no_keys, "teams", "signing keys", State.fails, "not to be had"),
    "login": (_login_down, "graph", "login", State.fails, "login"),
    "sites": (_no_sites, "settings", "sites", State.fails, "id"),
    "public": (_public, "teams", "public address", State.warning, "does not answer"),
    "excess": (_excess, "graph", "least privilege", State.warning, "Directory.ReadWrite.All"),
    "playbook": (_playbook, "settings", "playbook", State.fails, "broken.toml"),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_broken_is_said(
    place: Installation, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    damage, area, what, state, words = BROKEN[name]
    damage(place)
    findings = await examine(place.settings)
    finding = found(findings, what, area)
    assert (finding.state, words in finding.says) == (state, True), finding
    assert finding.todo or state is State.off
    assert healthy(findings) is not any(one.state is State.fails for one in findings)


async def test_dead_redis_leaves_the_rest(place: Installation) -> None:
    place.set("REDIS_URL", "redis://127.0.0.1:9")
    findings = await examine(place.settings)
    server = found(findings, "server")
    assert (server.state, "DECROCHE_REDIS_URL" in server.todo) == (State.fails, True)
    assert found(findings, "login", "graph").state is State.ok
    assert "sites" not in {one.area for one in findings}


async def test_slow_graph_delays_nothing_else(place: Installation) -> None:
    place.stage.graph.latency = timedelta(milliseconds=300)
    findings: tuple[Finding, ...] = await examine(place.settings)
    assert healthy(findings)
    calls = [call for call in place.stage.graph.requests if "$batch" not in call]
    assert len(calls) >= len(GRAPH_PERMISSIONS) - 1
