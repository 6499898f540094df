"""Probes across links that delay, lose, jumble and drop, to real servers on the far side."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.daemons import coturn, nginx, program, unbound
from tests.support.inside import one_inside, spec
from tests.support.netservers import free_port
from tests.support.probing import verdict
from tests.support.tunlink import FAR, ICMP, NEAR, TCP, UDP, Cable, Link, of_protocol, tun_link

pytestmark = pytest.mark.peers

GOOD = Cable()


class Far:
    """What stands on the far side."""

    def __init__(self, link: Link, dns: int, stun: int, web: int) -> None:
        self.link, self.dns, self.stun, self.web = link, dns, stun, web

    def set(self, cable: Cable) -> None:
        """Changes the cable in place."""
        vars(self.link.cable).update(vars(cable))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Far]:
    folder, web = tmp_path_factory.mktemp("far"), free_port()
    server = f'server {{ listen {FAR}:{web}; location / {{ return 200 "ok"; }} }}'
    with (
        tun_link() as link,
        unbound(folder / "unbound", FAR, link.far) as dns,
        coturn(folder / "coturn", FAR, link.far) as stun,
        nginx(folder / "nginx", server, web, link.far),
    ):
        yield Far(link, dns, stun, web)


@pytest.fixture
def far(world: Far) -> Iterator[Far]:
    world.set(GOOD)
    yield world
    world.set(GOOD)


def test_a_delay_is_measured_by_all(far: Far) -> None:
    far.set(Cable(delay_s=0.02))
    at = f"{FAR}:{far.dns}"
    for probe, trips in (
        (spec("icmp", FAR, count=3), 1),
        (spec("dns", "far.bellecour.example", resolver=at), 1),
        (spec("stun", FAR, far.stun), 1),
        (spec("tcp", FAR, far.web), 1),
        (spec("http", FAR, far.web), 2),
        (spec("quality", FAR, far.stun, count=20, interval_ms=10), 1),
    ):
        result = one_inside(far.link.near, probe)
        assert verdict(result) == (True, None, None), result
        assert result.ms == pytest.approx(40 * trips, abs=25), result


def test_a_slow_name_server_is_told(far: Far) -> None:
    far.set(Cable(delay_s=0.04))
    at = f"{FAR}:{far.dns}"
    result = one_inside(far.link.near, spec("dns", "far.bellecour.example", resolver=at))
    assert (result.ok, result.details["slow"]) == (True, True)


@pytest.mark.parametrize(
    ("cable", "failure"),
    [
        (Cable(loss=0.2), "quality_loss"),
        (Cable(delay_s=0.08), "quality_rtt"),
        (Cable(jitter_s=0.09), "quality_jitter"),
    ],
)
def test_a_bad_path_for_calls_is_named(far: Far, cable: Cable, failure: str) -> None:
    far.set(cable)
    samples = spec("quality", FAR, far.stun, count=100, interval_ms=10, timeout_s=3)
    assert verdict(one_inside(far.link.near, samples)) == (False, failure, "path")


def test_loss_does_not_fool_the_others(far: Far) -> None:
    far.set(Cable(loss=0.15))
    at = f"{FAR}:{far.dns}"
    for probe in (
        spec("dns", "far.bellecour.example", resolver=at, timeout_s=5),
        spec("stun", FAR, far.stun, timeout_s=5),
        spec("tcp", FAR, far.web, timeout_s=5),
        spec("icmp", FAR, timeout_s=5),
    ):
        assert one_inside(far.link.near, probe).ok is True


def test_blocked_udp_is_told_from_the_rest(far: Far) -> None:
    far.set(Cable(drops=of_protocol(UDP)))
    near = far.link.near
    both = one_inside(near, spec("stun", FAR, far.stun, reference=f"{FAR}:{far.stun}"))
    assert (verdict(both), both.details["reference"]) == ((False, "stun_no_reply", "path"), "silent")
    at = f"{FAR}:{far.dns}"
    assert one_inside(near, spec("dns", "far.bellecour.example", resolver=at)).failure == "dns_timeout"
    assert one_inside(near, spec("dns", "far.bellecour.example", resolver=at, tcp=True)).ok
    assert one_inside(near, spec("tcp", FAR, far.web)).ok


def test_dropped_tcp_times_out(far: Far) -> None:
    far.set(Cable(drops=of_protocol(TCP)))
    for prober in ("tcp", "http"):
        result = one_inside(far.link.near, spec(prober, FAR, far.web))
        assert verdict(result) == (False, "connection_timeout", "path")
    assert one_inside(far.link.near, spec("stun", FAR, far.stun)).ok


def test_a_large_packet_lost_is_a_cut_transfer(far: Far) -> None:
    far.set(Cable(drops=lambda packet: of_protocol(TCP)(packet) and len(packet) > 100))
    result = one_inside(far.link.near, spec("http", FAR, far.web))
    assert verdict(result) == (False, "connection_timeout", "path")
    assert one_inside(far.link.near, spec("tcp", FAR, far.web)).ok


def test_echoes_dropped_are_named(far: Far) -> None:
    far.set(Cable(drops=of_protocol(ICMP)))
    result = one_inside(far.link.near, spec("icmp", FAR, count=2))
    assert verdict(result) == (False, "icmp_no_reply", "path")


@pytest.mark.parametrize(
    ("route", "failure"), [("unreachable", "host_unreachable"), ("blackhole", None), ("prohibit", None)]
)
def test_a_missing_route_is_named(far: Far, route: str, failure: str | None) -> None:
    target = "198.51.100.9"
    _route(far, "add", route, target)
    try:
        result = one_inside(far.link.near, spec("tcp", target, 443))
    finally:
        _route(far, "delete", route, target)
    assert result.ok is not True
    assert result.failure == failure or failure is None
    assert result.failure is not None


def _route(far: Far, act: str, kind: str, target: str) -> None:
    subprocess.run(
        [*far.link.near, program("ip", "iproute2"), "route", act, kind, target], check=True, timeout=10
    )


def test_an_ordinary_account_may_ping_where_allowed(far: Far) -> None:
    nobody = (*far.link.near, program("setpriv", "util-linux"), "--reuid", "65534", "--clear-groups")
    groups = "/proc/sys/net/ipv4/ping_group_range"
    for allowed, expected in (("0 2147483647", True), ("1 0", None)):
        subprocess.run([*far.link.near, "sh", "-c", f"echo {allowed} > {groups}"], check=True, timeout=10)
        result = one_inside(nobody, spec("icmp", FAR, count=2, interval_ms=10))
        assert result.ok is expected
        assert result.details.get("socket") == ("unprivileged" if expected else None)
    assert (result.failure, result.at) == ("unsupported", "runner")


def test_the_next_name_server_is_asked(far: Far, tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text(f"nameserver 127.0.0.1\nnameserver {FAR}\n", "utf-8")
    mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
    unshare = (program("unshare", "util-linux"), "-m", "sh", "-c", mount, str(tmp_path / "resolv.conf"))
    with unbound(tmp_path / "unbound", FAR, far.link.far, 53):
        result = one_inside((*far.link.near, *unshare), spec("dns", "far.bellecour.example"))
    assert (result.ok, result.details["resolver"]) == (True, f"{FAR}:53")


def test_the_near_side_is_here(far: Far) -> None:
    assert one_inside(far.link.near, spec("stun", FAR, far.stun)).details["mapped_address"] == NEAR
