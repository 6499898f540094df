from pathlib import Path

import pytest

from bot.doctor.finding import State
from bot.doctor.local import data_dir, playbook, sites, together
from bot.errors import SitesInvalid
from bot.settings import Settings
from tests.support.doctored import found


def settings(**changes: object) -> Settings:
    return Settings(_env_file=None).model_copy(update=changes)


def test_missing_directory_is_made(tmp_path: Path) -> None:
    assert data_dir(tmp_path / "a/b").state is State.ok
    assert list((tmp_path / "a/b").iterdir()) == []


def test_directory_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = data_dir(tmp_path / "file")
    assert (finding.state, "DECROCHE_DATA_DIR" in finding.todo) == (State.fails, True)


def test_application_without_secret_fails() -> None:
    assert found(together(settings(app_id="x")), "identity").state is State.fails


@pytest.mark.parametrize(
    ("address", "state"),
    [(None, State.off), ("http://127.0.0.1:1", State.warning), ("https://b.example", None)],
)
def test_public_address_must_be_public(address: str | None, state: State | None) -> None:
    states = [one.state for one in together(settings(public_url=address)) if one.what == "public address"]
    assert states == ([] if state is None else [state])


def test_sites_are_named(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_text('[[site]]\nid = "lyon"\nname = "Lyon"\n', "utf-8")
    assert sites(path).says == "1: lyon"
    assert sites(None).state is State.warning
    with pytest.raises(SitesInvalid):
        sites(tmp_path / "none.toml")


def test_builtin_playbook_can_be_used() -> None:
    assert playbook(None).state is State.ok
