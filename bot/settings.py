"""Every setting of Décroche: environment variables `DECROCHE_*` and a `.env` file.

Validated at start; a name that does not exist is refused, because a misspelt setting that is
silently ignored costs an afternoon. Secrets never show in `repr` or logs.
"""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot.errors import ConfigurationError

PREFIX: Final = "DECROCHE_"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ADVICE: Final = "docs/settings.md says what each setting takes."
MICROSOFT_ENDPOINTS: Final = "https://endpoints.office.com/endpoints/worldwide"
MICROSOFT_OPENID: Final = "https://login.botframework.com/v1/.well-known/openidconfiguration"

# What Kubernetes puts into every container of a namespace that has a Service named "decroche".
_KUBERNETES: Final = re.compile(
    r"DECROCHE_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$"
)


def on_loopback(url: str) -> bool:
    """True when the host of `url` is this machine."""
    return _address(url)[1] in LOOPBACK


def _address(url: str) -> tuple[str, str]:
    """Scheme and host; empty where `url` has none."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # its text would show the value
        return "", ""
    return parts.scheme, host


class Settings(BaseSettings):
    """What the operator decides; see docs/settings.md for the same list in prose."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    redis_url: str | None = Field(
        None, repr=False, description="Redis; without it an embedded server is started."
    )
    data_dir: Path = Field(
        Path.home() / ".local/share/decroche", description="Where the embedded Redis and files live."
    )
    public_url: str | None = Field(None, description="The address at which Teams and runners reach the bot.")
    app_id: str | None = Field(None, description="The bot's Entra application (client) id.")
    app_secret: SecretStr | None = Field(None, description="That application's client secret.")
    tenant_id: str | None = Field(None, description="The only tenant accepted.")
    openid_metadata_url: str = Field(MICROSOFT_OPENID, description="Where the connector's signing keys are.")
    authority: str = Field(
        "https://login.microsoftonline.com", description="Where tokens come from, without tenant."
    )
    graph_url: str = Field("https://graph.microsoft.com", description="Microsoft Graph.")
    graph_client_id: str | None = Field(None, description="The application for Graph; the bot's by default.")
    graph_client_secret: SecretStr | None = Field(None, description="Its secret; the bot's by default.")
    graph_certificate: Path | None = Field(
        None, repr=False, description="Instead of the secret: a PEM file with its key and certificate."
    )
    ca_file: Path | None = Field(None, description="A further CA to trust on outgoing calls.")
    trusted_hosts: tuple[str, ...] = Field(
        (), description="Hosts besides Microsoft's to which replies may be sent (JSON list)."
    )
    helpdesk_channel: str | None = Field(
        None, description="Id of the helpdesk's channel (19:…@thread.tacv2)."
    )
    helpdesk_group: str | None = Field(
        None, description="Entra group whose members may act on cases; else the channel's roster."
    )
    approver_group: str | None = Field(None, description="Entra group whose members may approve changes.")
    fixes: bool = Field(
        False,
        description="Whether the bot makes changes in the directory that one agent proposes and another approves.",
    )
    helpdesk_locale: Literal["fr", "en"] = Field("fr", description="Language of the triage cards.")
    sites: Path | None = Field(None, description="The organisation's sites.toml.")
    switches: Path | None = Field(
        None, description="At a runner: the file with the SNMP credentials of its site's switches."
    )
    playbook: Path | None = Field(
        None, description="A directory of playbook files, whole or adding to the built-in one."
    )
    runner_token: SecretStr | None = Field(
        None,
        description="At a runner: its site's token. At the bot: one for every site that has none of its own.",
    )
    endpoints_url: str = Field(
        MICROSOFT_ENDPOINTS, description="Where Microsoft's address ranges are fetched daily; `off`: nowhere."
    )
    files_url: str | None = Field(
        None,
        repr=False,
        description="Where people's files are kept (s3://…, az://…); a folder of the data by default.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Verbosity on stderr."
    )

    @field_validator("ca_file")
    @classmethod
    def _certificates(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=value)
            except OSError as exc:
                raise ValueError(f"holds no certificates that can be read ({type(exc).__name__})") from exc
        return value

    @field_validator("graph_certificate")
    @classmethod
    def _key_and_certificate(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(value, password="")
            except (OSError, ValueError) as exc:
                raise ValueError(
                    f"holds no key (not encrypted) with its certificate ({type(exc).__name__})"
                ) from exc
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must be a redis://, rediss:// or unix:// address")
        return value

    @field_validator("playbook")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not (value.is_dir() and os.access(value, os.R_OK | os.X_OK)):
            raise ValueError("is no directory that can be read")
        return value

    @field_validator("data_dir")
    @classmethod
    def _home(cls, value: Path) -> Path:
        return value.expanduser()

    @field_validator("authority")
    @classmethod
    def _https_only(cls, value: str) -> str:
        if _address(value)[0] != "https" or not _address(value)[1]:
            raise ValueError("tokens are only ever fetched over https")
        return value.rstrip("/")

    @field_validator("endpoints_url")
    @classmethod
    def _list(cls, value: str) -> str:
        if value != "off" and not (_address(value)[0] == "https" or on_loopback(value)):
            raise ValueError("must be an https address, or off")
        return value

    @field_validator("graph_url", "openid_metadata_url", "public_url")
    @classmethod
    def _http_on_loopback_only(cls, value: str | None) -> str | None:
        if value is None:
            return None
        scheme, host = _address(value)
        if scheme not in {"http", "https"} or not host:
            raise ValueError("must be an http(s) address")
        if scheme == "http" and host not in LOOPBACK:
            raise ValueError("http is accepted on loopback only")
        return value.rstrip("/")


def _refuse_unknown(names: set[str]) -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    unknown = sorted(
        name
        for name in names
        if name.startswith(PREFIX) and name not in known and not _KUBERNETES.match(name)
    )
    if unknown:
        raise ConfigurationError(
            f"unknown setting {', '.join(unknown)}",
            "docs/settings.md lists every name; correct or remove it.",
        )


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Reads the environment and `env_file`.

    Raises `ConfigurationError` naming every setting that is unknown or wrong, never its value.
    """
    _refuse_unknown({name.upper() for name in (*os.environ, *_names_in(env_file))})
    try:
        return Settings(_env_file=env_file)
    except ValidationError as exc:
        raise ConfigurationError(_faults(exc), ADVICE) from None
    except SettingsError as exc:  # a list that is no JSON; its text names the field, never the value
        field = re.search(r'field "(\w+)"', str(exc))
        raise ConfigurationError(f"{PREFIX}{field[1].upper() if field else ''}: no JSON", ADVICE) from None


def _names_in(env_file: Path | None) -> set[str]:
    if env_file is None or not env_file.is_file():
        return set()
    try:
        return set(dotenv_values(env_file))
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{env_file} cannot be read", "Write it as UTF-8 text.") from None


def _faults(exc: ValidationError) -> str:
    return "; ".join(
        f"{PREFIX}{'__'.join(map(str, error['loc'])).upper()}: {error['msg']}"
        for error in exc.errors(include_input=False, include_url=False)
    )
