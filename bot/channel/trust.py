"""Which hosts the bot answers to: its token must never travel to a host that an attacker named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from yarl import URL

from bot.channel.limits import HostLimits, limits
from bot.settings import LOOPBACK

HTTPS: Final = 443


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
        return self._checks(url, self._named, query=False)

    def allows_file(self, url: str) -> bool:
        """True when a file may be fetched from `url`, or put there, without a token; it may have a query."""
        return self._checks(url, self._keeps_files, query=True)

    def _checks(self, url: str, named: Callable[[str, int | None], bool], *, query: bool) -> bool:
        try:
            parsed = URL(url)
            host, port = (parsed.host or "").lower(), parsed.port
        except ValueError:
            return False
        if (
            not host
            or parsed.user
            or parsed.password
            or parsed.fragment
            or (parsed.query_string and not query)
        ):
            return False
        if parsed.scheme == "https":
            return named(host, port)
        return parsed.scheme == "http" and host in LOOPBACK and named(host, port)

    def _keeps_files(self, host: str, port: int | None) -> bool:
        return self._named(host, port) or (host.endswith(self._hosts.files) and port == HTTPS)

    def _named(self, host: str, port: int | None) -> bool:
        if self._loopback and host in LOOPBACK:
            return True
        shown = f"[{host}]" if ":" in host else host
        if self._extra & {host, shown, f"{shown}:{port}"}:
            return True
        ours = host in self._hosts.exact or host.endswith(self._hosts.suffixes)
        return ours and port == HTTPS
