"""The few settings of a site's box, read without the library that checks the bot's: that costs 12 MB of memory.

Whatever is not plain (a name of the bot's, a misspelt one, a wrong value) goes to `bot.settings` all the same, which
knows every name and says what is wrong.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values

_PREFIX: Final = "DECROCHE_"
_HOME: Final = ".local/share/decroche"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LEVELS: Final = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})


class RunnerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `decroche runner` takes of the environment."""

    data_dir: Path
    runner_token: str | None = None
    ca_file: Path | None = None
    switches: Path | None = None
    log_level: str = "INFO"

    def __repr__(self) -> str:
        """Shows no token."""
        return f"RunnerSettings({self.data_dir})"


_OWN: Final = frozenset(_PREFIX + name.upper() for name in RunnerSettings.__struct_fields__)


def read_settings(env_file: Path = Path(".env")) -> RunnerSettings:
    """Reads the environment and `env_file`; raises `ConfigurationError` as `bot.settings` does."""
    plain = _plain(env_file)
    return _checked(env_file) if plain is None else plain


def _plain(env_file: Path) -> RunnerSettings | None:
    try:
        filed = dotenv_values(env_file) if env_file.is_file() else {}
    except (OSError, UnicodeDecodeError):
        return None
    told = {name.upper(): value for source in (filed, os.environ) for name, value in source.items() if value}
    mine = {name: value for name, value in told.items() if name.startswith(_PREFIX)}
    if not mine.keys() <= _OWN or mine.get(f"{_PREFIX}LOG_LEVEL", "INFO") not in _LEVELS:
        return None
    return RunnerSettings(
        data_dir=Path(mine.get(f"{_PREFIX}DATA_DIR") or Path.home() / _HOME).expanduser(),
        runner_token=mine.get(f"{_PREFIX}RUNNER_TOKEN"),
        ca_file=_path(mine.get(f"{_PREFIX}CA_FILE")),
        switches=_path(mine.get(f"{_PREFIX}SWITCHES")),
        log_level=mine.get(f"{_PREFIX}LOG_LEVEL", "INFO"),
    )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _checked(env_file: Path) -> RunnerSettings:
    from bot.settings import load_settings  # noqa: PLC0415 - only where it is needed

    found = load_settings(env_file)
    return RunnerSettings(
        data_dir=found.data_dir,
        runner_token=found.runner_token.get_secret_value() if found.runner_token else None,
        ca_file=found.ca_file,
        switches=found.switches,
        log_level=found.log_level,
    )


def logged(settings: RunnerSettings) -> RunnerSettings:
    """The same settings, with logs on stderr as they say."""
    form = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format=form)
    return settings


def on_loopback(url: str) -> bool:
    """True when the host of `url` is this machine."""
    try:
        return (urlsplit(url).hostname or "") in _LOOPBACK
    except ValueError:
        return False
