"""Golden files: what was agreed to be right, compared byte for byte (`UPDATE_GOLDEN=1` writes them anew)."""

from __future__ import annotations

import os
from pathlib import Path


def assert_golden(path: Path, actual: bytes) -> None:
    """Fails unless the file holds exactly these bytes."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual)
    assert path.is_file(), f"{path} is missing; look at the output, then UPDATE_GOLDEN=1"
    assert actual.decode() == path.read_text("utf-8")
