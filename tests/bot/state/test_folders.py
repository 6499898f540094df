from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import RedisUnavailable
from bot.state.folders import LONGEST_SOCKET, places, private


def test_directory_is_ours_alone(tmp_path: Path) -> None:
    made = private(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700


def test_open_directory_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert private(tmp_path).stat().st_mode & 0o777 == 0o700


def test_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "redis").symlink_to(tmp_path / "real")
    with pytest.raises(RedisUnavailable, match="not a directory of this user"):
        places(tmp_path)


def test_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("")
    with pytest.raises(RedisUnavailable):
        places(tmp_path)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a directory of somebody else")
def test_directory_of_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    os.chown(tmp_path / "redis", 65534, 65534)
    with pytest.raises(RedisUnavailable):
        places(tmp_path)


def test_socket_lies_with_its_data(tmp_path: Path) -> None:
    where = places(tmp_path)
    assert where.socket == tmp_path.resolve() / "redis" / "redis.sock"
    assert {where.log.parent, where.users.parent, where.server.parent} == {where.directory}


@pytest.mark.parametrize("runtime", ["run", "r" * 90, "absent"])
def test_long_path_gets_a_short_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str) -> None:
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / runtime))
    deep = tmp_path / ("é" * 60)
    first, again, other = places(deep), places(deep / ".." / deep.name), places(tmp_path / ("e" * 120))
    assert len(os.fsencode(first.socket)) <= LONGEST_SOCKET
    assert first == again
    assert first.socket != other.socket
    assert first.socket.parent.stat().st_mode & 0o777 == 0o700
    for made in (first, other):
        made.socket.parent.rmdir()
