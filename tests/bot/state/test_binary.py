from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import RedisUnavailable
from bot.state.binary import OLDEST, candidates, find_server, version_of


def program(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_wheel_brings_a_recent_server() -> None:
    found = find_server()
    version = version_of(found)
    assert found.name == "valkey-server"
    assert version is not None
    assert version >= OLDEST


def test_old_server_is_passed_over(tmp_path: Path) -> None:
    old = program(tmp_path / "old", "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0")
    new = program(tmp_path / "new", "Valkey server v=8.1.0 sha=00000000:0 malloc=jemalloc-5.3.0")
    assert find_server([old, new]) == new


def test_useless_programs_are_named(tmp_path: Path) -> None:
    old = program(tmp_path / "old", "Redis server v=6.2.6 sha=0")
    other = program(tmp_path / "other", "hello")
    with pytest.raises(RedisUnavailable, match=r"old \(6\.2\).*other \(does not run\).*none"):
        find_server([old, other, tmp_path / "none"])


def test_nothing_found_says_what_to_do() -> None:
    with pytest.raises(RedisUnavailable) as caught:
        find_server([])
    assert "DECROCHE_REDIS_URL" in caught.value.advice


def test_path_is_searched_after_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = program(tmp_path / "redis-server", "Redis server v=8.0.0 sha=0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list(candidates())[1:] == [mine]
