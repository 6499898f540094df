import pytest

from bot.simulator.directory import (
    PHONE_SKU,
    TEAMS_SKU,
    Directory,
    catalogue,
    make_directory,
)

CAMILLE = "camille.fournier@bellecour.example"


@pytest.fixture
def tenant() -> Directory:
    return make_directory("tenant")


def test_everybody_is_whole_at_first(tenant: Directory) -> None:
    assert all(user.enabled and user.has_plan("TEAMS1") and user.has_plan("MCOEV") for user in tenant.users)
    assert set(tenant.health.values()) == {"serviceOperational"}


def test_people_are_found_by_either_name(tenant: Directory) -> None:
    user = tenant.find(CAMILLE.upper())
    assert tenant.find(user.id) is user
    with pytest.raises(KeyError):
        tenant.find("nobody@bellecour.example")


def test_ids_stay_between_runs(tenant: Directory) -> None:
    assert [user.id for user in tenant.users] == [user.id for user in make_directory("other").users]


def test_disabling_leaves_trace_in_log(tenant: Directory) -> None:
    tenant.disable(CAMILLE)
    assert tenant.find(CAMILLE).sign_ins[0].error == 50057
    tenant.enable(CAMILLE)
    assert tenant.find(CAMILLE).sign_ins[0].error == 0


def test_plans_need_success_to_count(tenant: Directory) -> None:
    person = tenant.find(CAMILLE)
    tenant.provision(CAMILLE, "TEAMS1", "PendingProvisioning")
    assert not person.has_plan("TEAMS1")
    tenant.provision(CAMILLE, "TEAMS1", "Success")
    assert person.has_plan("TEAMS1")
    person.suspended_plans.add("MCOEV")
    assert not person.has_plan("MCOEV")


def test_assigning_twice_keeps_one_licence(tenant: Directory) -> None:
    before = tenant.consumed(TEAMS_SKU)
    tenant.assign(CAMILLE, TEAMS_SKU, group="group")
    assert tenant.consumed(TEAMS_SKU) == before
    assert tenant.find(CAMILLE).licence(TEAMS_SKU).group == "group"
    tenant.remove_licence(CAMILLE, PHONE_SKU)
    with pytest.raises(KeyError):
        tenant.find(CAMILLE).licence(PHONE_SKU)


def test_incident_begins_and_ends(tenant: Directory) -> None:
    tenant.declare("serviceInterruption")
    assert tenant.health["Microsoft Teams"] == "serviceInterruption"
    tenant.all_clear()
    assert tenant.health["Microsoft Teams"] == "serviceOperational"
    assert tenant.issues[0].resolved


def test_catalogue_names_only_known_plans() -> None:
    used = {plan for sku in catalogue().sku.values() for plan in sku.plans}
    assert used == set(catalogue().plans)


def test_teams_product_alone_gives_teams() -> None:
    with_teams = {name for name, sku in catalogue().sku.items() if "TEAMS1" in sku.plans}
    assert with_teams == {"SPE_E3", "SPE_E5", "Microsoft_Teams_EEA_New", "MCOCAP"}
