"""The bundle of a case from start to end, with the playbook that is shipped."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from obstore.store import MemoryStore

from bot.diagnosis.playbook import load
from bot.domain.case import Attached
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.site import Sites
from bot.escalation.writer import ROOM, BundleWriter
from bot.evidence.store import FileStore
from tests.support.cases import CaseBuilder
from tests.support.tickets import LYON, TENANT, full_case

SITES: Sites = {"lyon": LYON}


def names_in(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


@pytest.mark.parametrize("locale", LOCALES)
async def test_full_case_becomes_a_complete_zip(tmp_path: Path, locale: Locale) -> None:
    written = await BundleWriter(tmp_path, load(), SITES, TENANT).write("j9", full_case(), locale)
    assert (written.job, written.missing) == ("j9", ())
    with zipfile.ZipFile(tmp_path / written.name) as archive:
        ticket = json.loads(archive.read("ticket.json"))
    assert (ticket["locale"], ticket["completeness"]) == (locale, 100)


async def test_writing_again_gives_the_same_file(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path, load(), SITES, TENANT)
    first, second = [await writer.write("j9", full_case(), "fr") for _ in range(2)]
    assert (first.name, first.sha256) == (second.name, second.sha256)
    assert names_in(tmp_path) == [first.name]


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def attached(n: int, name: str, file: str, size: int = 6) -> Attached:
    at = full_case().ledger[-1].at
    return Attached(n=n, at=at, by="user", name=name, sha256="ab" * 32, size=size, what="text", file=file)


async def test_sent_files_go_along(tmp_path: Path) -> None:
    store, case = FileStore(MemoryStore()), full_case()
    await store.keep(case.id, "f1", pieces(b"hello\n"))
    sent = [
        attached(901, "../journal é.log", "f1"),
        attached(902, "huge.tar", "f1", size=ROOM),
        attached(903, "lost.log", "gone"),
        attached(904, "older.log", ""),
    ]
    case = replace(case, ledger=(*case.ledger, *sent))
    writer = BundleWriter(tmp_path, load(), SITES, TENANT, store)
    written = await writer.write("j9", case, "fr")
    with zipfile.ZipFile(tmp_path / written.name) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        listed = [item["name"] for item in json.loads(archive.read("ticket.json"))["files"]]
        assert archive.read("files/901-_journal é.log") == b"hello\n"
    assert [name for name in names if name.startswith("files/")] == ["files/901-_journal é.log"]
    assert manifest["sha256"]["files/901-_journal é.log"] == hashlib.sha256(b"hello\n").hexdigest()
    assert [name for name in listed if "huge" in name or "lost" in name] == ["huge.tar", "lost.log"]


def test_case_without_site_still_gets_its_ticket(tmp_path: Path) -> None:
    bundle = BundleWriter(tmp_path, load(), SITES, TENANT).bundle(CaseBuilder().opened().case, "en")
    assert "Site" in bundle.missing
    assert bundle.path.is_file()
