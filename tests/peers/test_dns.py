"""DNS against Unbound, over UDP and TCP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.daemons import unbound
from tests.support.probing import probe, verdict

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with unbound(tmp_path_factory.mktemp("unbound")) as port:
        yield f"127.0.0.1:{port}"


@pytest.mark.parametrize("over_tcp", [False, True])
async def test_both_versions_and_the_chain(at: str, over_tcp: bool) -> None:
    result = await probe("dns", host="longer.bellecour.example", resolver=at, tcp=over_tcp)
    assert verdict(result) == (True, None, None)
    assert sorted(result.details["addresses"]) == ["127.0.0.1", "127.0.0.2", "::1"]
    assert result.details["chain"] == ["alias.bellecour.example", "teams.bellecour.example"]
    assert result.details["protocol"] == ("tcp" if over_tcp else "udp")


async def test_a_long_answer_comes_over_tcp(at: str) -> None:
    result = await probe("dns", host="many.bellecour.example", resolver=at)
    assert (result.ok, result.details["protocol"]) == (True, "tcp")
    assert "truncated" in " ".join(result.details["log"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("six.bellecour.example", (True, None, None)),
        ("none.bellecour.example", (False, "dns_nxdomain", "resolver")),
        ("empty.bellecour.example", (False, "dns_no_answer", "resolver")),
        ("a.refused.example", (False, "dns_refused", "resolver")),
        ("a.sunk.example", (False, "dns_filtered", "resolver")),
        ("a.deaf.example", (False, "dns_timeout", "resolver")),
    ],
)
async def test_every_answer_is_named(
    at: str, name: str, expected: tuple[bool, str | None, str | None]
) -> None:
    assert verdict(await probe("dns", host=name, resolver=at)) == expected


async def test_two_servers_tell_a_filter(at: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with unbound(tmp_path / "other") as port:
        other = f"127.0.0.1:{port}"
        both = await probe("dns", host="none.bellecour.example", resolver=at, reference_resolver=other)
        refused = await probe("dns", host="a.refused.example", resolver=at, reference_resolver=other)
    assert verdict(both) == (False, "dns_nxdomain", "target")
    assert verdict(refused) == (False, "dns_refused", "target")
