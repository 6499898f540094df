"""A login service over real TLS, with a CA of its own that nobody else trusts."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from tests.support.signing import rsa_key


@dataclass
class Login:
    """What the service was asked, and what it answers to a token request."""

    authority: str = ""
    ca_file: Path = Path()
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    expires_in: int = 3600

    def discovery(self, path: str) -> dict[str, Any]:
        tenant = f"{self.authority}/{path.split('/')[1]}"
        return {
            "issuer": f"{tenant}/v2.0",
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{tenant}/oauth2/v2.0/token",
        }

    def token(self, form: str) -> dict[str, Any]:
        self.asked.append(dict(parse_qsl(form)))
        if self.status != 200:
            return {"error": "invalid_client"}
        token = f"token-{len(self.asked)}"
        return {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": token}


def handler(login: Login) -> type[BaseHTTPRequestHandler]:
    """Serves `login`, one request a connection."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, login.discovery(self.path))

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = login.token(form)
            self._answer(login.status, answer)

        def _answer(self, status: int, data: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(data).encode())

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    return Handler


class _Server(ThreadingHTTPServer):
    """Its own threads, because a refused handshake leaves an asyncio server with an open transport."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust us hangs up; that is what some tests want."""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for this machine, and its key."""
    key = rsa_key("login")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test login")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "ca.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_file, key_file


@contextmanager
def login_service(folder: Path) -> Iterator[Login]:
    """A running login service; its certificate is in `ca_file`."""
    login = Login()
    login.ca_file, key_file = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(login.ca_file, key_file)
    with _Server(("127.0.0.1", 0), handler(login)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        login.authority = f"https://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield login
        server.shutdown()
        thread.join()
