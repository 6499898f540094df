"""The application's token for Microsoft Graph (client credentials, RFC 6749 §4.4), by way of msal.

msal blocks, so it runs in a thread. A token is replaced in the background some minutes before it
expires, so no call waits for the login service but the very first.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Final, Protocol

import requests
from msal.application import ConfidentialClientApplication
from msal.exceptions import MsalError

from bot.errors import ConfigurationError
from bot.graph.certificate import read_certificate
from bot.graph.errors import GraphError
from bot.graph.trust import requests_session
from bot.settings import Settings

MICROSOFT_AUTHORITIES: Final = (
    "https://login.microsoftonline.com",
    "https://login.microsoftonline.us",
    "https://login.partner.microsoftonline.cn",
)

_EARLY_S: Final = 300.0
_AGAIN_S: Final = 30.0
_LAST_S: Final = 20.0  # a token so near its end might not live through the call

_log = logging.getLogger(__name__)

_ADVICE: Final = {
    7000215: "DECROCHE_GRAPH_CLIENT_SECRET is wrong: make a new client secret in Entra and set its value.",
    7000222: "The client secret has expired: make a new one in Entra and set it.",
    700027: "The application in Entra does not know this certificate: upload the one of DECROCHE_GRAPH_CERTIFICATE.",
    700016: "DECROCHE_GRAPH_CLIENT_ID names no application of this tenant.",
    90002: "DECROCHE_TENANT_ID names no tenant.",
}


class TokenSource(Protocol):
    """Where bearer tokens come from."""

    async def token(self, instead_of: str = "") -> str:
        """A usable token; another one than `instead_of`, which was refused. Raises `DirectoryError`."""


class MsalTokens:
    """Tokens of one application for one scope, kept as long as they are good."""

    def __init__(self, settings: Settings) -> None:
        self._tenant, self._client, self._credential = _identity(settings)
        self._authority = settings.authority
        self._scope = f"{settings.graph_url}/.default"
        self._http = requests_session(settings.ca_file)
        self._app: ConfidentialClientApplication | None = None
        self._lock = asyncio.Lock()
        self._token = ""
        self._expires = self._renew_at = 0.0
        self._renewal: asyncio.Task[None] | None = None

    async def token(self, instead_of: str = "") -> str:
        """A token that holds for some time yet; raises `GraphError` when none is given."""
        if not self._good(instead_of):
            async with self._lock:
                if not self._good(instead_of):
                    await self._renew()
        elif time.monotonic() >= self._renew_at and (self._renewal is None or self._renewal.done()):
            self._renewal = asyncio.create_task(self._renew_early())
        return self._token

    async def close(self) -> None:
        """Closes the connections to the login service."""
        if self._renewal is not None:
            await self._renewal
        self._http.close()

    def _good(self, refused: str) -> bool:
        return self._token not in ("", refused) and time.monotonic() < self._expires

    async def _renew_early(self) -> None:
        self._renew_at = time.monotonic() + _AGAIN_S
        try:
            async with self._lock:
                await self._renew()
        except GraphError as exc:
            _log.warning("the token for Microsoft Graph could not be renewed yet: %s", exc)

    async def _renew(self) -> None:
        result = await asyncio.to_thread(self._fetch)
        lifetime = float(result.get("expires_in", 0))
        now = time.monotonic()
        self._token = str(result["access_token"])
        self._expires = now + lifetime - min(_LAST_S, lifetime / 2)
        self._renew_at = now + lifetime - min(_EARLY_S, lifetime / 2)

    def _fetch(self) -> dict[str, Any]:
        try:
            app: Any = self._application()
            app.remove_tokens_for_client()
            result: dict[str, Any] = app.acquire_token_for_client(scopes=[self._scope])
        except (requests.RequestException, MsalError, OSError) as exc:
            raise GraphError(f"the login service at {self._authority} cannot be reached: {exc}") from exc
        except ValueError as exc:
            raise GraphError(
                f"the login service at {self._authority} does not know the tenant: {exc}",
                advice=_ADVICE[90002],
            ) from exc
        if "access_token" not in result:
            raise _refusal(result)
        return result

    def _application(self) -> ConfidentialClientApplication:
        if self._app is None:
            self._app = ConfidentialClientApplication(  # type: ignore[no-untyped-call]  # msal ships no types
                self._client,
                client_credential=self._credential,
                authority=f"{self._authority}/{self._tenant}",
                http_client=self._http,
                instance_discovery=None if self._authority in MICROSOFT_AUTHORITIES else False,
            )
        return self._app


def _identity(settings: Settings) -> tuple[str, str, str | dict[str, str]]:
    """Tenant, application id, and its secret or (rather) its certificate. Raises `ConfigurationError`."""
    client = settings.graph_client_id or settings.app_id
    secret = settings.graph_client_secret or settings.app_secret
    if settings.tenant_id and client and settings.graph_certificate:
        return settings.tenant_id, client, read_certificate(settings.graph_certificate).for_msal()
    if settings.tenant_id and client and secret:
        return settings.tenant_id, client, secret.get_secret_value()
    raise ConfigurationError(
        "Microsoft Graph needs a tenant, an application id and its secret or certificate",
        "Set DECROCHE_TENANT_ID, DECROCHE_GRAPH_CLIENT_ID and DECROCHE_GRAPH_CLIENT_SECRET"
        " (or DECROCHE_GRAPH_CERTIFICATE).",
    )


def _refusal(result: dict[str, Any]) -> GraphError:
    codes = result.get("error_codes") or []
    sentence = str(result.get("error_description") or result.get("error")).splitlines()[0]
    advice = next((_ADVICE[code] for code in codes if code in _ADVICE), "")
    return GraphError(
        f"no token for Microsoft Graph: {sentence}", code=str(result.get("error", "")), advice=advice
    )
