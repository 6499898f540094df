"""A runner knows when it is sick, and does not mistake the site's trouble for its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.probes.wire import Check, SiteView
from bot.runner.selftest import MOST_SKEW, clock, disk, is_sick, self_test
from tests.support.netservers import HOST, black_hole, free_port, stay, tcp


async def _tested(resolver: str, folder: Path | None, ahead: timedelta = timedelta()) -> dict[str, Check]:
    checks = await self_test(SiteView(id="lyon", resolvers=(resolver,)), ahead, folder)
    return {check.name: check for check in checks}


async def test_a_healthy_runner_is_well(tmp_path: Path) -> None:
    async with tcp(stay) as port:
        checks = await _tested(f"{HOST}:{port}", tmp_path)
    assert checks.keys() == {"clock", "disk", "udp", "tcp", "ping", "resolver"}
    assert [name for name, check in checks.items() if not check.ok and name != "ping"] == []
    assert not is_sick(tuple(checks.values()))


async def test_a_resolver_that_refuses_is_there(tmp_path: Path) -> None:
    assert (await _tested(f"{HOST}:{free_port()}", tmp_path))["resolver"].ok


async def test_a_silent_resolver_is_no_illness(tmp_path: Path) -> None:
    with black_hole() as port:
        checks = await _tested(f"{HOST}:{port}", tmp_path)
    assert checks["resolver"] == Check(name="resolver", ok=False, why="nothing within 2 s")
    assert not is_sick(tuple(checks.values()))


async def test_a_list_of_nonsense_is_not_tried(tmp_path: Path) -> None:
    assert "resolver" not in await _tested("a:b", tmp_path)


def test_a_wrong_clock_is_an_illness() -> None:
    late = clock(MOST_SKEW + timedelta(seconds=1))
    assert (late.ok, late.why) == (False, "301 s off the bot's clock")
    assert is_sick((late,))
    assert not is_sick((clock(-MOST_SKEW),))


def test_trying_the_disk_leaves_nothing(tmp_path: Path) -> None:
    assert disk(tmp_path / "new").ok
    assert list((tmp_path / "new").iterdir()) == []


def test_a_disk_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert "cannot be written" in disk(blocked).why
    assert "a restart loses them" in disk(None).why
    assert not is_sick((disk(blocked), disk(None)))
