"""The environment of a test, without any setting of the developer's shell."""

from __future__ import annotations

import os

import pytest

from bot.settings import PREFIX


def forget_settings(patch: pytest.MonkeyPatch) -> None:
    """Takes every setting out of the environment until the test is over."""
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            patch.delenv(name)
