"""One headless Chromium for many pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from playwright.sync_api import Browser, sync_playwright

from tests.support import clienttools

_FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none")


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium of our own, which knows no other network than this machine's."""
    if not clienttools.ready():
        clienttools.install()
    env = cast("dict[str, str | float | bool]", clienttools.environment())
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=clienttools.chromium(), args=_FLAGS, env=env, headless=True
        )
        try:
            yield opened
        finally:
            opened.close()
