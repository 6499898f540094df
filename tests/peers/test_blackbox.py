"""The same questions to our probers and to blackbox_exporter, across one delayed link: same verdicts, no slower."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization

from bot.domain.probe import ProbeSpec
from tests.support.blackbox import Question, blackbox, question
from tests.support.certificates import Authority
from tests.support.daemons import nginx, unbound
from tests.support.inside import run_inside, spec
from tests.support.netservers import free_port
from tests.support.tunlink import FAR, Cable, Link, tun_link

pytestmark = pytest.mark.peers

NAME = "teams.bellecour.example"
ROUNDS = 15
NO_SLOWER = 1.1
SERVERS = """
  server {{ listen {far}:{plain}; location / {{ return 200 "ok"; }}
    location /moved {{ return 301 /; }} location /proxy {{ return 407; }} location /broken {{ return 503; }} }}
  server {{ listen {far}:{good} ssl; {good_pair} location / {{ return 200 "ok"; }} }}
  server {{ listen {far}:{expired} ssl; {expired_pair} location / {{ return 200 "ok"; }} }}
  server {{ listen {far}:{name} ssl; {name_pair} location / {{ return 200 "ok"; }} }}
"""


class Same(msgspec.Struct, frozen=True):
    """One question, put to both."""

    label: str
    ours: ProbeSpec
    theirs: Question
    ok: bool


class World(msgspec.Struct, frozen=True):
    """The far side, and the questions about it."""

    link: Link
    questions: tuple[Same, ...]


def _pair(authority: Authority, folder: Path, name: str, days: tuple[float, float] = (-1, 30)) -> str:
    leaf, key = authority.issue(name, days=days)
    file = folder / f"{leaf.serial_number}.pem"
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(
        leaf.public_bytes(encoding) + key.private_bytes(encoding, form, serialization.NoEncryption())
    )
    return f"ssl_certificate {file}; ssl_certificate_key {file};"


def _dns(dns: int) -> Iterator[Same]:
    names = {"far": True, "none": False, "six": False}
    for label, ok in {**names, "a.refused": False, "a.deaf": False}.items():
        host = f"{label}.bellecour.example" if label in names else f"{label}.example"
        theirs = question("dns", f"{FAR}:{dns}", query_name=host, query_type="A", valid_rcodes=["NOERROR"])
        answer = {"validate_answer_rrs": {"fail_if_none_matches_regexp": [".*\tA\t.*"]}}
        theirs = msgspec.structs.replace(
            theirs, module={**theirs.module, "dns": {**theirs.module["dns"], **answer}}
        )
        if label != "six":  # we look at IPv6 as well
            yield Same(f"dns {label}", spec("dns", host, resolver=f"{FAR}:{dns}"), theirs, ok)


def _tls(ports: dict[str, int], ca: Authority) -> Iterator[Same]:
    trust = {"ca_file": str(ca.file), "server_name": NAME}
    for label in ("good", "expired", "name", "plain"):
        port = ports[label]
        theirs = question("tcp", f"{FAR}:{port}", tls=True, tls_config=trust)
        yield Same(f"tls {label}", spec("tls", FAR, port, **trust), theirs, label == "good")
        theirs = question("http", f"https://{FAR}:{port}/", tls_config=trust)
        yield Same(
            f"https {label}", spec("http", FAR, port, **trust, scheme="https"), theirs, label == "good"
        )


def _rest(ports: dict[str, int], closed: int) -> Iterator[Same]:
    plain = ports["plain"]
    yield Same("tcp open", spec("tcp", FAR, plain), question("tcp", f"{FAR}:{plain}"), True)
    yield Same("tcp closed", spec("tcp", FAR, closed), question("tcp", f"{FAR}:{closed}"), False)
    for path, codes, ok in (
        ("/", [200], True),
        ("/moved", [301], True),
        ("/proxy", [], False),
        ("/broken", [], False),
    ):
        theirs = question(
            "http", f"http://{FAR}:{plain}{path}", valid_status_codes=codes, follow_redirects=False
        )
        yield Same(f"http {path}", spec("http", FAR, plain, path=path), theirs, ok)
    yield Same("icmp", spec("icmp", FAR, count=1), question("icmp", FAR), True)
    yield Same("icmp nobody", spec("icmp", "10.77.0.9", count=1), question("icmp", "10.77.0.9"), False)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("far")
    ca = Authority(folder, "Bellecour SA")
    ports = {name: free_port() for name in ("plain", "good", "expired", "name")}
    pairs = {
        "good_pair": _pair(ca, folder, NAME),
        "expired_pair": _pair(ca, folder, NAME, (-9, -1)),
        "name_pair": _pair(ca, folder, "firewall.bellecour.example"),
    }
    servers = SERVERS.format(far=FAR, **ports, **pairs)
    with (
        tun_link() as link,
        unbound(folder / "unbound", FAR, link.far) as dns,
        nginx(folder / "nginx", servers, ports["plain"], link.far),
    ):
        yield World(link, (*_dns(dns), *_tls(ports, ca), *_rest(ports, free_port())))


def test_verdicts_are_the_same(world: World, tmp_path: Path) -> None:
    with blackbox(tmp_path, [same.theirs for same in world.questions], world.link.near) as exporter:
        theirs = exporter.ask()
    ours = run_inside(world.link.near, [same.ours for same in world.questions])
    told = [
        (same.label, bool(mine[0].ok), his[0].ok)
        for same, mine, his in zip(world.questions, ours, theirs, strict=True)
    ]
    assert told == [(same.label, same.ok, same.ok) for same in world.questions]


def _quick(times_ms: list[float]) -> float:
    """The lower quartile: what it takes when nothing else runs on the machine."""
    return statistics.quantiles(times_ms, n=4)[0]


def test_times_are_no_worse(world: World, tmp_path: Path) -> None:
    good = [same for same in world.questions if same.ok]
    vars(world.link.cable).update(vars(Cable(delay_s=0.02)))
    with blackbox(tmp_path, [same.theirs for same in good], world.link.near) as exporter:
        theirs = exporter.ask(ROUNDS)
    ours = run_inside(world.link.near, [same.ours for same in good], ROUNDS)
    ratios = {}
    for same, mine, his in zip(good, ours, theirs, strict=True):
        fast = (
            statistics.median(result.ms or 0.0 for result in mine),
            statistics.median(one.ms for one in his),
        )
        ratios[same.label] = fast[0] / fast[1]
        print(
            f"{same.label:12} ours {fast[0]:6.1f} ms  blackbox {fast[1]:6.1f} ms  ratio {ratios[same.label]:.2f}"
        )
    assert max(ratios.values()) <= NO_SLOWER, ratios
