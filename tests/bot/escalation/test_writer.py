"""The bundle of a case from start to end, with the playbook that is shipped."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bot.diagnosis.playbook import load
from bot.domain.diagnosis import LOCALES, Locale
from bot.domain.site import Sites
from bot.escalation.writer import BundleWriter
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


def test_case_without_site_still_gets_its_ticket(tmp_path: Path) -> None:
    bundle = BundleWriter(tmp_path, load(), SITES, TENANT).bundle(CaseBuilder().opened().case, "en")
    assert "Site" in bundle.missing
    assert bundle.path.is_file()
