"""The bot's own token for the connector: fetched off the event loop, once, and renewed before it ends.

The SDK logged in again at every turn, synchronously; here a turn waits for a login only when there
is no valid token at all.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import msgspec
import requests
from msal.application import ConfidentialClientApplication
from requests.adapters import HTTPAdapter

from bot.channel.limits import LoginLimits, limits
from bot.errors import DeliveryError

log = logging.getLogger(__name__)

SCOPE: Final = "https://api.botframework.com/.default"
MICROSOFT_LOGIN: Final = "login.microsoftonline.com"


class TokenProvider(Protocol):
    """Gives the token to send with a call, '' for none."""

    async def token(self, instead_of: str = "") -> str:
        """A token that is valid now, another than `instead_of` if there is one (that one was refused).

        Raises `DeliveryError` when none can be had.
        """
        ...


class StaticToken:
    """Always the same token: for tests, for benchmarks, and '' for a development bot."""

    def __init__(self, value: str = "") -> None:
        self._value = value

    async def token(self, instead_of: str = "") -> str:
        """The token given at construction."""
        return self._value


class Grant(msgspec.Struct, frozen=True):
    """A token and for how many seconds it is valid."""

    token: str
    expires_in: float


def login(
    *, authority: str, tenant: str, app_id: str, secret: str, ca_file: Path | None = None
) -> Callable[[], Grant]:
    """A function that asks for a token with the client credentials grant (RFC 6749 §4.4), blocking.

    `authority` is without tenant. What is built is kept, so that later calls skip discovery. The
    function raises `DeliveryError` when the login service refuses or cannot be reached.
    """
    application = cache(partial(_application, authority, tenant, app_id, secret, ca_file))

    def fetch() -> Grant:
        try:
            application().remove_tokens_for_client()  # type: ignore[no-untyped-call] # msal's cache would give a refused token again
            answer = application().acquire_token_for_client(scopes=[SCOPE])  # type: ignore[no-untyped-call] # msal has no types
        except (requests.RequestException, ValueError) as exc:
            raise DeliveryError(f"the login service cannot be used: {exc!r}") from exc
        if "access_token" not in answer:
            raise DeliveryError(f"the login service refused: {answer.get('error', 'no reason given')}")
        return Grant(answer["access_token"], float(answer.get("expires_in", 0)))

    return fetch


def _application(
    authority: str, tenant: str, app_id: str, secret: str, ca_file: Path | None
) -> ConfidentialClientApplication:
    """Instance discovery asks Microsoft whether an authority is genuine: only for Microsoft's own."""
    return ConfidentialClientApplication(  # type: ignore[no-untyped-call] # msal has no types
        app_id,
        client_credential=secret,
        authority=f"{authority}/{tenant}",
        instance_discovery=urlsplit(authority).hostname == MICROSOFT_LOGIN,
        http_client=http_client(ca_file),
    )


def http_client(ca_file: Path | None = None, *, timeout_s: float | None = None) -> requests.Session:
    """A requests session that trusts `ca_file` besides whatever bundle the environment names."""
    session = requests.Session()
    session.mount("https://", _ExtraCa(ca_file, timeout_s or limits().login.timeout_s))
    return session


class _ExtraCa(HTTPAdapter):
    """REQUESTS_CA_BUNDLE overrides `session.verify`; the CAs of the TLS context itself are kept."""

    def __init__(self, ca_file: Path | None, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._context = ssl.create_default_context()
        if ca_file is not None:
            self._context.load_verify_locations(cafile=ca_file)
        super().__init__()

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **pool_kwargs: Any,  # noqa: ANN401 - the base class's
    ) -> None:
        pool_kwargs["ssl_context"] = self._context
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:  # noqa: ANN401 - the base class's
        return super().proxy_manager_for(proxy, ssl_context=self._context, **proxy_kwargs)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        return super().send(request, stream, timeout or self._timeout_s, verify, cert, proxies)


class AppToken:
    """Keeps the token that `fetch` gets; renews it in the background shortly before it ends.

    `fetch` blocks and runs in a thread, never twice at once; `clock` gives seconds.
    """

    def __init__(
        self,
        fetch: Callable[[], Grant],
        *,
        bounds: LoginLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._bounds = bounds or limits().login
        self._clock = clock
        self._token = ""
        self._renew_at = self._ends_at = self._since = -float("inf")
        self._task: asyncio.Task[None] | None = None

    async def token(self, instead_of: str = "") -> str:
        """A token that is valid now; waits for the login service only without one.

        A token that was refused is replaced, unless it is only seconds old: a new one would be no better.
        Raises `DeliveryError` when there is none and the login service gives none.
        """
        now = self._clock()
        if instead_of and instead_of == self._token and now - self._since >= self._bounds.retry_s:
            self._ends_at = -float("inf")
        if now >= self._ends_at:
            await asyncio.shield(self._start())
        elif now >= self._renew_at:
            self._renew_at = now + self._bounds.retry_s
            self._start()
        return self._token

    async def close(self) -> None:
        """Forgets a login under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _start(self) -> asyncio.Task[None]:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._renew(), name="connector-token")
            self._task.add_done_callback(_note_failure)
        return self._task

    async def _renew(self) -> None:
        grant = await asyncio.to_thread(self._fetch)
        now = self._since = self._clock()
        self._token, self._ends_at = grant.token, now + grant.expires_in
        self._renew_at = self._ends_at - min(self._bounds.refresh_before_s, grant.expires_in / 2)


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("the bot's token could not be renewed yet", extra={"reason": str(error)})
