"""Which certificates outgoing calls accept: the system's CAs and the one of `DECROCHE_CA_FILE`.

msal speaks through `requests`, whose session setting loses to `REQUESTS_CA_BUNDLE` in the environment;
so the trust is built into the transport adapter, below where the environment is read.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter

from bot.errors import ConfigurationError

TIMEOUT_S: Final = 15.0


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """A client's TLS context; raises `ConfigurationError` when `ca_file` cannot be used."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as exc:
            raise ConfigurationError(f"DECROCHE_CA_FILE cannot be used: {exc}") from exc
    return context


class _TrustingAdapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (requests' own signature)
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 (requests' own signature)
        kwargs["verify"] = True
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT_S
        return super().send(request, *args, **kwargs)


def requests_session(ca_file: Path | None) -> requests.Session:
    """A session for msal that trusts the same CAs and never waits for ever."""
    session = requests.Session()
    session.mount("https://", _TrustingAdapter(client_context(ca_file)))
    return session
