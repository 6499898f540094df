from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.links import FileLinks
from tests.support.clock import Clock

NOW = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock[datetime]:
    return Clock(NOW)


@pytest.fixture
def links(tmp_path: Path, clock: Clock[datetime]) -> FileLinks:
    (tmp_path / "D-1001-82.zip").write_bytes(b"ticket")
    return FileLinks(tmp_path, b"secret", "https://bot.example", clock)


def _parts(link: str | None) -> tuple[str, str, str]:
    assert link is not None
    url = urlsplit(link)
    query = parse_qs(url.query)
    return url.path.removeprefix("/files/"), query["until"][0], query["sign"][0]


def test_link_leads_to_its_file(links: FileLinks, tmp_path: Path) -> None:
    assert links.path(*_parts(links.link("D-1001-82.zip"))) == tmp_path / "D-1001-82.zip"


def test_link_is_the_same_all_day(links: FileLinks, clock: Clock[datetime]) -> None:
    early = links.link("D-1001-82.zip")
    clock.now += timedelta(hours=10)
    assert links.link("D-1001-82.zip") == early


def test_link_ends_after_some_days(links: FileLinks, clock: Clock[datetime]) -> None:
    parts = _parts(links.link("D-1001-82.zip"))
    clock.now += timedelta(days=3)
    assert links.path(*parts) is not None
    clock.now += timedelta(days=1)
    assert links.path(*parts) is None


def test_changed_link_leads_nowhere(links: FileLinks) -> None:
    name, until, sign = _parts(links.link("D-1001-82.zip"))
    assert links.path(name, str(int(until) + 1), sign) is None
    assert links.path("D-1001-83.zip", until, sign) is None
    assert links.path(name, until, sign[:-1]) is None


def test_other_bots_links_are_refused(links: FileLinks, tmp_path: Path, clock: Clock[datetime]) -> None:
    other = FileLinks(tmp_path, b"other", "https://bot.example", clock)
    assert links.path(*_parts(other.link("D-1001-82.zip"))) is None


def test_missing_file_leads_nowhere(links: FileLinks) -> None:
    assert links.path(*_parts(links.link("D-1002-9.zip"))) is None


@pytest.mark.parametrize("name", ["../D-1001-82.zip", "D-1001-82.zip/..", "redis", "D-1001-82.zip\n", ""])
def test_no_link_to_anything_else(links: FileLinks, name: str) -> None:
    assert links.link(name) is None


def test_no_links_without_public_address(tmp_path: Path, clock: Clock[datetime]) -> None:
    assert FileLinks(tmp_path, b"secret", None, clock).link("D-1001-82.zip") is None


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=80))
def test_any_link_is_checked_quietly(name: str, until: str, sign: str) -> None:
    links = FileLinks(Path("/nonexistent"), b"secret", "https://bot.example", Clock(NOW))
    assert links.path(name, until, sign) is None
