"""Which hosts the bot answers to: its token must never travel to a host that an attacker named."""

from __future__ import annotations

from collections.abc import Iterable

from yarl import URL

from bot.channel.limits import HostLimits, limits
from bot.settings import LOOPBACK


class TrustedHosts:
    """Microsoft's hosts and those in `extra`, each `host` or `host:port`, matched exactly.

    `loopback` adds this machine, for a development bot that has no token to lose.
    """

    def __init__(
        self, extra: Iterable[str] = (), *, loopback: bool = False, hosts: HostLimits | None = None
    ) -> None:
        self._extra = frozenset(name.lower() for name in extra)
        self._loopback = loopback
        self._hosts = hosts or limits().hosts

    def allows(self, url: str) -> bool:
        """True when a reply may be sent to `url`: https, or http on loopback, at a trusted host.

        Parsed by the library that will open the connection, so that both see the same host.
        """
        try:
            parsed = URL(url)
            host, port = (parsed.host or "").lower(), parsed.port
        except ValueError:
            return False
        if not host or parsed.user or parsed.password or parsed.query_string or parsed.fragment:
            return False
        if parsed.scheme == "https":
            return self._named(host, port)
        return parsed.scheme == "http" and host in LOOPBACK and self._named(host, port)

    def _named(self, host: str, port: int | None) -> bool:
        if self._loopback and host in LOOPBACK:
            return True
        shown = f"[{host}]" if ":" in host else host
        if self._extra & {host, shown, f"{shown}:{port}"}:
            return True
        ours = host in self._hosts.exact or host.endswith(self._hosts.suffixes)
        return ours and port == 443
