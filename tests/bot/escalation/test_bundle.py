"""The zip that is sent to Microsoft."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.case import Case, decode_case
from bot.errors import BundleError
from bot.escalation.bundle import pack, write
from bot.escalation.template import fill
from bot.escalation.ticket import Ticket
from tests.support.cases import CaseBuilder
from tests.support.tickets import LYON, TENANT, IdTitles, bare_case, full_case

FILES = ["ticket.txt", "ticket.md", "ticket.json", "ledger.json", "manifest.json"]


def ticket_of(case: Case) -> Ticket:
    return fill(case, IdTitles(), LYON, TENANT)


def read(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_bundle_holds_ticket_ledger_and_manifest(tmp_path: Path) -> None:
    case = full_case()
    bundle = write(case, ticket_of(case), tmp_path / "new")
    files = read(bundle.path)
    assert list(files) == FILES
    assert decode_case(files["ledger.json"]) == case
    assert bundle.sha256 == hashlib.sha256(bundle.path.read_bytes()).hexdigest()


def test_manifest_has_every_checksum(tmp_path: Path) -> None:
    files = read(write(full_case(), ticket_of(full_case()), tmp_path).path)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    assert json.loads(files["manifest.json"])["sha256"] == sums


def test_same_ledger_gives_same_bytes() -> None:
    assert pack(full_case(), ticket_of(full_case())) == pack(full_case(), ticket_of(full_case()))


def test_times_are_that_of_the_newest_entry(tmp_path: Path) -> None:
    with zipfile.ZipFile(write(bare_case(), ticket_of(bare_case()), tmp_path).path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 3, 10, 8, 14, 0)}


def test_time_before_zip_format_is_clamped() -> None:
    case = CaseBuilder(start=datetime(1970, 1, 1, tzinfo=UTC)).opened().case
    assert pack(case, ticket_of(case)).startswith(b"PK")


def test_later_bundle_keeps_the_earlier_one(tmp_path: Path) -> None:
    for case in (bare_case(), full_case()):
        write(case, ticket_of(case), tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"D-1042-1.zip", f"D-1042-{full_case().version}.zip"}


def test_bundle_names_what_is_missing(tmp_path: Path) -> None:
    assert "Numéro de série" in write(bare_case(), ticket_of(bare_case()), tmp_path).missing


@pytest.mark.parametrize("name", ["../x.zip", "a/b.zip", ".hidden", "x y.zip", "a\x00.zip", "é.zip"])
def test_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BundleError, match="not a file name"):
        write(bare_case(), ticket_of(bare_case()), tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_unusable_folder_is_a_bundle_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleError, match="cannot write") as caught:
        write(bare_case(), ticket_of(bare_case()), tmp_path / "file")
    assert caught.value.advice


def test_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "D-1042-1.zip").mkdir()
    with pytest.raises(BundleError):
        write(bare_case(), ticket_of(bare_case()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["D-1042-1.zip"]
