"""TLS, HTTP and HTTPS against nginx with a private CA."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.support.certificates import Authority
from tests.support.daemons import nginx
from tests.support.netservers import free_port
from tests.support.probing import probe, verdict

pytestmark = pytest.mark.peers

NAME = "teams.bellecour.example"
SERVER = "  server {{ listen 127.0.0.1:{port}{ssl}; {tls} location / {{ {does} }} }}\n"
OK = 'return 200 "ok";'


def write_pair(authority: Authority, folder: Path, *names: str, days: tuple[float, float] = (-1, 30)) -> str:
    """nginx directives for a certificate that `authority` signs."""
    leaf, key = authority.issue(*names, days=days)
    stem = folder / f"{leaf.serial_number}"
    certificate, secret = stem.with_suffix(".crt"), stem.with_suffix(".key")
    certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    return f"ssl_certificate {certificate}; ssl_certificate_key {secret};"


class Web:
    """nginx on many ports, by what each does."""

    def __init__(self, folder: Path) -> None:
        self.ca = Authority(folder, "Bellecour SA")
        self.other = Authority(folder, "Inspection SA")
        good = write_pair(self.ca, folder, NAME)
        self._tls = {
            "good": good,
            "tls12": good + " ssl_protocols TLSv1.2;",
            "tls13": good + " ssl_protocols TLSv1.3;",
            "tls11": good + " ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;",
            "expired": write_pair(self.ca, folder, NAME, days=(-9, -1)),
            "early": write_pair(self.ca, folder, NAME, days=(1, 9)),
            "name": write_pair(self.ca, folder, "firewall.bellecour.example"),
            "foreign": write_pair(self.other, folder, NAME),
        }
        self._plain = {
            "ok": OK, "moved": "return 301 https://$host/x;", "portal": "return 302 http://portail.example/;",
            "proxy": "return 407;", "broken": "return 503;", "blocked": "return 403;", "cut": "return 444;",
        }  # fmt: skip
        self.ports = {name: free_port() for name in (*self._tls, *self._plain)}

    @property
    def servers(self) -> str:
        """nginx `server` blocks."""
        tls = [
            SERVER.format(port=self.ports[name], ssl=" ssl", tls=how, does=OK)
            for name, how in self._tls.items()
        ]
        plain = [
            SERVER.format(port=self.ports[name], ssl="", tls="", does=does)
            for name, does in self._plain.items()
        ]
        return "".join((*tls, *plain))


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("nginx")
    site = Web(folder)
    with nginx(folder, site.servers, site.ports["cut"]):
        yield site


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("good", (True, None, None)),
        ("tls12", (True, None, None)),
        ("tls13", (True, None, None)),
        ("tls11", (False, "tls_handshake_failed", "target")),
        ("expired", (False, "tls_expired", "target")),
        ("early", (False, "tls_not_yet_valid", "target")),
        ("name", (False, "tls_name_mismatch", "target")),
        ("foreign", (False, "tls_intercepted", "path")),
        ("ok", (False, "tls_handshake_failed", "target")),
    ],
)
async def test_every_certificate_is_judged(
    web: Web, name: str, expected: tuple[bool | None, str | None, str | None]
) -> None:
    own: dict[str, Any] = {"server_name": NAME, "ca_file": str(web.ca.file), "issuers": ["Bellecour SA"]}
    result = await probe("tls", web.ports[name], **own)
    assert verdict(result) == expected
    again = await probe("http", web.ports[name], scheme="https", **own)
    assert verdict(again) == expected


@pytest.mark.parametrize(("name", "version"), [("tls12", "1.3"), ("tls13", "1.2")])
async def test_a_version_not_spoken_is_refused(web: Web, name: str, version: str) -> None:
    result = await probe(
        "tls", web.ports[name], server_name=NAME, ca_file=str(web.ca.file), tls_version=version
    )
    assert verdict(result) == (False, "tls_handshake_failed", "target")
    assert re.search("VERSION|ALERT", result.details["error"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ok", (True, None, None)),
        ("moved", (True, None, None)),
        ("blocked", (True, None, None)),
        ("portal", (False, "captive_portal", "path")),
        ("proxy", (False, "proxy_required", "path")),
        ("broken", (False, "http_status", "target")),
        ("cut", (False, "connection_reset", "path")),
        ("good", (True, None, None)),
    ],
)
async def test_every_answer_is_judged(
    web: Web, name: str, expected: tuple[bool | None, str | None, str | None]
) -> None:
    result = await probe("http", web.ports[name])
    assert verdict(result) == expected
