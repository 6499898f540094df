"""What is on disk survives whatever happens to the runner, and never grows for ever."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.probe import ProbeJob, ProbeResult, ProbeSpec
from bot.runner.buffer import Buffer, Left, read_page

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SPECS = tuple(ProbeSpec(prober="tcp", host=f"10.0.0.{number}", port=443) for number in range(3))
JOB = ProbeJob(
    id="D-1001-4", case="D-1001", site="lyon", plan="network", probes=SPECS, issued=NOW,
    deadline=NOW + timedelta(seconds=20),
)  # fmt: skip


def result(index: int) -> ProbeResult:
    return ProbeResult(prober="tcp", host=SPECS[index].host, port=443, ok=True, ms=index)


def _left(buffer: Buffer) -> list[Left]:
    """What was left, left again."""
    found = buffer.left()
    for page, _ in found:
        page.leave()
    return [left for _, left in found]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_dead_runners_results_are_found(tmp_path: Path) -> None:
    page = Buffer(tmp_path).open(JOB)
    page.add({1: result(1)})
    page.add({0: result(0)})
    page.leave()
    (left,) = _left(Buffer(tmp_path))
    assert left.job == JOB
    assert left.results == {0: result(0), 1: result(1)}


def test_a_job_in_hand_is_left_alone(tmp_path: Path) -> None:
    page = Buffer(tmp_path).open(JOB)
    page.add({0: result(0)})
    assert _left(Buffer(tmp_path)) == []
    other = Buffer(tmp_path).open(JOB)
    other.add({1: result(1)})
    other.done()
    page.leave()
    assert _left(Buffer(tmp_path))[0].results == {0: result(0)}


def test_delivered_results_are_gone(tmp_path: Path) -> None:
    page = Buffer(tmp_path).open(JOB)
    page.add({0: result(0)})
    page.done()
    page.add({1: result(1)})
    assert _files(tmp_path) == []


def test_a_job_taken_anew_begins_anew(tmp_path: Path) -> None:
    page = Buffer(tmp_path).open(JOB)
    page.add({0: result(0)})
    page.leave()
    Buffer(tmp_path).open(JOB).leave()
    assert _left(Buffer(tmp_path))[0].results == {}


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "runner"
    Buffer(folder).open(JOB).leave()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert _files(folder)[0].stat().st_mode & 0o777 == 0o600


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    page = Buffer(tmp_path).open(JOB)
    page.add({0: result(0)})
    page.add({1: result(1)})
    page.leave()
    data = _files(tmp_path)[0].read_bytes()
    left = read_page(data[:-7])
    assert left is not None
    assert left.results == {0: result(0)}


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_file_breaks_the_reader(junk: bytes, cut: int) -> None:
    good = msgspec.json.encode(JOB) + b"\n" + msgspec.json.encode({0: result(0), 99: result(1)}) + b"\n"
    for data in (junk, good[:cut] + junk, good + junk):
        left = read_page(data)
        assert left is None or left.results.keys() <= {0, 1, 2}


def test_a_file_of_nothing_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "junk.jsonl").write_bytes(b"junk\n")
    assert _left(Buffer(tmp_path)) == []
    assert _files(tmp_path) == []


def _open(buffer: Buffer, number: int, folder: Path) -> None:
    """A page of its own age, so that the oldest is known."""
    job, before = replace(JOB, id=f"j{number}"), set(folder.iterdir())
    buffer.open(job).leave()
    for path in set(folder.iterdir()) - before:
        os.utime(path, (number, number))


def test_too_many_jobs_drop_the_oldest(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    buffer = Buffer(tmp_path, most_jobs=3)
    for number in range(1, 6):
        _open(buffer, number, tmp_path)
    assert {left.job.id for left in _left(buffer)} == {"j3", "j4", "j5"}
    assert "the oldest" in caplog.text


def test_too_many_bytes_drop_the_oldest(tmp_path: Path) -> None:
    one = len(msgspec.json.encode(replace(JOB, id="j1"))) + 1
    buffer = Buffer(tmp_path, most_bytes=2 * one)
    for number in range(1, 5):
        _open(buffer, number, tmp_path)
    assert {left.job.id for left in _left(buffer)} == {"j3", "j4"}


def test_no_folder_works_without_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    for folder in (None, blocked):
        page = Buffer(folder).open(JOB)
        page.add({0: result(0)})
        page.done()
        assert _left(Buffer(folder)) == []
