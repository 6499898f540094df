"""One browser for all tests of the real client, and a folder for what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import browser as browsers
from tests.support.house import ROOT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with browsers.browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def seen() -> Path:
    """Where pictures are kept, as a run's output."""
    folder = ROOT / "out/e2e"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
