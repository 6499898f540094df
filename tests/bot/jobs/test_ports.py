from __future__ import annotations

from pathlib import Path

from bot.jobs.ports import bundle_folder


def test_bundles_lie_beside_the_state(tmp_path: Path) -> None:
    assert bundle_folder(tmp_path) == tmp_path / "bundles"
