"""Options of a probe, typed: one reading of them for plans, target policy and probers.

On the wire they are a plain object, so that an older runner can tell which ones it does not know.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import msgspec

from bot.domain.probe import ProbeSpec
from bot.errors import ConfigurationError

DEFAULT_PORTS: Final = {
    "tcp": 443,
    "tls": 443,
    "stun": 3478,
    "quality": 3478,
    "ntp": 123,
    "http": 80,
    "snmp": 161,
}
DNS_PORT: Final = 53


class Endpoint(msgspec.Struct, frozen=True):
    """A host (name or address) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def is_address(host: str) -> bool:
    """True for an IPv4 or IPv6 address, false for a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _split(text: str) -> tuple[str, str]:
    if is_address(text):
        return text, ""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, port = text.rpartition(":") if ":" in text else (text, "", "")
    return host, port


def parse_endpoint(text: str, default_port: int) -> Endpoint:
    """Reads `HOST`, `HOST:PORT`, `::1` or `[::1]:PORT`; raises `ConfigurationError`."""
    host, port = _split(text.strip())
    if not host or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        raise ConfigurationError(f"{text!r} is not HOST or HOST:PORT")
    return Endpoint(host.lower(), int(port) if port else default_port)


class Options(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a probe may be told besides host and port.

    `resolver` is the name server to ask (`IP` or `IP:PORT`; the machine's own by default); `ca_file` a
    CA to trust besides the system's; `ranges` the networks that the name must resolve to; `issuers` the
    organisations whose certificates are expected; `reference` a second STUN or NTP server; `path`, `status`
    and `expect` (a text in the body) are for http; `fact` is the fact that the result decides.
    For dns: `tcp` asks over TCP only, `slow_ms` is what a slow answer takes, `reference_resolver` a second
    name server (`IP` or `IP:PORT`). For tls: `tls_version` forces one, `at_clock` (Unix seconds, or ISO 8601;
    UTC when it has no offset) is the phone's clock, by which the chain is judged as well. `scheme` (http) is https
    on port 443 unless told. `count` and `interval_ms` are the samples of icmp and quality.
    """

    timeout_s: Annotated[float, msgspec.Meta(ge=0.05, le=30)] = 5.0
    resolver: str | None = None
    ca_file: str | None = None
    server_name: str | None = None
    ranges: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    reference: str | None = None
    path: Annotated[str, msgspec.Meta(pattern="^/[!-~]*$", max_length=200)] = "/"
    status: tuple[int, ...] = ()
    expect: str | None = None
    fact: str = ""
    tcp: bool = False
    slow_ms: Annotated[float, msgspec.Meta(gt=0)] = 50.0
    reference_resolver: str | None = None
    tls_version: Literal["1.2", "1.3"] | None = None
    at_clock: float | str | None = None
    scheme: Literal["http", "https"] | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=500)] | None = None
    interval_ms: Annotated[float, msgspec.Meta(ge=10, le=5000)] | None = None

    @property
    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """`ranges`, parsed."""
        return tuple(ipaddress.ip_network(text) for text in self.ranges)

    @property
    def clock(self) -> datetime | None:
        """`at_clock` as a UTC time; raises `ValueError` when it is none."""
        if self.at_clock is None:
            return None
        if isinstance(self.at_clock, str):
            told = datetime.fromisoformat(self.at_clock)
            return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
        return datetime.fromtimestamp(self.at_clock, UTC)


class SnmpOptions(Options, frozen=True, kw_only=True, omit_defaults=True):
    """What a probe of a switch may be told besides.

    Which port: the phone's `mac`, else `if_index` or `interface` (its name); `vlans` are those whose tables
    Cisco IOS keeps apart; `poe_port` is its index in the power table (`1.12`) where no rule finds it;
    `voice_vlans` are the site's. `again_s` later counters are read again, for their rates. Credentials (`community`
    for v2c, `user` and passwords for v3, `context`) are for the keyboard only: a job from the queue never carries
    them, a site's runner has its own.
    """

    mac: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}$")] | None = None
    if_index: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] | None = None
    interface: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    poe_port: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,9}[.][0-9]{1,9}$")] | None = None
    vlans: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=4094)], ...], msgspec.Meta(max_length=32)
    ] = ()
    voice_vlans: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=4094)], ...], msgspec.Meta(max_length=32)
    ] = ()
    again_s: Annotated[float, msgspec.Meta(ge=0, le=20)] = 0.0
    community: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] | None = None
    user: Annotated[str, msgspec.Meta(min_length=1, max_length=32)] | None = None
    auth_protocol: Literal["sha", "sha224", "sha256", "sha384", "sha512"] | None = None
    auth_password: Annotated[str, msgspec.Meta(min_length=8, max_length=255)] | None = None
    priv_protocol: Literal["aes", "aes192", "aes256"] | None = None
    priv_password: Annotated[str, msgspec.Meta(min_length=8, max_length=255)] | None = None
    context: Annotated[str, msgspec.Meta(max_length=32)] | None = None

    def __repr__(self) -> str:
        """Shows nothing that opens a switch."""
        return f"SnmpOptions({self.mac or self.interface or self.if_index})"


SECRETS: Final = frozenset(
    {"community", "user", "auth_protocol", "auth_password", "priv_protocol", "priv_password", "context"}
)
_KINDS: Final[dict[str, type[Options]]] = {"snmp": SnmpOptions}


def options_of(spec: ProbeSpec) -> Options:
    """The typed options of a probe; those that nobody knows are left out (see `unknown_options`).

    Raises `ConfigurationError` with the option at fault.
    """
    try:
        options = msgspec.convert(spec.options, _KINDS.get(spec.prober, Options))
        _ = options.networks, options.clock
    except (ValueError, OverflowError, OSError) as exc:
        raise ConfigurationError(f"options of {spec.prober} {spec.host}: {exc}") from exc
    for server in (options.resolver, options.reference_resolver):
        if server is not None and not is_address(parse_endpoint(server, DNS_PORT).host):
            raise ConfigurationError(
                f"options of {spec.prober} {spec.host}: the resolver must be an IP address"
            )
    return options


def unknown_options(spec: ProbeSpec) -> tuple[str, ...]:
    """Names of options that this version does not know."""
    return tuple(sorted(set(spec.options) - set(_KINDS.get(spec.prober, Options).__struct_fields__)))


def port_of(spec: ProbeSpec) -> int | None:
    """The port that the probe goes to: its own, else its protocol's."""
    return spec.port if spec.port is not None else DEFAULT_PORTS.get(spec.prober)
