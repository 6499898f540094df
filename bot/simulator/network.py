"""The network of the simulated site: real DNS, TCP, TLS, STUN, SNTP, HTTP and SNMP on loopback.

Every fault is made where it happens in life, so that probes meet the same packets; it can be
switched while the site runs. `sites_toml` tells the bot where the services really listen.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import ssl
from typing import Any, Final, Literal

from aiohttp import web

from bot.simulator.datagrams import NtpFault, StunFault, ntp_service, stun_service
from bot.simulator.nameserver import HONEST_ADDRESS, REFERENCE_ADDRESS, DnsFault, NameServer, known
from bot.simulator.pki import MICROSOFT, Kind, Pki
from bot.simulator.snmp import ENGINE, SnmpAgent, SnmpService
from bot.simulator.switch import VOICE, AccessSwitch
from bot.simulator.tcp import TcpFault, TcpPort
from bot.simulator.usm import User

HttpFault = Literal["ok", "reset", "broken", "silent", "portal", "proxy"]
Gate = Literal["ok", "proxy", "portal"]
"""What stands in the way of secure connections: a proxy that wants to be asked, or a login page, in plain HTTP."""

SITE_ID: Final = "lyon"
SITE_NAME: Final = "Lyon Part-Dieu"
PORTAL: Final = "http://portail.bellecour.example/"

SNMP_USER: Final = "decroche"

_HANDSHAKE_S: Final = 10.0


class SiteNetwork:
    """The site's services and what is wrong with them; all is well until a fault is set."""

    def __init__(self, pki: Pki) -> None:
        self.pki = pki
        self.dns: DnsFault = "ok"
        self.tls: Kind = "ok"
        self.gate: Gate = "ok"
        self.udp3478: StunFault = "ok"
        self.ntp: NtpFault = "ok"
        self.ntp_offset_s = 0.0
        self._http80: HttpFault = "ok"
        self._names = NameServer(lambda: self.dns)
        self._stun = stun_service(lambda: self.udp3478)
        self._reference = stun_service(lambda: "ok" if self.udp3478 == "filtered" else self.udp3478)
        self._time = ntp_service(lambda: self.ntp, lambda: self.ntp_offset_s)
        self._secure = TcpPort(self._serve_tls)
        self._plain = TcpPort(self._serve_plain)
        self.switch = AccessSwitch("cisco")
        self._snmp_keys = (secrets.token_urlsafe(12), secrets.token_urlsafe(12))
        user = User(SNMP_USER, *self._snmp_keys, ENGINE)
        self._snmp = SnmpService(SnmpAgent(self.switch.view, community=None, user=user))
        self._web = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        self._front = self._front_context()

    async def start(self) -> None:
        """Listens everywhere, on ports chosen by the system."""
        await self._web.setup()
        for service in (self._names, self._stun, self._time, self._snmp):
            await service.start()
        await self._reference.start(REFERENCE_ADDRESS, self._stun.port)
        self._secure.start()
        self._plain.start()

    async def close(self) -> None:
        """Stops every service."""
        listening = (
            self._secure,
            self._plain,
            self._names,
            self._stun,
            self._reference,
            self._time,
            self._snmp,
        )
        for service in listening:
            await service.close()
        await self._web.cleanup()

    def heal(self) -> None:
        """Takes every fault away."""
        self.dns = self.udp3478 = self.ntp = self.tls = "ok"
        self.tcp443 = self.http80 = self.gate = "ok"
        self.ntp_offset_s = 0.0

    @property
    def tcp443(self) -> TcpFault:
        """What happens to connections to port 443."""
        return self._secure.fault

    @tcp443.setter
    def tcp443(self, fault: TcpFault) -> None:
        self._secure.fault = fault

    @property
    def http80(self) -> HttpFault:
        """What happens to plain HTTP: `portal` redirects, `proxy` wants to be asked first (407)."""
        return self._http80

    @http80.setter
    def http80(self, fault: HttpFault) -> None:
        self._http80 = fault
        self._plain.fault = "ok" if fault == "portal" or fault == "proxy" else fault

    @property
    def ports(self) -> dict[str, int]:
        """Standard port → the port used here."""
        return {
            "53": self._names.port,
            "80": self._plain.port,
            "123": self._time.port,
            "161": self._snmp.port,
            "443": self._secure.port,
            "3478": self._stun.port,
        }

    @property
    def resolver(self) -> str:
        """The site's DNS resolver, as `address:port`."""
        return f"{HONEST_ADDRESS}:{self._names.port}"

    def sites_toml(self) -> str:
        """The `[[site]]` table of this site, with its laboratory ports and CA."""
        site: dict[str, Any] = {
            "id": SITE_ID,
            "name": SITE_NAME,
            "subnets": ["10.20.0.0/16"],
            "voice_subnets": ["10.20.30.0/24"],
            "resolvers": [self.resolver],
            "ntp_servers": [HONEST_ADDRESS],
            "switches": [HONEST_ADDRESS],
            "voice_vlans": [VOICE],
            "emergency_numbers": ["112", "15", "17", "18"],
            "time_zone": "Europe/Paris",
            "language": "fr",
            "calling": "direct_routing",
        }
        lab: dict[str, Any] = {
            "ranges": [f"{HONEST_ADDRESS}/32"],
            "ca_file": str(self.pki.ca_file),
            "issuers": [MICROSOFT],
        }
        return "\n".join(
            [
                *("[[site]]", *_toml_lines(site)),
                *("", "[site.lab]", *_toml_lines(lab)),
                *("", "[site.lab.ports]", *_toml_lines(self.ports)),
                "",
            ]
        )

    def switches_toml(self) -> str:
        """What opens the site's switch: for the runner at the site, for nobody else."""
        auth, priv = self._snmp_keys
        keys = {"host": HONEST_ADDRESS, "user": SNMP_USER, "auth_password": auth, "priv_password": priv}
        return "\n".join(["[[switch]]", *_toml_lines(keys), ""])

    async def _serve_tls(self, connection: socket.socket) -> None:
        server = self._web.server
        assert server is not None, "connections come after start()"  # noqa: S101 (narrows the type)
        if self.gate != "ok":
            await _answer_plainly(connection, self.gate)
            return
        await asyncio.get_running_loop().connect_accepted_socket(
            server, connection, ssl=self._front, ssl_handshake_timeout=_HANDSHAKE_S
        )

    async def _serve_plain(self, connection: socket.socket) -> None:
        server = self._web.server
        assert server is not None, "connections come after start()"  # noqa: S101 (narrows the type)
        await asyncio.get_running_loop().connect_accepted_socket(server, connection)

    def _front_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.sni_callback = self._choose_certificate
        return context

    def _choose_certificate(
        self, connection: ssl.SSLObject, server_name: str | None, _context: ssl.SSLContext
    ) -> int | None:
        if server_name is not None and not known(server_name):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        names = (server_name,) if server_name else ("localhost", HONEST_ADDRESS)
        connection.context = self.pki.context(self.tls, names)
        return None

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._page)
        return app

    async def _page(self, request: web.Request) -> web.Response:
        if not request.secure and self._http80 == "portal":
            raise web.HTTPFound(PORTAL)
        if not request.secure and self._http80 == "proxy":
            return web.Response(status=407, headers={"Proxy-Authenticate": 'Basic realm="bellecour"'})
        return web.Response(text="ok\n", headers={"Server": "Microsoft-IIS/10.0"})


async def _answer_plainly(connection: socket.socket, gate: Gate) -> None:
    """What a middlebox says to a TLS hello that it will not pass on."""
    loop = asyncio.get_running_loop()
    status = "407 Proxy Authentication Required" if gate == "proxy" else "302 Found"
    header = 'Proxy-Authenticate: Basic realm="bellecour"' if gate == "proxy" else f"Location: {PORTAL}"
    with connection:
        await loop.sock_recv(connection, 4096)
        answer = f"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        await loop.sock_sendall(connection, answer.encode())


def _toml_lines(table: dict[str, Any]) -> list[str]:
    return [f"{key} = {json.dumps(value)}" for key, value in table.items()]
