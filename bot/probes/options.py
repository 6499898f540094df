"""Options of a probe, typed: one reading of them for plans, target policy and probers.

On the wire they are a plain object, so that an older runner can tell which ones it does not know.
"""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final

import msgspec

from bot.domain.probe import ProbeSpec
from bot.errors import ConfigurationError

DEFAULT_PORTS: Final = {"tcp": 443, "tls": 443, "stun": 3478, "ntp": 123, "http": 80}
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
    organisations whose certificates are expected; `reference` a second STUN server; `path`, `status`
    and `expect` (a text in the body) are for http; `fact` is the fact that the result decides.
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

    @property
    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """`ranges`, parsed."""
        return tuple(ipaddress.ip_network(text) for text in self.ranges)


KNOWN: Final = frozenset(Options.__struct_fields__)


def options_of(spec: ProbeSpec) -> Options:
    """The typed options of a probe; those that nobody knows are left out (see `unknown_options`).

    Raises `ConfigurationError` with the option at fault.
    """
    try:
        options = msgspec.convert(spec.options, Options)
        _ = options.networks
    except ValueError as exc:
        raise ConfigurationError(f"options of {spec.prober} {spec.host}: {exc}") from exc
    if options.resolver is not None and not is_address(parse_endpoint(options.resolver, DNS_PORT).host):
        raise ConfigurationError(f"options of {spec.prober} {spec.host}: the resolver must be an IP address")
    return options


def unknown_options(spec: ProbeSpec) -> tuple[str, ...]:
    """Names of options that this version does not know."""
    return tuple(sorted(set(spec.options) - KNOWN))


def port_of(spec: ProbeSpec) -> int | None:
    """The port that the probe goes to: its own, else its protocol's."""
    return spec.port if spec.port is not None else DEFAULT_PORTS.get(spec.prober)
