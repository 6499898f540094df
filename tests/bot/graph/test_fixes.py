from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.change import Change, FixKind
from bot.graph.client import GraphClient
from bot.graph.errors import GraphError
from bot.graph.fixes import PERMISSIONS, GraphFixes, Made
from bot.simulator.directory import LICENCE_GROUP, PHONE_SKU, TEAMS_SKU, catalogue
from bot.simulator.replicas import Lag
from tests.support.tenant import Tenant

WRITES = {"assign_licence": "assign", "join_group": "join", "enable_account": "enable"}
OPPOSITES = {"assign_licence": "remove", "join_group": "leave", "enable_account": "disable"}


@pytest.fixture
def fixes(graph: GraphClient) -> GraphFixes:
    return GraphFixes(graph)


def needing(tenant: Tenant, fix: FixKind) -> Change:
    """What Camille needs, after it was taken from her."""
    camille = tenant.camille
    change = Change(id="D-1-9", fix=fix, user=camille.id, upn=camille.upn)
    if fix == "enable_account":
        camille.enabled = False
        return change
    if fix == "join_group":
        tenant.directory.leave(LICENCE_GROUP, camille.id)
        return replace(change, sku=catalogue().sku[TEAMS_SKU].id, group=LICENCE_GROUP)
    tenant.directory.remove_licence(camille.id, PHONE_SKU)
    return replace(change, sku=catalogue().sku[PHONE_SKU].id)


KINDS: tuple[FixKind, ...] = ("assign_licence", "join_group", "enable_account")


@pytest.mark.parametrize("fix", KINDS)
async def test_change_is_made_and_stands(fixes: GraphFixes, tenant: Tenant, fix: FixKind) -> None:
    change = needing(tenant, fix)
    assert not await fixes.stands(change)
    assert await fixes.make(change) == Made(how="made")
    assert await fixes.stands(change)
    assert [write.what for write in tenant.graph.writes.made] == [WRITES[fix]]


@pytest.mark.parametrize("undo", [False, True])
@pytest.mark.parametrize("fix", KINDS)
async def test_unreadable_state_is_no_state(
    fixes: GraphFixes, tenant: Tenant, fix: FixKind, undo: bool
) -> None:
    change = replace(needing(tenant, fix), undo=undo)
    tenant.graph.nulls = {"accountEnabled", "licenseAssignmentStates", "value"}
    with pytest.raises(GraphError, match="does not tell"):
        await fixes.stands(change)


async def test_group_with_a_rule_is_said(fixes: GraphFixes, tenant: Tenant) -> None:
    change = needing(tenant, "join_group")
    tenant.directory.dynamic_groups.add(LICENCE_GROUP)
    assert await fixes.make(change) == Made(how="failed", why="dynamic")


async def test_unreadable_stock_leaves_it_to_graph(fixes: GraphFixes, tenant: Tenant) -> None:
    change = needing(tenant, "join_group")
    tenant.graph.fail(1, path="/subscribedSkus", status=403)
    assert await fixes.make(change) == Made(how="made")


@pytest.mark.parametrize("fix", KINDS)
async def test_undo_removes_just_that(fixes: GraphFixes, tenant: Tenant, fix: FixKind) -> None:
    change = needing(tenant, fix)
    before = (
        tenant.camille.enabled,
        {held.sku for held in tenant.camille.licences},
        set(tenant.camille.groups),
    )
    await fixes.make(change)
    back = replace(change, undo=True)
    assert not await fixes.stands(back)
    assert await fixes.make(back) == Made(how="made")
    assert await fixes.stands(back)
    now = (tenant.camille.enabled, {held.sku for held in tenant.camille.licences}, set(tenant.camille.groups))
    assert now == before
    assert tenant.graph.writes.made[-1].what == OPPOSITES[fix]


async def test_licence_of_a_group_is_had_already(fixes: GraphFixes, tenant: Tenant) -> None:
    change = Change(id="1", fix="assign_licence", user=tenant.camille.id, sku=catalogue().sku[TEAMS_SKU].id)
    assert await fixes.stands(change)
    assert await fixes.stands(replace(change, undo=True)), "nothing direct is there to be taken back"


async def test_member_is_added_once(fixes: GraphFixes, tenant: Tenant) -> None:
    change = needing(tenant, "join_group")
    await fixes.make(change)
    assert await fixes.make(change) == Made(how="already")
    assert len(tenant.graph.writes.of("join")) == 1


@pytest.mark.parametrize("fix", ["join_group", "assign_licence"])
async def test_what_is_gone_is_not_removed(fixes: GraphFixes, tenant: Tenant, fix: FixKind) -> None:
    change = replace(needing(tenant, fix), undo=True)
    assert await fixes.make(change) == Made(how="already")
    assert tenant.graph.writes.made == []


def unlocated(tenant: Tenant) -> None:
    tenant.camille.usage_location = None


def sold_out(tenant: Tenant) -> None:
    tenant.directory.stock = dict.fromkeys(tenant.directory.stock, 0)


def synced(tenant: Tenant) -> None:
    tenant.camille.synced = True
    tenant.directory.synced_groups.add(LICENCE_GROUP)


def gone(tenant: Tenant) -> None:
    tenant.directory.users.remove(tenant.camille)


@pytest.mark.parametrize(
    ("fix", "spoil", "why"),
    [
        ("assign_licence", unlocated, "no_country"),
        ("assign_licence", sold_out, "no_seat"),
        ("join_group", sold_out, "no_seat"),
        ("join_group", synced, "synchronised"),
        ("enable_account", synced, "synchronised"),
        ("assign_licence", gone, "not_found"),
        ("enable_account", gone, "not_found"),
    ],
)
async def test_refusal_has_its_reason(
    fixes: GraphFixes, tenant: Tenant, fix: FixKind, spoil: Callable[[Tenant], None], why: str
) -> None:
    change = needing(tenant, fix)
    spoil(tenant)
    assert await fixes.make(change) == Made(how="failed", why=why)
    assert tenant.graph.writes.made == []


async def test_unknown_refusal_is_quoted(fixes: GraphFixes, tenant: Tenant) -> None:
    change = replace(needing(tenant, "assign_licence"), sku="00000000-0000-0000-0000-000000000000")
    made = await fixes.make(change)
    assert (made.how, made.why) == ("failed", "refused")
    assert "does not correspond to a valid company License" in made.detail


@pytest.mark.parametrize("fix", KINDS)
async def test_missing_permission_is_named(fixes: GraphFixes, tenant: Tenant, fix: FixKind) -> None:
    change = needing(tenant, fix)
    tenant.graph.denied = {
        "LicenseAssignment.ReadWrite.All",
        "User.EnableDisableAccount.All",
        "User.ReadWrite.All",
        "GroupMember.ReadWrite.All",
        "Group.ReadWrite.All",
        "Directory.ReadWrite.All",
    }
    assert await fixes.make(change) == Made(how="failed", why="forbidden", detail=PERMISSIONS[fix])


async def test_administrator_is_not_enabled(fixes: GraphFixes, tenant: Tenant) -> None:
    change = needing(tenant, "enable_account")
    tenant.camille.admin = True
    assert (await fixes.make(change)).why == "forbidden"


@pytest.mark.parametrize("status", [429, 503, 500])
async def test_doubtful_answer_is_an_error(fixes: GraphFixes, tenant: Tenant, status: int) -> None:
    change = needing(tenant, "assign_licence")
    tenant.graph.throttle(5, path="assignLicense", status=status, retry_after="1")
    with pytest.raises(GraphError) as caught:
        await fixes.make(change)
    assert caught.value.status == status
    asked = [call for call in tenant.graph.calls if call.endswith("assignLicense")]
    assert len(asked) == 1, "a write is never repeated by itself"


async def test_write_that_is_not_seen_yet(fixes: GraphFixes, tenant: Tenant) -> None:
    change = needing(tenant, "assign_licence")
    tenant.graph.replicas.lag = Lag(hidden_reads=1, pending=timedelta())
    await fixes.make(change)
    assert not await fixes.stands(change)
    assert await fixes.stands(change)
