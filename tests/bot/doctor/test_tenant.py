from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import jwt
import pytest

from bot.doctor.checking import carry_out
from bot.doctor.finding import State
from bot.doctor.permissions import Permission, permissions
from bot.doctor.tenant import checks, clock_finding, is_set, judge, opened, sign_in
from bot.graph.answer import Answer
from bot.settings import Settings
from tests.support.doctored import found
from tests.support.tenant import running_tenant

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# Greater rights that the simulated tenant grants too, and that give the same.
ALSO = {"GroupMember.Read.All": ("GroupMember.ReadWrite.All",)}
BY_NAME = {one.name: one for one in permissions()}


@pytest.mark.parametrize(
    ("offset", "state"),
    [(0, State.ok), (59, State.ok), (61, State.warning), (-299, State.warning), (300, State.fails)],
)
def test_clock_is_judged_by_its_offset(offset: int, state: State) -> None:
    said = format_datetime(NOW + timedelta(seconds=offset), usegmt=True)
    assert clock_finding(said, NOW).state is state


@pytest.mark.parametrize("said", ["", "soon", "Sun, 22 Nov 2026 09:00:00 -0000"])
def test_unreadable_time_says_nothing(said: str) -> None:
    assert clock_finding(said, NOW).state is State.off


@pytest.mark.parametrize(
    ("name", "status", "state"),
    [
        ("User.Read.All", 200, State.ok),
        ("User.Read.All", 403, State.fails),
        ("User.Read.All", 404, State.fails),
        ("User.Read.All", 0, State.fails),
        ("TeamsUserConfiguration.Read.All", 404, State.warning),
        ("TeamsUserConfiguration.Read.All", 403, State.warning),
        ("User.EnableDisableAccount.All", 404, State.ok),
        ("User.EnableDisableAccount.All", 403, State.fails),
        ("LicenseAssignment.ReadWrite.All", 429, State.fails),
    ],
)
def test_answers_are_judged(name: str, status: int, state: State) -> None:
    assert judge(BY_NAME[name], Answer(status=status)).state is state


def test_graph_needs_all_of_a_login() -> None:
    empty = Settings(_env_file=None)
    assert not is_set(empty)
    assert not is_set(empty.model_copy(update={"tenant_id": "t", "app_id": "a"}))
    assert is_set(empty.model_copy(update={"tenant_id": "t", "app_id": "a", "graph_certificate": Path("x")}))


async def test_more_than_needed_is_named(tmp_path: Path) -> None:
    async with running_tenant(tmp_path) as tenant:
        tenant.login.permissions = {"User.Read.All", "Mail.Read"}
        findings = await sign_in(tenant.settings())
    assert found(findings, "least privilege").says.endswith("may: Mail.Read")


async def test_strange_token_is_still_a_token(tmp_path: Path) -> None:
    async with running_tenant(tmp_path) as tenant:
        tenant.login.permissions = set()
        assert [one.what for one in await sign_in(tenant.settings())] == ["login"]
        token = tenant.login.token("x", "y", roles="all of them")
    assert jwt.decode(token, options={"verify_signature": False})["roles"] == "all of them"


@pytest.mark.parametrize("permission", permissions(), ids=lambda one: str(one.name))
async def test_each_missing_permission_is_named(tmp_path: Path, permission: Permission) -> None:
    async with running_tenant(tmp_path) as tenant:
        settings = tenant.settings(fixes=True)
        tenant.graph.denied = {permission.name, *ALSO.get(permission.name, ())}
        async with opened(settings) as graph:
            findings = await carry_out(checks(settings, graph))
    finding = found(findings, permission.name)
    assert finding.state is (State.warning if permission.optional else State.fails)
    assert finding.says.startswith("permission missing")
    assert permission.without in finding.says
    assert "consent.ps1" in finding.todo
    assert {one.what for one in findings if one.state is not State.ok} <= tenant.graph.denied
    assert tenant.graph.writes.made == []
