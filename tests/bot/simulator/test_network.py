import asyncio
import ssl
from collections.abc import AsyncIterator

import aiohttp
import dns.asyncquery
import dns.message
import dns.rcode
import pytest

from bot.domain.site import Lab, parse_sites
from bot.probes.switches import switch_probes
from bot.runner.local import run_specs
from bot.runner.switch.credentials import parse_keys
from bot.simulator.nameserver import REFERENCE_ADDRESS
from bot.simulator.network import PORTAL, Gate, HttpFault, SiteNetwork
from bot.simulator.pki import Kind, Pki
from bot.simulator.plug import Plug
from bot.simulator.switch import VOICE
from bot.simulator.tcp import TcpFault


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
async def site(pki: Pki) -> AsyncIterator[SiteNetwork]:
    network = SiteNetwork(pki)
    await network.start()
    yield network
    await network.close()


async def _connect(site: SiteNetwork, name: str | None = "teams.microsoft.com") -> ssl.SSLObject:
    context = site.pki.client_context()
    context.check_hostname = name is not None
    _, writer = await asyncio.wait_for(
        asyncio.open_connection("127.0.0.1", site.ports["443"], ssl=context, server_hostname=name or ""), 0.5
    )
    connection: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.close()
    await writer.wait_closed()
    return connection


async def _resolve(site: SiteNetwork, name: str = "teams.microsoft.com") -> dns.message.Message:
    query = dns.message.make_query(name, "A")
    return await dns.asyncquery.udp(query, "127.0.0.1", timeout=0.3, port=site.ports["53"])


async def _get(site: SiteNetwork) -> tuple[int, str | None]:
    url = f"http://127.0.0.1:{site.ports['80']}/"
    timeout = aiohttp.ClientTimeout(total=0.5)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(url, allow_redirects=False) as response,
    ):
        return response.status, response.headers.get("Location")


async def test_healthy_site_answers_everywhere(site: SiteNetwork) -> None:
    reply = await _resolve(site)
    connection = await _connect(site)
    assert "127.0.0.1" in reply.answer[0].to_text()
    assert connection.version() == "TLSv1.3"
    assert await _get(site) == (200, None)


async def test_every_microsoft_name_has_certificate(site: SiteNetwork) -> None:
    for name in ("login.microsoftonline.com", "worldaz.tr.teams.microsoft.com", "crl.digicert.com"):
        certificate = (await _connect(site, name)).getpeercert()
        assert certificate is not None
        assert certificate["subjectAltName"] == (("DNS", name),)


async def test_unknown_server_name_is_refused(site: SiteNetwork) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await _connect(site, "intranet.example")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset", ConnectionRefusedError),
        ("broken", ConnectionError),
        ("silent", TimeoutError),
    ],
)
async def test_blocked_port_fails_and_recovers(
    site: SiteNetwork, fault: TcpFault, error: type[OSError]
) -> None:
    port = site.ports["443"]
    site.tcp443 = fault
    with pytest.raises(error):
        await _connect(site)
    site.tcp443 = "ok"
    await _connect(site)
    assert site.ports["443"] == port


async def test_breaking_comes_after_the_connection(site: SiteNetwork) -> None:
    site.tcp443 = "broken"
    reader, writer = await asyncio.open_connection("127.0.0.1", site.ports["443"])
    writer.write(b"hello")
    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    writer.close()


@pytest.mark.parametrize(("gate", "status"), [("proxy", b"407"), ("portal", b"302")])
async def test_gate_answers_a_tls_hello_in_plain_http(site: SiteNetwork, gate: Gate, status: bytes) -> None:
    site.gate = gate
    reader, writer = await asyncio.open_connection("127.0.0.1", site.ports["443"])
    writer.write(b"\x16\x03\x01 hello")
    assert (await reader.readline()).split()[1] == status
    writer.close()


async def test_reference_server_lives_elsewhere(site: SiteNetwork) -> None:
    assert REFERENCE_ADDRESS in (await _resolve(site, "stun.azure.com")).answer[0].to_text()


@pytest.mark.parametrize("kind", ["intercepted", "expired", "untrusted"])
async def test_bad_certificates_come_and_go(site: SiteNetwork, kind: Kind) -> None:
    site.tls = kind
    with pytest.raises(ssl.SSLCertVerificationError):
        await _connect(site)
    site.tls = "ok"
    await _connect(site)


@pytest.mark.parametrize(
    ("fault", "expected"), [("portal", (302, PORTAL)), ("proxy", (407, None)), ("ok", (200, None))]
)
async def test_plain_http_shows_its_fault(
    site: SiteNetwork, fault: HttpFault, expected: tuple[int, str | None]
) -> None:
    site.http80 = fault
    assert await _get(site) == expected


@pytest.mark.parametrize("fault", ["reset", "broken", "silent"])
async def test_plain_http_can_be_blocked(site: SiteNetwork, fault: HttpFault) -> None:
    site.http80 = fault
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await _get(site)
    assert site.http80 == fault


async def test_healing_takes_every_fault_away(site: SiteNetwork) -> None:
    site.dns, site.tls, site.tcp443 = "servfail", "expired", "silent"
    site.gate = "proxy"
    site.udp3478, site.ntp, site.ntp_offset_s, site.http80 = "silent", "offset", 500.0, "portal"
    assert (await _resolve(site)).rcode() == dns.rcode.SERVFAIL
    site.heal()
    assert (await _resolve(site)).rcode() == dns.rcode.NOERROR
    await _connect(site)
    assert await _get(site) == (200, None)
    assert (site.udp3478, site.ntp, site.ntp_offset_s) == ("ok", "ok", 0.0)


async def test_sites_file_points_at_services(site: SiteNetwork) -> None:
    lyon = parse_sites(site.sites_toml())["lyon"]
    assert lyon.name == "Lyon Part-Dieu"
    assert lyon.resolvers == (site.resolver,)
    assert (lyon.switches, lyon.voice_vlans) == (("127.0.0.1",), (VOICE,))
    assert lyon.emergency_numbers == ("112", "15", "17", "18")
    assert lyon.lab == Lab(
        ports=site.ports,
        ranges=("127.0.0.1/32",),
        ca_file=str(site.pki.ca_file),
        issuers=("Microsoft Corporation",),
    )
    assert lyon.lab is not None
    assert lyon.lab.port(443) == site.ports["443"]
    assert site.pki.ca_file.is_file()


@pytest.mark.parametrize(
    ("plug", "said"),
    [
        (Plug(), (True, None)),
        (Plug(vlan="other"), (False, "switch_vlan_other")),
        (Plug(state="down", poe="denied", learnt="", sticky=True), (False, "switch_poe_denied")),
    ],
)
async def test_switch_answers_those_with_its_keys(
    site: SiteNetwork, plug: Plug, said: tuple[bool, str | None]
) -> None:
    site.switch.look = lambda: plug
    lyon = parse_sites(site.sites_toml())["lyon"]
    [spec] = switch_probes(lyon, plug.phone.mac)
    [result] = await run_specs((spec,), parse_keys(site.switches_toml()))
    assert (result.ok, result.failure) == said
    assert result.details["known"]["switch"]["name"] == "sw-lyon-2"
    assert "password" not in site.sites_toml()


async def test_closed_site_frees_its_ports(pki: Pki) -> None:
    network = SiteNetwork(pki)
    await network.start()
    await network.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", network.ports["443"])
